import { describe, expect, test } from "vitest";
import {
  differenceOf,
  middleOf,
  roundedTerms,
  strongest,
  sumOf,
  whereText,
  scaleOf,
} from "./evidence";

const GRID = { side: 2, first: 0, step: 14 };
const SEVEN = { grid: GRID, places: Float32Array.of(3, -1.5, 0, 0.25), constant: -0.5 };
const ONE = { grid: GRID, places: Float32Array.of(1, 1.5, -2, 0), constant: 0.75 };

describe("evidence", () => {
  test("for, against and the constant add up to the logit", () => {
    expect(sumOf(SEVEN)).toEqual({ for: 3.25, against: -1.5, constant: -0.5, total: 1.25 });
  });

  test("the difference of two adds up to the difference of their logits", () => {
    const difference = differenceOf(SEVEN, ONE);
    expect([...difference.places]).toEqual([2, -3, 2, 0.25]);
    expect(sumOf(difference).total).toBe(sumOf(SEVEN).total - sumOf(ONE).total);
  });
});

test.each([
  [[1.005, 2.004, -0.334], 2.675, [1, 2.01, -0.33]],
  [[0.004, 0.004, 0.004], 0.012, [0.01, 0, 0]],
  [[11.52, -4.13, 0.21], 7.6, [11.52, -4.13, 0.21]],
])("%j rounded adds up to %d rounded", (terms, total, expected) => {
  const rounded = roundedTerms(terms, total);
  expect(rounded).toEqual(expected);
  expect(rounded.reduce((sum, term) => sum + term, 0)).toBeCloseTo(
    Math.round(total * 100) / 100,
    9,
  );
});

test("the strongest come first, equal ones in their order", () => {
  expect(strongest([0, 4, 1, 4, 2], 3)).toEqual([1, 3, 4]);
  expect(strongest([], 3)).toEqual([]);
});

test("the full colour is for the greatest two in a hundred of what is not 0", () => {
  const values = Float32Array.from({ length: 101 }, (_, i) => (i % 2 ? -i : i));
  expect(scaleOf([values, new Float32Array(900)])).toBe(98);
  expect(scaleOf([new Float32Array(4)])).toBe(1);
});

test("a place of a map stands for the middle of its pixels", () => {
  // row 1, column 2 of the maps of deep_cnn's last block
  expect(middleOf({ side: 4, first: 6, step: 4 }, 6)).toEqual([16, 12]);
});

test.each([
  [2, 3, "top left"],
  [14, 3, "top"],
  [27, 14, "right"],
  [14, 14, "middle"],
  [10, 18, "bottom left"],
  [14, 27, "bottom"],
  [28, 28, "bottom right"],
])("(%d, %d) is at the %s", (x, y, text) => {
  expect(whereText(x, y)).toBe(text);
});
