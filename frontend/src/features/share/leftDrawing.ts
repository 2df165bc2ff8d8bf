import type { Stroke } from "../../engine/strokes";
import { readStrokes, writeStrokes } from "./strokeText";

const KEY = "digit-ladder-drawing";

/**
 * Notes the strokes on the field for when this tab comes back: after a reload, from another site or
 * from /docs. A tab has its own, so that two do not overwrite each other's; a closed one has none.
 * Pictures are not noted: whoever opened one has the file, and a photograph is nothing to leave
 * in a browser's storage unasked.
 */
export function leaveDrawing(strokes: readonly Stroke[]): void {
  try {
    const text = writeStrokes(strokes);
    if (text === null || strokes.length === 0) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, text);
  } catch {
    // storage is disabled: the drawing lasts until the page is left
  }
}

/** The strokes that this tab was left with; none where there are none, or they cannot be read. */
export function leftDrawing(): readonly Stroke[] {
  try {
    const text = sessionStorage.getItem(KEY);
    return text === null ? [] : readStrokes(text);
  } catch {
    return []; // storage is disabled, or another version of the page wrote it
  }
}
