import type { NumberFormat } from "./format";

/** One axis of a plot. */
export interface Axis {
  readonly label: string;
  readonly domain: readonly [low: number, high: number];
  readonly ticks: readonly number[];
  readonly scale: "linear" | "log";
  readonly format: NumberFormat;
}

const STEPS = [1, 2, 2.5, 5, 10];

/** An axis around the values with about `wanted` round ticks, which include its ends. */
export function linearAxis(
  label: string,
  values: readonly number[],
  format: NumberFormat,
  wanted = 5,
): Axis {
  const [least, most] = ends(values, [0, 1]);
  const raw = (most - least || Math.abs(most) || 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (STEPS.find((s) => s * power >= raw * 0.999) ?? 10) * power;
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => tidy((first + i) * step));
  return { label, domain: [ticks[0] ?? 0, ticks.at(-1) ?? 1], ticks, scale: "linear", format };
}

/** A logarithmic axis around the positive values, with ticks at 1, 2 and 5 of every power of ten. */
export function logAxis(label: string, values: readonly number[], format: NumberFormat): Axis {
  const [least, most] = ends(
    values.filter((value) => value > 0),
    [0.1, 1],
  );
  const all: number[] = [];
  for (
    let power = Math.floor(Math.log10(least));
    power <= Math.ceil(Math.log10(most));
    power += 1
  ) {
    all.push(...[1, 2, 5].map((digit) => tidy(digit * 10 ** power)));
  }
  const low = all.findLast((tick) => tick <= least) ?? least;
  const high = all.find((tick) => tick >= most && tick > low) ?? most;
  const inside = all.filter((tick) => tick >= low && tick <= high);
  return { label, domain: [low, high], ticks: inside, scale: "log", format };
}

function ends(values: readonly number[], fallback: [number, number]): [number, number] {
  if (values.length === 0) return fallback;
  return [Math.min(...values), Math.max(...values)];
}

/** 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
