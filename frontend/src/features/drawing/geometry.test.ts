import { describe, expect, it, test } from "vitest";
import { midpoint, pathOf, type Point } from "../../engine/strokes";
import {
  containInUnit,
  extend,
  fitWithin,
  lengthOf,
  svgPathOf,
  throughWaypoints,
  toUnit,
} from "./geometry";

const at = (x: number, y: number): Point => ({ x, y });

describe("pathOf", () => {
  test.each([
    ["nothing", [], []],
    ["a tap", [at(0.5, 0.5)], [{ kind: "dot", at: at(0.5, 0.5) }]],
    [
      "two points",
      [at(0, 0), at(1, 1)],
      [
        { kind: "move", to: at(0, 0) },
        { kind: "line", to: at(1, 1) },
      ],
    ],
    [
      "three points bend at the middle one, midpoint to midpoint",
      [at(0, 0), at(1, 0), at(1, 1)],
      [
        { kind: "move", to: at(0, 0) },
        { kind: "curve", control: at(1, 0), to: at(1, 0.5) },
        { kind: "line", to: at(1, 1) },
      ],
    ],
  ])("%s", (_, points, path) => {
    expect(pathOf(points)).toEqual(path);
  });

  it("begins and ends where the pen did, whatever lies between", () => {
    const points = Array.from({ length: 50 }, (_, i) => at(Math.sin(i), Math.cos(i)));
    const path = pathOf(points);
    expect(path[0]).toEqual({ kind: "move", to: points[0] });
    expect(path.at(-1)).toEqual({ kind: "line", to: points.at(-1) });
  });
});

test.each([
  [[], ""],
  [[at(0.5, 0.25)], "M20 10h0"],
  [[at(0, 0), at(1, 0.5)], "M0 0L40 20"],
  [[at(0, 0), at(1, 0), at(1, 1)], "M0 0Q40 0 40 20L40 40"],
])("svgPathOf %j is %s", (points, path) => {
  expect(svgPathOf(points, 40)).toBe(path);
});

test.each([
  ["the field's corner", at(100, 50), at(0, 0)],
  ["its middle", at(300, 250), at(0.5, 0.5)],
  ["outside, while the pointer is captured", at(540, 30), at(1.1, -0.05)],
])("toUnit: %s", (_, client, unit) => {
  const place = toUnit(client, { left: 100, top: 50, width: 400, height: 400 });
  expect(place.x).toBeCloseTo(unit.x);
  expect(place.y).toBeCloseTo(unit.y);
});

test("the same stroke has the same place on a field of any size", () => {
  const small = toUnit(at(82, 41), { left: 0, top: 0, width: 164, height: 164 });
  const large = toUnit(at(540, 320), { left: 40, top: 70, width: 1000, height: 1000 });
  expect(small).toEqual(large);
});

test.each([
  ["a pen at rest adds nothing", [at(0, 0)], [at(0, 0), at(0.0005, 0)], [at(0, 0)]],
  [
    "a moving pen adds its points",
    [at(0, 0)],
    [at(0.1, 0), at(0.2, 0)],
    [at(0, 0), at(0.1, 0), at(0.2, 0)],
  ],
  ["an empty stroke begins", [], [at(0.3, 0.3)], [at(0.3, 0.3)]],
])("extend: %s", (_, points, more, extended) => {
  expect(extend(points, more)).toEqual(extended);
});

test.each([
  [[], 0],
  [[at(0.2, 0.2)], 0],
  [[at(0, 0), at(0.3, 0.4)], 0.5],
  [[at(0, 0), at(1, 0), at(1, 1)], 2],
])("lengthOf %j is %d", (points, length) => {
  expect(lengthOf(points)).toBeCloseTo(length);
});

test("midpoint", () => {
  expect(midpoint(at(0, 1), at(1, 0))).toEqual(at(0.5, 0.5));
});

describe("throughWaypoints", () => {
  it("passes every waypoint and keeps the ends", () => {
    const waypoints = [at(0, 0), at(0.5, 0.2), at(0.4, 0.9)];
    const curve = throughWaypoints(waypoints, 4);
    expect(curve).toHaveLength(9);
    expect([curve[0], curve[4], curve[8]]).toEqual(waypoints);
  });

  it("is straight between points on a line", () => {
    for (const { x, y } of throughWaypoints([at(0, 0), at(0.5, 0.5), at(1, 1)])) {
      expect(x).toBeCloseTo(y);
    }
  });
});

test.each([
  [{ width: 4000, height: 3000 }, 1024, { width: 1024, height: 768 }],
  [{ width: 28, height: 28 }, 1024, { width: 28, height: 28 }],
  [{ width: 10_000, height: 2 }, 1000, { width: 1000, height: 1 }],
])("fitWithin %j in %d is %j", (size, longest, fitted) => {
  expect(fitWithin(size, longest)).toEqual(fitted);
});

test.each([
  [
    { width: 28, height: 28 },
    { left: 0, top: 0, width: 1, height: 1 },
  ],
  [
    { width: 200, height: 100 },
    { left: 0, top: 0.25, width: 1, height: 0.5 },
  ],
  [
    { width: 50, height: 100 },
    { left: 0.25, top: 0, width: 0.5, height: 1 },
  ],
])("containInUnit %j is %j", (size, box) => {
  expect(containInUnit(size)).toEqual(box);
});
