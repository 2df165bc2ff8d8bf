import type { Stroke } from "../../engine/strokes";
import type { Picture } from "./picture";
import type { PixelBox } from "./regions";

/** Strokes, or a picture that was opened. */
export interface Drawing {
  readonly strokes: readonly Stroke[];
  readonly picture: Picture | null;
  /** Where it comes from, if it was not drawn just now. */
  readonly origin?: "sample" | "reopened";
}

export interface History {
  readonly past: readonly Drawing[];
  readonly present: Drawing;
  readonly future: readonly Drawing[];
}

export type Step =
  | { readonly kind: "stroke"; readonly stroke: Stroke }
  /** The first stroke of a new drawing, on a field that was cleared for it: one step back is the old. */
  | { readonly kind: "first stroke"; readonly stroke: Stroke }
  | { readonly kind: "sample"; readonly strokes: readonly Stroke[] }
  /** What was drawn before, or came by a link. */
  | { readonly kind: "reopen"; readonly strokes: readonly Stroke[] }
  | { readonly kind: "picture"; readonly picture: Picture }
  /** Only a part of the picture is to be read, or with null all of it. */
  | { readonly kind: "region"; readonly region: PixelBox | null }
  | { readonly kind: "clear" }
  | { readonly kind: "undo" }
  | { readonly kind: "redo" };

const MOST_STEPS = 200;

export const EMPTY_DRAWING: Drawing = { strokes: [], picture: null };
export const EMPTY_HISTORY: History = { past: [], present: EMPTY_DRAWING, future: [] };

export function isEmpty(drawing: Drawing): boolean {
  return drawing.strokes.length === 0 && drawing.picture === null;
}

/** The history of a page that begins with these strokes on the field. */
export function historyFrom(strokes: readonly Stroke[]): History {
  return strokes.length === 0 ? EMPTY_HISTORY : { ...EMPTY_HISTORY, present: reopened(strokes) };
}

export function historyReducer(history: History, step: Step): History {
  const { past, present, future } = history;
  switch (step.kind) {
    case "stroke":
      // drawing on a picture starts a new drawing; Undo brings the picture back
      return advance(history, { strokes: [...present.strokes, step.stroke], picture: null });
    case "first stroke":
      return { past, present: { strokes: [step.stroke], picture: null }, future: [] };
    case "sample":
      return advance(history, { strokes: step.strokes, picture: null, origin: "sample" });
    case "reopen":
      return advance(history, reopened(step.strokes));
    case "picture":
      return advance(history, { strokes: [], picture: step.picture });
    case "region": {
      if (!present.picture) return history;
      const drawing = { strokes: [], picture: { ...present.picture, region: step.region } };
      // Undo goes back to the whole picture, not through every place that the frame has been in
      return present.picture.region && step.region
        ? { past, present: drawing, future: [] }
        : advance(history, drawing);
    }
    case "clear":
      return isEmpty(present) ? history : advance(history, EMPTY_DRAWING);
    case "undo": {
      const previous = past.at(-1);
      if (!previous) return history;
      return { past: past.slice(0, -1), present: previous, future: [present, ...future] };
    }
    case "redo": {
      const [next, ...later] = future;
      if (!next) return history;
      return { past: [...past, present], present: next, future: later };
    }
  }
}

function reopened(strokes: readonly Stroke[]): Drawing {
  return { strokes, picture: null, origin: "reopened" };
}

function advance(history: History, drawing: Drawing): History {
  const past = [...history.past, history.present].slice(-MOST_STEPS);
  return { past, present: drawing, future: [] };
}
