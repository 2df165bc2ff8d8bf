import { describe, expect, test } from "vitest";
import type { Prediction } from "../../shared/api/types";
import { agreementOf, byProbability, percent, verdictText } from "./format";

test.each([
  [0, "0.0%"],
  [0.0004, "<0.1%"],
  [0.0005, "0.1%"],
  [0.5, "50.0%"],
  [0.97123, "97.1%"],
  [0.9994, "99.9%"],
  [0.9995, ">99.9%"],
  [1, "100.0%"],
])("percent(%d) is %s", (probability, text) => {
  expect(percent(probability)).toBe(text);
});

test("byProbability: the likeliest first, equal ones in counting order", () => {
  expect(byProbability([0.1, 0.3, 0.1, 0.5])).toEqual([3, 1, 0, 2]);
});

test.each([
  ["sure" as const, [0, 0.9, 0.1], "Sure"],
  ["unsure" as const, [0, 0.6, 0.4], "Not sure — it could be a 2"],
  ["unsure" as const, [0, 0.5, 0, 0, 0, 0, 0, 0, 0.5, 0], "Not sure — it could be an 8"],
  ["unsure" as const, [0.4, 0.4, 0.2], "Not sure — it could be a 0"],
])("%s about %j: %s", (verdict, probabilities, text) => {
  expect(verdictText({ verdict, probabilities, digit: 1 } as Prediction)).toBe(text);
});

describe("agreementOf", () => {
  test.each([
    [[7], true, 7, "It says 7"],
    [[7, 7], true, 7, "Both say 7"],
    [[7, 7, 7], true, 7, "All 3 say 7"],
    [[1, 7, 7], false, 7, "2 of 3 say 7, 1 says 1"],
    [[1, 2, 7], false, null, "1 of 3 says 1, 1 says 2, 1 says 7"],
    [[1, 1, 7, 7], false, null, "2 of 4 say 1, 2 say 7"],
    [[2, 4, 9, 9, 9, 9], false, 9, "4 of 6 say 9, 1 says 2, 1 says 4"],
  ])("%j", (digits, agree, majority, text) => {
    expect(agreementOf(digits)).toEqual({ agree, majority, text });
  });
  test("no digits", () => {
    expect(agreementOf([])).toBeNull();
  });
});
