import type { Drawing } from "../drawing/history";
import { readStrokes } from "../share/strokeText";

/** A drawing that was on the field, and how it was read. */
export interface Recent {
  /** The strokes, as a link has them: it names the drawing. */
  readonly text: string;
  /** What the top rung read in it. */
  readonly reading: string;
}

export const MOST_RECENTS = 20;

/** The list with one more, newest first; a drawing that is in it moves to the front. */
export function withRecent(recents: readonly Recent[], added: Recent): readonly Recent[] {
  return [added, ...withoutRecent(recents, added.text)].slice(0, MOST_RECENTS);
}

export function withoutRecent(recents: readonly Recent[], text: string): readonly Recent[] {
  return recents.filter((recent) => recent.text !== text);
}

/** Whether another drawing has begun: one that shares no stroke with the drawing before. */
export function isReplaced(before: Drawing, drawing: Drawing): boolean {
  return before !== drawing && !before.strokes.some((stroke) => drawing.strokes.includes(stroke));
}

/** The list as it was stored; what is no such list is none. */
export function parseRecents(stored: string | null): readonly Recent[] {
  try {
    const list: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(list) ? list.filter(isRecent).slice(0, MOST_RECENTS) : [];
  } catch {
    return [];
  }
}

function isRecent(item: unknown): item is Recent {
  return (
    typeof item === "object" &&
    item !== null &&
    "text" in item &&
    typeof item.text === "string" &&
    isReadable(item.text) &&
    "reading" in item &&
    typeof item.reading === "string"
  );
}

function isReadable(text: string): boolean {
  try {
    return readStrokes(text).length > 0;
  } catch {
    return false;
  }
}
