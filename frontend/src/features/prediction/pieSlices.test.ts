import { describe, expect, it, test } from "vitest";
import { pieSlices, sliceText } from "./pieSlices";

/** Ten probabilities: the named ones, and the rest spread evenly. */
function distribution(shares: Readonly<Record<number, number>>): number[] {
  const named = Object.values(shares);
  const rest = 1 - named.reduce((sum, share) => sum + share, 0);
  return Array.from({ length: 10 }, (_, d) => shares[d] ?? rest / (10 - named.length));
}

test.each([
  ["sure", distribution({ 7: 0.991 }), ["7", "others"], "7: 99.1%, the other 9 digits: 0.9%"],
  [
    "torn",
    distribution({ 1: 0.3, 7: 0.6, 2: 0.05 }),
    ["7", "1", "2", "others"],
    "7: 60.0%, 1: 30.0%, 2: 5.0%, the other 7 digits: 5.0%",
  ],
  ["certain", distribution({ 3: 1 }), ["3"], "3: 100.0%"],
  [
    "clueless",
    distribution({}),
    ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    Array.from({ length: 10 }, (_, d) => `${d}: 10.0%`).join(", "),
  ],
  [
    "one thin digit is named",
    [0.49, 0.49, 0.02, 0, 0, 0, 0, 0, 0, 0].slice(0, 3),
    ["0", "1", "others"],
    "0: 49.0%, 1: 49.0%, 2: 2.0%",
  ],
])("%s", (_, probabilities, keys, words) => {
  const slices = pieSlices(probabilities);
  expect(slices.map(({ key }) => key)).toEqual(keys);
  expect(sliceText(slices)).toBe(words);
});

describe("every distribution", () => {
  it.each([0.2, 1, 3, 9])("keeps its whole (sharpness %d)", (sharpness) => {
    const raw = Array.from({ length: 10 }, (_, d) => Math.exp(sharpness * Math.sin(3 * d)));
    const total = raw.reduce((sum, share) => sum + share, 0);
    const slices = pieSlices(raw.map((share) => share / total));
    expect(slices.reduce((sum, slice) => sum + slice.probability, 0)).toBeCloseTo(1);
    expect(slices.flatMap(({ digits }) => digits).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

test("others too thin to point at have no label", () => {
  expect(pieSlices(distribution({ 7: 0.999 })).map(({ label }) => label)).toEqual(["7 99.9%", ""]);
});
