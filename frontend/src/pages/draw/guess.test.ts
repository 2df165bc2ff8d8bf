import { expect, it } from "vitest";
import { EMPTY_DRAWING, type Drawing } from "../../features/drawing/history";
import type { Stroke } from "../../engine/strokes";
import { NO_ROUND, roundOf, vote, votesText } from "./guess";

const stroke = (x: number): Stroke => ({ points: [{ x, y: x }], width: 0.1 });
const of = (...strokes: Stroke[]): Drawing => ({ strokes, picture: null });

it("counts votes, most first, and never less than none", () => {
  const votes = [7, 1, 7, 9, 7].reduce((round, digit) => vote(round, digit, 1), NO_ROUND);
  expect(votesText(votes)).toBe("3 say 7, 1 says 1, 1 says 9");
  expect(votesText(vote(vote(votes, 9, -1), 9, -1))).toBe("3 say 7, 1 says 1");
  expect(votesText(NO_ROUND)).toBe("");
});

it("lasts as long as the drawing, whatever is added", () => {
  const [a, b] = [stroke(1), stroke(2)];
  const round = vote(roundOf(NO_ROUND, of(a)), 7, 1);
  expect(roundOf(round, of(a, b))).toBe(round);
  expect(roundOf(round, of(b)).votes).toEqual(NO_ROUND.votes);
  expect(roundOf(round, EMPTY_DRAWING)).toEqual(NO_ROUND);
});

it("takes no votes once the answers are shown", () => {
  const over = { ...NO_ROUND, isOver: true };
  expect(vote(over, 7, 1)).toBe(over);
});
