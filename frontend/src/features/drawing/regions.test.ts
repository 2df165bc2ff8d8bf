import { describe, expect, it, test } from "vitest";
import {
  boxOnField,
  boxStyle,
  changeBox,
  isSameBox,
  WHOLE,
  type Grip,
  type PixelBox,
} from "./regions";

const SIZE = { width: 200, height: 100 };
const BOX: PixelBox = [20, 10, 60, 50];

test.each<[string, Grip, number, number, PixelBox]>([
  ["moves", WHOLE, 5, -5, [25, 5, 65, 45]],
  ["moves by whole pixels", WHOLE, 5.4, 0.6, [25, 11, 65, 51]],
  ["stays inside when moved left and up", WHOLE, -500, -500, [0, 0, 40, 40]],
  ["stays inside when moved right and down", WHOLE, 500, 500, [160, 60, 200, 100]],
  ["is resized by its upper left corner", { x: -1, y: -1 }, -10, 5, [10, 15, 60, 50]],
  ["is resized by its lower right corner", { x: 1, y: 1 }, 10, -5, [20, 10, 70, 45]],
  ["is resized by its upper right corner", { x: 1, y: -1 }, 10, -5, [20, 5, 70, 50]],
  ["ends at the picture's edges", { x: 1, y: 1 }, 900, 900, [20, 10, 200, 100]],
  ["ends at the picture's other edges", { x: -1, y: -1 }, -900, -900, [0, 0, 60, 50]],
  ["keeps a least side", { x: -1, y: 1 }, 900, -900, [52, 10, 60, 18]],
])("a box %s", (_, grip, x, y, changed) => {
  expect(changeBox(BOX, grip, { x, y }, SIZE)).toEqual(changed);
});

test("a box thinner than the least side leaves the picture nowhere", () => {
  const [left, , right] = changeBox([1, 0, 3, 90], { x: -1, y: -1 }, { x: 4, y: 0 }, SIZE);
  expect([left, right]).toEqual([0, 3]);
});

describe("a box on the field", () => {
  it("lies where the picture shows it, centred and whole", () => {
    expect(boxOnField([0, 0, 200, 100], SIZE)).toEqual({
      left: 0,
      top: 0.25,
      width: 1,
      height: 0.5,
    });
    expect(boxOnField([0, 0, 280, 280], { width: 280, height: 280 })).toEqual({
      left: 0,
      top: 0,
      width: 1,
      height: 1,
    });
  });

  it("is placed in percent", () => {
    expect(boxStyle([20, 10, 60, 50], SIZE)).toEqual({
      left: "10%",
      top: "30%",
      width: "20%",
      height: "20%",
    });
  });
});

test("isSameBox", () => {
  expect(isSameBox(BOX, [20, 10, 60, 50])).toBe(true);
  expect(isSameBox(BOX, [20, 10, 60, 51])).toBe(false);
});
