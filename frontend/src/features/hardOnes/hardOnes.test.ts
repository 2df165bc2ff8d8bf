import { expect, test } from "vitest";
import { toHardOne } from "./hardOnes";

const common = { label: 2, read: {}, first_right: null, sentence: "A 2." };

test("pen strokes come in thousandths of the field", () => {
  const points: [number, number][] = [
    [250, 500],
    [1000, 0],
  ];
  const item = { ...common, source: "penstrokes" as const, index: 7, strokes: [points], pen: 58 };
  expect(toHardOne(item)).toMatchObject({
    id: "penstrokes-7",
    strokes: [
      {
        points: [
          { x: 0.25, y: 0.5 },
          { x: 1, y: 0 },
        ],
        width: 0.058,
      },
    ],
  });
});

test("a test digit has no strokes", () => {
  const item = { ...common, source: "mnist" as const, index: 9, strokes: [], pen: null };
  expect(toHardOne(item)).toMatchObject({ strokes: null, index: 9 });
});
