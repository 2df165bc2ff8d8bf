import { FIELD_PX } from "./preprocessing";

/**
 * Which pixels of the field the `side` × `side` places of a picture stand for: row and column i
 * begin at `first` + `step` · i and are `step` pixels wide.
 */
export interface Grid {
  readonly side: number;
  readonly first: number;
  readonly step: number;
}

/** A place for every pixel of the field. */
export const PIXELS: Grid = { side: FIELD_PX, first: 0, step: 1 };

/** How a logit comes about: amounts by place, row by row, and a constant, which add up to it. */
export interface Evidence {
  readonly grid: Grid;
  readonly places: Float32Array;
  readonly constant: number;
}

export interface EvidenceSum {
  /** The sum of the positive amounts. */
  readonly for: number;
  /** The sum of the negative amounts: at most 0. */
  readonly against: number;
  readonly constant: number;
  readonly total: number;
}

export function sumOf({ places, constant }: Evidence): EvidenceSum {
  let pro = 0;
  let against = 0;
  for (const amount of places) {
    if (amount > 0) pro += amount;
    else against += amount;
  }
  return { for: pro, against, constant, total: pro + against + constant };
}

/** What speaks for one digit rather than for another: it adds up to the difference of their logits. */
export function differenceOf(one: Evidence, other: Evidence): Evidence {
  return {
    grid: one.grid,
    places: one.places.map((amount, i) => amount - (other.places[i] ?? 0)),
    constant: one.constant - other.constant,
  };
}

/**
 * The terms rounded so that what is printed adds up to the printed total: rounded one by one they
 * may miss it by a unit or two of the last decimal, which the largest term takes.
 */
export function roundedTerms(terms: readonly number[], total: number, decimals = 2): number[] {
  const unit = 10 ** decimals;
  const rounded = terms.map((term) => Math.round(term * unit));
  const missing = Math.round(total * unit) - rounded.reduce((sum, term) => sum + term, 0);
  const largest = strongest(terms.map(Math.abs), 1)[0];
  return rounded.map((term, i) => (term + (i === largest ? missing : 0)) / unit);
}

/** Rounded to hundredths, as totals are printed. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The places of the `most` greatest values, greatest first; equal ones in their order. */
export function strongest(values: ArrayLike<number>, most: number): number[] {
  const at = (i: number) => values[i] ?? 0;
  return Array.from(values, (_, i) => i)
    .sort((i, k) => at(k) - at(i))
    .slice(0, most);
}

/** A few numbers are far greater than all others; the last ones have the full colour together. */
const FULL_FROM = 0.98;

/** The magnitude that has the full colour in pictures of numbers, most of which are not 0. */
export function scaleOf(pictures: readonly Float32Array[]): number {
  const magnitudes = new Float32Array(pictures.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const values of pictures) {
    for (const value of values) {
      if (value === 0) continue;
      magnitudes[count] = Math.abs(value);
      count += 1;
    }
  }
  // typed arrays sort by value, fast enough for every frame
  return magnitudes.subarray(0, count).sort()[Math.floor(FULL_FROM * (count - 1))] ?? 1;
}

/** The greatest magnitude, but at least `floor`: a scale for a picture of the values. */
export function magnitudeOf(values: Iterable<number>, floor = 1e-6): number {
  let most = floor;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

/** The middle of a place, in pixels of the field: x and y. */
export function middleOf({ side, first, step }: Grid, place: number): [x: number, y: number] {
  const middle = (index: number) => first + step * (index + 0.5);
  return [middle(place % side), middle(Math.floor(place / side))];
}

const ACROSS = ["left", "middle", "right"] as const;
const DOWN = ["top", "middle", "bottom"] as const;

/** Digits are scaled to so many pixels of the field, in its middle. */
const DIGIT_PX = 20;

/** Where a point of the field is in the digit, in words: "top left", "middle", "right". */
export function whereText(x: number, y: number): string {
  const third = (value: number) => {
    const share = (value - (FIELD_PX - DIGIT_PX) / 2) / DIGIT_PX;
    return Math.min(2, Math.max(0, Math.floor(3 * share)));
  };
  const across = ACROSS[third(x)] ?? "middle";
  const down = DOWN[third(y)] ?? "middle";
  if (across === "middle") return down;
  return down === "middle" ? across : `${down} ${across}`;
}
