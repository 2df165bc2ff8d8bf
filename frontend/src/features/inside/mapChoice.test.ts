import { expect, test } from "vitest";
import type { Speaker } from "../../engine/inner";
import { chooseMap, peakText, writeMap } from "./mapChoice";

const map = (number: number): Speaker => ({
  number,
  strength: 1,
  picture: { grid: { side: 2, first: 0, step: 14 }, values: Float32Array.of(0, 1, 0, 0) },
});
const BLOCKS = [[map(3), map(1), map(2)], [map(1)]];

test.each([
  [null, 1, 3],
  ["1-2", 1, 2],
  ["2-1", 2, 1],
  ["2-9", 1, 3],
  ["9-1", 1, 3],
  ["x", 1, 3],
])("map=%s shows map %d.%d", (text, block, number) => {
  const chosen = chooseMap(text, BLOCKS);
  expect([chosen?.block, chosen?.map.number]).toEqual([block, number]);
});

test("a rung without maps has none to choose", () => {
  expect(chooseMap(writeMap(1, 1), [])).toBeNull();
});

test("says where a map is strongest", () => {
  const grid = { side: 4, first: 6, step: 4 };
  const values = new Float32Array(16);
  expect(peakText({ grid, values })).toBeNull();
  values[3] = 0.5;
  expect(peakText({ grid, values })).toBe("top right");
});
