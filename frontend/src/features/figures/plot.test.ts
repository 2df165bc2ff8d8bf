import { expect, test } from "vitest";
import * as formats from "./format";
import { layersOf, tableOf, type Series } from "./plot";
import { linearAxis } from "./scales";

test("the line of a series leaves out its weak points", () => {
  const points = [
    { x: 0.2, y: 0.9, isWeak: true },
    { x: 0.5, y: 0.5, isWeak: false },
    { x: 0.9, y: 0.9 },
  ];
  expect(layersOf({ points }).map(({ isWeak, yAt }) => [isWeak, [...yAt.keys()]])).toEqual([
    [false, [0.5, 0.9]],
    [true, [0.2]],
  ]);
  expect(layersOf({ points: points.slice(1) }).map(({ isWeak }) => isWeak)).toEqual([false]);
  expect(layersOf({ points: [] })).toEqual([]);
});

test.each([
  ["PERCENT", "42%", "42.25%"],
  ["FOUR_DECIMALS", "0.42", "0.4225"],
  ["COUNT", "0", "0"],
  ["AS_IS", "0.42", "0.4225"],
] as const)("%s writes ticks and values in one unit", (name, tick, value) => {
  expect(formats[name].tick(0.42)).toBe(tick);
  expect(formats[name].value(0.4225)).toBe(value);
});

test("a table is written as its plot's axes are", () => {
  const x = linearAxis("Confidence", [0, 1], formats.PERCENT);
  const y = linearAxis("Accuracy", [0, 1], formats.PERCENT);
  const series = [{ name: "A", points: [{ x: 0.5181, y: 0.422 }] }] as unknown as Series[];
  expect(tableOf(x, y, series)).toEqual({
    columns: ["Confidence", "A"],
    rows: [["51.81%", "42.20%"]],
  });
});
