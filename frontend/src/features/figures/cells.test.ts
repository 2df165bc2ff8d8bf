import { describe, expect, it, test } from "vitest";
import type { DigitSheet } from "../../shared/api/types";
import * as cells from "./cells";

test.each([
  ["4-9", { label: 4, read: 9 }],
  ["0-0", { label: 0, read: 0 }],
  ["4-10", null],
  ["49", null],
  ["", null],
  ["4-9-1", null],
])("readCell(%j)", (text, cell) => {
  expect(cells.readCell(text)).toEqual(cell);
  if (cell) expect(cells.writeCell(cell)).toBe(text);
});

test.each([
  [0, "4 read as 9: none"],
  [1, "4 read as 9: 1 digit"],
  [12, "4 read as 9: 12 digits"],
])("%d in words", (n, words) => {
  expect(cells.cellText({ label: 4, read: 9 }, n)).toBe(words);
});

describe("the colour scale", () => {
  const weak = [
    [900, 40],
    [10, 950],
  ];
  const strong = [
    [980, 2],
    [1, 990],
  ];
  it("ends at the most errors of all matrices, whatever is on the diagonal", () => {
    expect(cells.mostErrors([weak, strong])).toBe(40);
    expect(cells.mostErrors([strong])).toBe(2);
    expect(cells.mostErrors([])).toBe(0);
  });
  test.each([
    [0, 40, 0],
    [10, 40, 0.5],
    [40, 40, 1],
    [900, 40, 1],
    [3, 0, 0],
  ])("heat(%d, %d) is %d", (n, most, warmth) => {
    expect(cells.heat(n, most)).toBe(warmth);
  });
  test.each([
    [0, []],
    [1, [1]],
    [2, [1, 2]],
    [40, [1, 5, 20, 40]],
    [60, [1, 5, 20, 60]],
  ])("the legend up to %d", (most, steps) => {
    expect(cells.heatSteps(most)).toEqual(steps);
  });
});

test("placesInCell finds what one rung reads so", () => {
  const sheet = {
    labels: [4, 4, 9, 4],
    read: { a: [9, 4, 9, 9], b: [4, 4, 4, 9] },
  } as unknown as DigitSheet;
  const cell = { label: 4, read: 9 };
  expect(cells.placesInCell(sheet, "a", cell)).toEqual([0, 3]);
  expect(cells.placesInCell(sheet, "b", cell)).toEqual([3]);
  expect(cells.placesInCell(sheet, "nobody", cell)).toEqual([]);
});

test.each([
  ["4-9", "ArrowUp", false, "3-9"],
  ["0-9", "ArrowUp", false, "0-9"],
  ["4-9", "ArrowDown", false, "5-9"],
  ["4-9", "ArrowRight", false, "4-9"],
  ["4-9", "ArrowLeft", false, "4-8"],
  ["4-5", "Home", false, "4-0"],
  ["4-5", "End", false, "4-9"],
  ["4-5", "Home", true, "0-0"],
  ["4-5", "End", true, "9-9"],
])("from %s %s (control: %s) leads to %s", (from, key, control, to) => {
  const next = cells.cellAfterKey(cells.readCell(from) ?? { label: 0, read: 0 }, key, control);
  expect(next && cells.writeCell(next)).toBe(to);
});

test.each(["Enter", "a", "Tab"])("%s keeps its own meaning", (key) => {
  expect(cells.cellAfterKey({ label: 4, read: 5 }, key, false)).toBeNull();
});
