import { expect, test } from "vitest";
import type { Covered } from "../../engine/occlusion";
import { occlusionText } from "./occlusionText";

const whole = (p: number) => `${Math.round(p * 100)}%`;
const square = (said: Partial<Covered>): Covered => ({
  column: 3,
  row: 0,
  digit: 7,
  confidence: 0.9,
  left: 0.9,
  fall: 0,
  ...said,
});

test.each<[Covered[], string]>([
  [[], "There is nothing to cover."],
  [
    [square({ fall: 0.2 }), square({ column: 0, row: 6, left: 0.7, fall: 1.5 })],
    "Whatever square is covered, it still says 7. The bottom left matters most: without it, 7 goes from 98% to 70%.",
  ],
  [
    [
      square({}),
      square({ digit: 1, confidence: 0.6, left: 0.2, fall: 5 }),
      square({ row: 3, digit: 1, confidence: 0.8, left: 0.1, fall: 6 }),
      square({ column: 6, digit: 9, confidence: 0.5, left: 0.4, fall: 4 }),
      square({ row: 3, digit: 4, confidence: 0.3, left: 0.4, fall: 4 }),
    ],
    "Cover the middle and it says 1 (80%) or 4 (30%). Cover the top right and it says 9 (50%). 4 of the 5 squares with ink in them change the answer.",
  ],
  [
    [square({ digit: 1, confidence: 0.6, left: 0.2, fall: 5 })],
    "Cover the top and it says 1 (60%). 1 of the 1 squares with ink in them changes the answer.",
  ],
])("%#: says what covering changes", (covered, text) => {
  expect(occlusionText({ digit: 7, confidence: 0.98, covered }, whole)).toBe(text);
});
