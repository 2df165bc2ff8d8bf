import { classNames, nameOfClass } from "../../shared/lib/classes";
import type { Drawing } from "../../features/drawing/history";

/** What a class guesses of one drawing before it sees the answers. */
export interface Round {
  /** The drawing, by its first stroke or its picture: more strokes are still the same drawing. */
  readonly of: object | null;
  /** How many voted for each digit. */
  readonly votes: readonly number[];
  /** The answers are shown. */
  readonly isOver: boolean;
}

export const NO_ROUND: Round = { of: null, votes: Array<number>(10).fill(0), isOver: false };

/** The round for a drawing: another drawing begins another one. */
export function roundOf(round: Round, { strokes, picture }: Drawing): Round {
  const of = picture?.body ?? strokes[0] ?? null;
  const classes = classNames().length;
  if (round.of === of && round.votes.length === classes) return round;
  return { ...NO_ROUND, votes: Array<number>(classes).fill(0), of };
}

/** One vote more, or with `by` -1 one less, for a digit. */
export function vote(round: Round, digit: number, by: 1 | -1): Round {
  if (round.isOver) return round;
  const votes = round.votes.map((count, d) => (d === digit ? Math.max(0, count + by) : count));
  return { ...round, votes };
}

/** The votes in words, most first: "12 say 7, 3 say 1". */
export function votesText({ votes }: Round): string {
  return votes
    .map((count, digit) => ({ count, digit }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.digit - b.digit)
    .map(({ count, digit }) => `${count} ${count === 1 ? "says" : "say"} ${nameOfClass(digit)}`)
    .join(", ");
}
