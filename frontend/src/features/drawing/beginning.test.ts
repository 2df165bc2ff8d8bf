import { expect, test } from "vitest";
import type { Stroke } from "../../engine/strokes";
import { beginningOf, LONG_PAUSE_MS } from "./beginning";
import { SAMPLES } from "./samples";

const line = (...points: [number, number][]): Stroke => ({
  points: points.map(([x, y]) => ({ x, y })),
  width: 0.06,
});
/** Half of a small two, as in 2026. */
const SMALL = [line([0.1, 0.4], [0.2, 0.4], [0.1, 0.6], [0.2, 0.6])];
const ONE = [line([0.5, 0.2], [0.5, 0.8])];

test.each<[string, Stroke[], [number, number], number, string]>([
  ["a first stroke", [], [0.1, 0.1], 60_000, "next"],
  ["the next digit of a number", SMALL, [0.35, 0.4], 900, "next"],
  ["the last digit of a number, far away", SMALL, [0.9, 0.4], 1_900, "next"],
  ["another digit beside it, later", SMALL, [0.35, 0.4], LONG_PAUSE_MS, "new"],
  ["a stroke over it, at once", ONE, [0.4, 0.5], 300, "next"],
  ["a stroke over it, later", ONE, [0.4, 0.5], 5_000, "late"],
  ["a stroke inside its box, later", SMALL, [0.15, 0.5], 5_000, "late"],
  ["a large digit beside a one", ONE, [0.15, 0.3], 5_000, "new"],
  ["a digit below a small one", SMALL, [0.15, 0.8], 5_000, "new"],
])("%s", (_, strokes, [x, y], pauseMs, beginning) => {
  expect(beginningOf(strokes, { x, y }, pauseMs)).toBe(beginning);
});

// the second strokes of the samples' 4, 5 and 7: never another drawing, however long one thinks
test.each(SAMPLES.filter(({ strokes }) => strokes.length > 1))(
  "the second stroke of a $digit",
  ({ strokes: [first, second] }) => {
    const start = second?.points[0];
    expect(first && start && beginningOf([first], start, 60_000)).toBe("late");
  },
);
