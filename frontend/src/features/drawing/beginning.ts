import type { Point, Stroke } from "../../engine/strokes";

/** What a stroke is to the drawing that it begins on. */
export type Beginning =
  /** One of its strokes. */
  | "next"
  /** One of its strokes too, though after a pause: perhaps another digit over it. */
  | "late"
  /** The first stroke of another drawing. */
  | "new";

/** Nobody rests so long between two strokes of a digit, or two digits of a number. */
export const LONG_PAUSE_MS = 2_000;
/** A stroke of the same digit begins nearer to the ink: as a share of the ink's longer side. */
const BESIDE = 0.3;
/** The same as a share of the field, for small digits. */
const LEAST_BESIDE = 0.08;

/** Whether a stroke that begins `at` a place goes on with the drawing, `pauseMs` after its last. */
export function beginningOf(strokes: readonly Stroke[], at: Point, pauseMs: number): Beginning {
  if (strokes.length === 0 || pauseMs < LONG_PAUSE_MS) return "next";
  const xs = strokes.flatMap(({ points }) => points.map(({ x }) => x));
  const ys = strokes.flatMap(({ points }) => points.map(({ y }) => y));
  const [left, right, top, bottom] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...ys),
    Math.max(...ys),
  ];
  const gap = Math.hypot(
    Math.max(left - at.x, 0, at.x - right),
    Math.max(top - at.y, 0, at.y - bottom),
  );
  const longer = Math.max(right - left, bottom - top);
  return gap > Math.max(LEAST_BESIDE, BESIDE * longer) ? "new" : "late";
}
