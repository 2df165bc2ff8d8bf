import { expect, test } from "vitest";
import { arcsOf } from "./arcs";

test("slices run clockwise from twelve o'clock, in counting order", () => {
  const arcs = arcsOf([0, 0.25, 0, 0, 0, 0, 0, 0.75]);
  expect(arcs.map(({ digit, share }) => [digit, share])).toEqual([
    [1, 0.25],
    [7, 0.75],
  ]);
  expect(arcs[0]?.path).toMatch(
    /^M0 0L0.0000 -1.0000A1 1 0 0 1 0.7071 -0.7071A1 1 0 0 1 1.0000 -?0.0000Z$/,
  );
  expect(arcs[1]?.middle.x).toBeCloseTo(-Math.SQRT1_2);
  expect(arcs[1]?.middle.y).toBeCloseTo(Math.SQRT1_2);
});

test("a digit that has it all is a whole circle, in two halves", () => {
  const [arc, ...others] = arcsOf([0, 0, 0, 1]);
  expect(others).toEqual([]);
  expect(arc?.path).toMatch(/^M0 0L\S+ -1.0000A1 1 0 0 1 \S+ 1.0000A1 1 0 0 1 \S+ -1.0000Z$/);
});

test("no probabilities, no slices", () => {
  expect(arcsOf(Array<number>(10).fill(0))).toEqual([]);
});
