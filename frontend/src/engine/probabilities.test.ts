import { describe, expect, it, test } from "vitest";
import { logSoftmax, meanOf, sigmoid, softmax } from "./probabilities";

describe("softmax", () => {
  it("sums to 1 and keeps the order, however large the logits", () => {
    const probabilities = softmax([1000, 1001, 998]);
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-1) + Math.exp(-3)), 12);
  });

  it("is the exponential of logSoftmax", () => {
    const logits = [0.5, -3, 2];
    logSoftmax(logits).forEach((log, i) => {
      expect(Math.exp(log)).toBeCloseTo(softmax(logits)[i] ?? NaN, 12);
    });
  });
});

test("an ensemble's logits are those of its members' mean probability", () => {
  const members = [
    [3, 0, -1],
    [-200, 100, 0],
  ];
  const mean = members
    .map(softmax)
    .reduce((a, b) => a.map((share, i) => (share + (b[i] ?? 0)) / 2));
  softmax(meanOf(members)).forEach((share, i) => {
    expect(share).toBeCloseTo(mean[i] ?? NaN, 12);
  });
});

test.each([
  [0, 0.5],
  [Math.log(3), 0.75],
  [-1000, 0],
])("sigmoid of %f", (logit, expected) => {
  expect(sigmoid([logit])[0]).toBeCloseTo(expected, 12);
});
