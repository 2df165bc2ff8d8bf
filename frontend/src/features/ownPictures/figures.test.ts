import { describe, expect, test } from "vitest";
import { figuresOf, repeated, type RungAnswers } from "./figures";
import cases from "./figures.cases.json";
import { fixed } from "./numberText";
import { LEAST_PICTURES, mcnemar } from "./paired";

describe("figures are the command's", () => {
  test.each(cases.figures)("$name", ({ classes, labels, rungs, figures }) => {
    const found = figuresOf(classes, labels, rungs as RungAnswers[]);
    // sums in another order differ in their last bits
    expect(rounded(found)).toEqual(rounded(figures));
  });

  test.each(cases.repeats)("equal pictures %#", ({ labels, files, fields, groups }) => {
    expect(repeated(labels, files, fields)).toEqual(groups);
  });
});

test("the fewest pictures are the fewest that the exact test calls significant", () => {
  expect(mcnemar(LEAST_PICTURES, 0)).toBeLessThan(0.05);
  expect(mcnemar(LEAST_PICTURES - 1, 0)).toBeGreaterThan(0.05);
});

test.each([
  [0.0625, 3, "0.062"],
  [0.1875, 3, "0.188"],
  [2.675, 2, "2.67"],
  [2.5, 0, "2"],
  [0.5, 2, "0.50"],
])("%f with %i decimals is %s", (value, decimals, text) => {
  expect(fixed(value, decimals)).toBe(text);
});

function rounded(figures: unknown): unknown {
  return JSON.parse(
    JSON.stringify(figures, (_, value: unknown) =>
      typeof value === "number" ? Number(value.toPrecision(10)) : value,
    ),
  );
}
