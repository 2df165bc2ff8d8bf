import { strongest, type Grid } from "./evidence";
import { FIELD_PX, type Field } from "./preprocessing";
import { softmax } from "./probabilities";

/** The square that is slid over the field, and its step, in pixels. */
const COVER_PX = 8;
const STEP_PX = 4;
const SQUARES = FIELD_PX / STEP_PX;
/** A place for every square: its middle part, which no other square has in its middle. */
export const SQUARES_GRID: Grid = { side: SQUARES, first: 0, step: STEP_PX };

/** What a rung says when a square of the field is covered. */
export interface Covered {
  /** Column and row of the square, 0 to 6; it is centred on (column + 0.5) steps. */
  readonly column: number;
  readonly row: number;
  readonly digit: number;
  /** The probability of the digit that is said then. */
  readonly confidence: number;
  /** The probability that is left to the digit of the whole drawing. */
  readonly left: number;
  /** By how much the log odds of the digit of the whole drawing fall; below 0 they rise. */
  readonly fall: number;
}

export interface Occlusion {
  /** What it says to the whole drawing, and how surely. */
  readonly digit: number;
  readonly confidence: number;
  /** Only squares with ink in them: covering nothing changes nothing. */
  readonly covered: readonly Covered[];
}

/** The field with a square covered by the ground; null where there is no ink in it. */
export function cover(field: Field, column: number, row: number): Field | null {
  const covered = field.slice();
  const start = (index: number) => Math.max(0, (index + 0.5) * STEP_PX - COVER_PX / 2);
  const end = (index: number) => Math.min(FIELD_PX, (index + 0.5) * STEP_PX + COVER_PX / 2);
  let ink = 0;
  for (let y = start(row); y < end(row); y += 1) {
    for (let x = start(column); x < end(column); x += 1) {
      ink += field[y * FIELD_PX + x] ?? 0;
      covered[y * FIELD_PX + x] = 0;
    }
  }
  return ink === 0 ? null : covered;
}

/** How much more one digit is expected than all others together, as the logarithm of the ratio. */
function logOdds(scaled: readonly number[], digit: number): number {
  const others = scaled.filter((_, other) => other !== digit);
  const most = Math.max(...others);
  const sum = others.reduce((total, logit) => total + Math.exp(logit - most), 0);
  return (scaled[digit] ?? 0) - most - Math.log(sum);
}

/**
 * Occlusion sensitivity (Zeiler and Fergus, "Visualizing and understanding convolutional networks",
 * ECCV 2014, section 4.2): which squares of the drawing the answer hangs on. `pause` is awaited
 * between two questions, so that a pen that moves meanwhile is drawn; null where `signal` aborted.
 */
export async function occlude(
  field: Field,
  logits: (field: Field) => Promise<ArrayLike<number>>,
  temperature: number,
  signal: AbortSignal,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<Occlusion | null> {
  const scaledLogits = async (of: Field) =>
    Array.from(await logits(of), (logit) => logit / temperature);
  const whole = await scaledLogits(field);
  const digit = strongest(whole, 1)[0] ?? 0;
  const covered: Covered[] = [];
  for (let row = 0; row < SQUARES; row += 1) {
    for (let column = 0; column < SQUARES; column += 1) {
      const rest = cover(field, column, row);
      if (rest === null) continue;
      await pause();
      if (signal.aborted) return null;
      const scaled = await scaledLogits(rest);
      const probabilities = softmax(scaled);
      const now = strongest(probabilities, 1)[0] ?? 0;
      covered.push({
        column,
        row,
        digit: now,
        confidence: probabilities[now] ?? 0,
        left: probabilities[digit] ?? 0,
        fall: logOdds(whole, digit) - logOdds(scaled, digit),
      });
    }
  }
  return { digit, confidence: softmax(whole)[digit] ?? 0, covered };
}

/** The fall of the log odds by square, row by row; 0 where nothing was covered or it rose. */
export function fallsOf(covered: readonly Covered[]): Float32Array {
  const falls = new Float32Array(SQUARES * SQUARES);
  for (const { column, row, fall } of covered) falls[row * SQUARES + column] = Math.max(0, fall);
  return falls;
}
