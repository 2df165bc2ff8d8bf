import { describe, expect, it, test } from "vitest";
import { PIE_FRAME as FRAME, pieLabels, spreadApart } from "./pieLabels";

const CASES: readonly (readonly [string, readonly number[]])[] = [
  ["one slice", [1]],
  ["two halves", [0.5, 0.5]],
  ["a thin rest", [0.97, 0.03]],
  ["ten equal slices", Array<number>(10).fill(0.1)],
  ["nine of the thinnest slices, all at the top left", [0.73, ...Array<number>(9).fill(0.03)]],
  ["half and nine thin ones", [0.5, ...Array<number>(9).fill(0.5 / 9)]],
  ["a falling row", [0.4, 0.25, 0.15, 0.1, 0.06, 0.04]],
];

describe.each(CASES)("%s", (_, shares) => {
  const labels = pieLabels(shares, FRAME);

  it("has a label a slice", () => {
    expect(labels).toHaveLength(shares.length);
  });

  it("lets no two labels overlap", () => {
    for (const side of ["left", "right"]) {
      const heights = labels
        .filter((label) => label.side === side)
        .map(({ text }) => text.y)
        .sort((a, b) => a - b);
      heights.slice(1).forEach((y, i) => {
        expect(y - (heights[i] ?? 0)).toBeGreaterThanOrEqual(FRAME.lineHeight - 1e-9);
      });
    }
  });

  it("keeps every label inside the frame and outside the pie", () => {
    for (const { text } of labels) {
      expect(text.y).toBeGreaterThanOrEqual(FRAME.lineHeight / 2 - 1e-9);
      expect(text.y).toBeLessThanOrEqual(FRAME.height - FRAME.lineHeight / 2 + 1e-9);
      expect(Math.abs(text.x - FRAME.width / 2)).toBeGreaterThan(FRAME.radius);
    }
  });

  it("keeps the slices' order on either side", () => {
    const right = labels.filter(({ side }) => side === "right").map(({ text }) => text.y);
    const left = labels.filter(({ side }) => side === "left").map(({ text }) => text.y);
    expect(right).toEqual([...right].sort((a, b) => a - b));
    expect(left).toEqual([...left].sort((a, b) => b - a));
  });
});

test.each([
  [[], []],
  [[50], [50]],
  [
    [50, 51],
    [50, 60],
  ],
  [
    [98, 99],
    [90, 100],
  ],
  [
    [-5, 0],
    [0, 10],
  ],
])("spreadApart %j is %j", (positions, spread) => {
  expect(spreadApart(positions, 10, 0, 100)).toEqual(spread);
});
