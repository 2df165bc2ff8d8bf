import type { Field } from "../../engine/preprocessing";
import { valuesOf, type Knob } from "./knobs";
import { nudged, type Nudge } from "./nudge";
import { nameOfClass } from "../../shared/lib/classes";

/** What each rung reads at every value of one slider, all others staying where they are. */
export interface Sweep {
  readonly knob: Knob;
  readonly values: readonly number[];
  /** By model, a reading for each value: null where no digit is left. */
  readonly readings: ReadonlyMap<string, readonly (number | null)[]>;
}

interface Reader {
  readonly rungs: readonly { readonly model: string }[];
  logits(model: string, field: Field): Promise<ArrayLike<number>>;
}

/**
 * Goes through a slider's values, each when the browser has nothing else to do.
 * Throws AbortError when `signal` aborts.
 */
export async function sweep(
  engine: Reader,
  field: Field,
  nudge: Nudge,
  knob: Knob,
  signal: AbortSignal,
  idle: () => Promise<void> = untilIdle,
): Promise<Sweep> {
  const values = valuesOf(knob);
  const readings = new Map(engine.rungs.map(({ model }) => [model, [] as (number | null)[]]));
  for (const value of values) {
    await idle();
    signal.throwIfAborted();
    const seen = nudged(field, { ...nudge, [knob.name]: value });
    for (const [model, read] of readings) {
      read.push(seen && highest(await engine.logits(model, seen)));
    }
  }
  return { knob, values, readings };
}

/** The first value at which a rung reads something else, and how many steps out it is. */
export interface Loss {
  readonly at: number;
  readonly order: number;
}

/** Where a rung no longer reads the digit, going outwards from the harmless value; null: nowhere. */
export function lossOf(
  { knob, values }: Pick<Sweep, "knob" | "values">,
  readings: readonly (number | null)[],
  digit: number,
  direction: "lower" | "higher",
): Loss | null {
  const start = values.indexOf(knob.harmless);
  const step = direction === "lower" ? -1 : 1;
  for (let i = start; i >= 0 && i < values.length; i += step) {
    const at = values[i];
    if (at !== undefined && readings[i] !== digit) return { at, order: Math.abs(i - start) };
  }
  return null;
}

function highest(logits: ArrayLike<number>): number {
  const all = Array.from(logits);
  return all.indexOf(Math.max(...all));
}

/** Safari has no requestIdleCallback: there other work gets a turn in between. */
function untilIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) {
      window.requestIdleCallback(
        () => {
          resolve();
        },
        { timeout: 200 },
      );
    } else setTimeout(resolve, 0);
  });
}

/** Neighbouring values at which the same is read. */
export interface Run {
  readonly reading: number | null;
  /** The first value's place, and how many there are. */
  readonly from: number;
  readonly length: number;
}

export function runsOf(readings: readonly (number | null)[]): readonly Run[] {
  const runs: Run[] = [];
  readings.forEach((reading, i) => {
    const last = runs.at(-1);
    if (last?.reading === reading) runs[runs.length - 1] = { ...last, length: last.length + 1 };
    else runs.push({ reading, from: i, length: 1 });
  });
  return runs;
}

/** "reads 7 from 20° to the left to 30° to the right" */
export function runsText(
  runs: readonly Run[],
  values: readonly number[],
  digit: number,
  { signedText }: Knob,
): string {
  const at = (i: number) => signedText(values[i] ?? NaN);
  const right = runs.filter(({ reading }) => reading === digit);
  if (right.length === 0) return `reads ${nameOfClass(digit)} nowhere`;
  const ranges = right.map(({ from, length }) =>
    length === 1 ? `at ${at(from)}` : `from ${at(from)} to ${at(from + length - 1)}`,
  );
  return `reads ${nameOfClass(digit)} ${ranges.join(", and ")}`;
}
