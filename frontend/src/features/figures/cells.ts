import type { DigitSheet } from "../../shared/api/types";
import { classNames, nameOfClass, noun } from "../../shared/lib/classes";

/** A cell of the confusion matrix. */
export interface Cell {
  /** What the digit is. */
  readonly label: number;
  /** What the model read. */
  readonly read: number;
}

/** "4-9" is 4 read as 9; null for anything else. */
export function readCell(text: string): Cell | null {
  const match = /^(\d{1,3})-(\d{1,3})$/.exec(text);
  if (!match) return null;
  const cell = { label: Number(match[1]), read: Number(match[2]) };
  return Math.max(cell.label, cell.read) < classNames().length ? cell : null;
}

export function writeCell({ label, read }: Cell): string {
  return `${label}-${read}`;
}

export function isSameCell(one: Cell | null, other: Cell | null): boolean {
  return one?.label === other?.label && one?.read === other?.read;
}

/** A cell in words: "4 read as 9: 12 digits". */
export function cellText({ label, read }: Cell, n: number): string {
  const many = n === 0 ? "none" : `${n} ${noun(n)}`;
  return `${nameOfClass(label)} read as ${nameOfClass(read)}: ${many}`;
}

/** The largest count off the diagonal: the end of the colour scale that all matrices share. */
export function mostErrors(matrices: readonly (readonly (readonly number[])[])[]): number {
  return Math.max(
    0,
    ...matrices.flatMap((matrix) =>
      matrix.flatMap((row, label) => row.filter((_, read) => read !== label)),
    ),
  );
}

/**
 * How strongly a cell is coloured, 0 to 1. The square root keeps a few errors visible beside the
 * many of a weaker model; the diagonal is left out.
 */
export function heat(n: number, most: number): number {
  return n <= 0 || most <= 0 ? 0 : Math.sqrt(Math.min(n, most) / most);
}

/** Round counts from 1 to the largest, for the legend of the colour scale. */
export function heatSteps(most: number): number[] {
  if (most <= 0) return [];
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((n) => n < most * 0.75);
  const kept = steps.filter((_, i) => (steps.length - i) % 2 === 1 || steps.length <= 3);
  return [...kept, most];
}

/** Where the sheet holds the digits of a cell, as one model reads them: places in the sheet. */
export function placesInCell(sheet: DigitSheet, model: string, cell: Cell): number[] {
  const read = sheet.read[model] ?? [];
  return sheet.labels.flatMap((label, place) =>
    label === cell.label && read[place] === cell.read ? [place] : [],
  );
}

/** Where a key moves the focus inside a matrix; null for other keys. */
export function cellAfterKey(
  { label, read }: Cell,
  key: string,
  withControl: boolean,
): Cell | null {
  const last = classNames().length - 1;
  const keep = (value: number) => Math.min(last, Math.max(0, value));
  switch (key) {
    case "ArrowUp":
      return { label: keep(label - 1), read };
    case "ArrowDown":
      return { label: keep(label + 1), read };
    case "ArrowLeft":
      return { label, read: keep(read - 1) };
    case "ArrowRight":
      return { label, read: keep(read + 1) };
    case "Home":
      return { label: withControl ? 0 : label, read: 0 };
    case "End":
      return { label: withControl ? last : label, read: last };
    default:
      return null;
  }
}
