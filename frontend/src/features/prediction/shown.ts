import type { Stroke } from "../../engine/strokes";
import type { Prediction } from "../../shared/api/types";
import type { Drawing } from "../drawing/history";
import type { PredictionState } from "./prediction";

/** Answers on the page, and what they answer. */
export interface Shown {
  readonly results: readonly Prediction[];
  readonly strokes: readonly Stroke[];
  /** The picture's bytes; null for strokes. */
  readonly picture: Blob | null;
  /** They answer one more stroke, which is being drawn. */
  readonly isPenDown: boolean;
}

/**
 * What to show in a state. While a drawing goes on, the answers so far stay until newer ones are
 * there; of a drawing that has been replaced nothing stays. The same object while nothing changes.
 */
export function nextShown(
  before: Shown | null,
  state: PredictionState,
  drawing: Drawing,
  isPenDown: boolean,
): Shown | null {
  switch (state.phase) {
    case "empty":
    case "failed":
      return null;
    case "paused":
    case "predicting":
      return before && goesOn(before, drawing) ? before : null;
    case "live":
    case "answered": {
      const { results } = state;
      const { strokes, picture } = drawing;
      const isSame =
        before?.results === results && before.strokes === strokes && before.isPenDown === isPenDown;
      // drawing on a picture replaces it
      return isSame
        ? before
        : { results, strokes, picture: isPenDown ? null : (picture?.body ?? null), isPenDown };
    }
  }
}

/** Whether the drawing has only strokes more or less, or reads another part of the same picture. */
function goesOn(before: Shown, { strokes, picture }: Drawing): boolean {
  if (before.picture || picture) return before.picture === picture?.body;
  const common = Math.min(before.strokes.length, strokes.length);
  return (
    (common > 0 || before.isPenDown) &&
    strokes.slice(0, common).every((stroke, i) => stroke === before.strokes[i])
  );
}
