import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Drawing } from "../drawing/history";
import type { PredictionState } from "../prediction/prediction";
import { readingText } from "../prediction/reading";
import { writeStrokes } from "../share/strokeText";
import { isReplaced, parseRecents, type Recent } from "./recents";
import { addRecent, storedRecents, subscribeToRecents } from "./recentsStore";

/** This browser's last drawings, newest first. */
export function useRecents(): readonly Recent[] {
  const stored = useSyncExternalStore(subscribeToRecents, storedRecents);
  return useMemo(() => parseRecents(stored), [stored]);
}

/** Notes each drawing that was answered, once another has taken its place or the field is clear. */
export function useNoteRecents(drawing: Drawing, state: PredictionState): void {
  const answered = useRef<{ readonly drawing: Drawing; readonly reading: string } | null>(null);
  const top = state.phase === "answered" ? state.results.at(-1) : undefined;
  const reading = top && readingText(top);
  useEffect(() => {
    const before = answered.current;
    if (before && isReplaced(before.drawing, drawing)) {
      const text = writeStrokes(before.drawing.strokes);
      if (text !== null) addRecent({ text, reading: before.reading });
      answered.current = null;
    }
    const isOwn = drawing.origin !== "sample" && !drawing.picture;
    if (reading !== undefined && isOwn) answered.current = { drawing, reading };
  }, [drawing, reading]);
}
