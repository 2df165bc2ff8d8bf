import { expect, test } from "vitest";
import { placesOf, spriteStyle } from "./sprites";

const sheet = { columns: 40, indices: [...Array(95).keys()].map((i) => i * 3) };

test.each([
  [0, 28, "0px 0px"],
  [1, 28, "-28px 0px"],
  [39, 28, "-1092px 0px"],
  [40, 28, "0px -28px"],
  [81, 56, "-56px -112px"],
])("place %d at %d px lies at %s", (place, side, position) => {
  expect(spriteStyle(sheet, place, side)).toEqual({
    width: side,
    height: side,
    backgroundPosition: position,
    backgroundSize: `${40 * side}px ${3 * side}px`,
  });
});

test("placesOf finds a test digit's place", () => {
  const places = placesOf(sheet);
  expect([places.get(0), places.get(6), places.get(1)]).toEqual([0, 2, undefined]);
});
