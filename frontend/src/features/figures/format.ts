import type { Interval } from "../../shared/api/types";
import { nameOfClass, noun } from "../../shared/lib/classes";

/** In place of a missing figure. */
export const NONE = "–";

/** A share as a percentage with two decimals: a hundredth of a point is one test digit. */
export function share(value: number | null): string {
  return value === null ? NONE : `${(value * 100).toFixed(2)}%`;
}

export function interval([low, high]: Interval): string {
  return `${(low * 100).toFixed(2)} to ${share(high)}`;
}

/** How the numbers along an axis are written: its ticks, and values between them, alike. */
export interface NumberFormat {
  /** As short as the number is round. */
  readonly tick: (value: number) => string;
  /** Wherever a value is told: in the tooltip and in the table. */
  readonly value: (value: number) => string;
}

export const PERCENT: NumberFormat = {
  tick: (value) => `${Number((value * 100).toFixed(2))}%`,
  value: share,
};
export const COUNT: NumberFormat = { tick: count, value: count };
export const FOUR_DECIMALS: NumberFormat = {
  tick: (value) => String(Number(value.toFixed(4))),
  value: (value) => value.toFixed(4),
};
/** Epochs and levels: few and round as they are. */
export const AS_IS: NumberFormat = { tick: String, value: String };

/** Classes by index; of a long name an axis has the beginning. */
export const CLASS_NAME: NumberFormat = {
  tick: (value) => {
    const name = nameOfClass(value);
    return name.length <= 8 ? name : `${name.slice(0, 7)}…`;
  },
  value: nameOfClass,
};

export function count(value: number | null): string {
  return value === null ? NONE : Math.round(value).toLocaleString("en");
}

/** A count short enough for a table: 2.28 M. */
export function short(value: number): string {
  return value < 1000 ? count(value) : scaled(value, 1000, ["", "k", "M", "G", "T"]);
}

export function bytes(value: number): string {
  return scaled(value, 1000, ["B", "kB", "MB", "GB"]);
}

export function microseconds(value: number): string {
  return scaled(value, 1000, ["µs", "ms", "s"]);
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A difference of shares in percentage points, with its sign. */
export function points(difference: number): string {
  return `${signed(difference * 100)} points`;
}

export function pointsInterval([low, high]: Interval): string {
  return `${signed(low * 100)} to ${signed(high * 100)}`;
}

/** With no-break spaces. */
export function pValue(p: number): string {
  const text = p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`;
  return text.replaceAll(" ", "\u00a0");
}

/** A difference with a smaller p value is called significant. */
export const SIGNIFICANT = 0.05;

export function chance(p: number): string {
  return p < SIGNIFICANT ? "Too large a difference for chance" : "Could be chance";
}

/** "1 digit", "12 digits". */
export function digits(n: number): string {
  return `${count(n)} ${noun(n)}`;
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  if (Number(text) === 0) return text;
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** Three significant figures in the largest unit that keeps them at 1 or above. */
function scaled(value: number, base: number, units: readonly string[]): string {
  let rest = value;
  let unit = 0;
  while (Number(rest.toPrecision(3)) >= base && unit < units.length - 1) {
    rest /= base;
    unit += 1;
  }
  return `${Number(rest.toPrecision(3))} ${units[unit] ?? ""}`.trim();
}
