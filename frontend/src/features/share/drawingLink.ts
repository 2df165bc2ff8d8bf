import type { Stroke } from "../../engine/strokes";
import type { Drawing } from "../drawing/history";
import { MalformedStrokes, readStrokes, writeStrokes } from "./strokeText";

const NAME = "#draw=";

/** What a link's fragment says of the drawing. */
export type LinkedDrawing =
  | { readonly kind: "none" }
  | { readonly kind: "malformed"; readonly message: string }
  /** `fragment` is what the page itself writes for these strokes. */
  | {
      readonly kind: "strokes";
      readonly strokes: readonly Stroke[];
      readonly fragment: string | null;
    };

/** The drawing in a link, "#draw=…". */
export function readDrawingLink(fragment: string): LinkedDrawing {
  if (!fragment.startsWith(NAME)) return { kind: "none" };
  try {
    const strokes = readStrokes(fragment.slice(NAME.length));
    return { kind: "strokes", strokes, fragment: drawingFragment(strokes) };
  } catch (error) {
    if (!(error instanceof MalformedStrokes)) throw error;
    return { kind: "malformed", message: error.message };
  }
}

/** The fragment that shows these strokes; null where they are too many for a link. */
export function drawingFragment(strokes: readonly Stroke[]): string | null {
  const text = writeStrokes(strokes);
  return text === null ? null : NAME + text;
}

/** The link to this view with this drawing; null where no link can hold it. */
export function linkTo({ picture, strokes }: Drawing): string | null {
  const { origin, pathname, search } = window.location;
  if (picture) return picture.link && origin + pathname + search; // the query names it
  const fragment = strokes.length === 0 ? null : drawingFragment(strokes);
  return fragment && origin + pathname + search + fragment;
}
