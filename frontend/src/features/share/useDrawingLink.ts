import { useEffect, useEffectEvent, useMemo, useRef, useSyncExternalStore } from "react";
import type { Stroke } from "../../engine/strokes";
import type { DrawingState } from "../drawing/useDrawing";
import { drawingFragment, readDrawingLink, type LinkedDrawing } from "./drawingLink";
import { leaveDrawing, leftDrawing } from "./leftDrawing";

const DROPPED = "digit-ladder:drawing-link-dropped"; // replaceState itself fires no event

function subscribe(listener: () => void): () => void {
  for (const type of ["popstate", "hashchange", DROPPED]) window.addEventListener(type, listener);
  return () => {
    for (const type of ["popstate", "hashchange", DROPPED]) {
      window.removeEventListener(type, listener);
    }
  };
}

function dropFragment(): void {
  const { pathname, search } = window.location;
  window.history.replaceState(window.history.state, "", pathname + search);
  window.dispatchEvent(new Event(DROPPED));
}

/** The drawing in the link or, where the link names none, the one that this tab was left with. */
export function strokesAtStart(): readonly Stroke[] {
  const linked = readDrawingLink(window.location.hash);
  if (linked.kind === "strokes") return linked.strokes;
  const query = new URLSearchParams(window.location.search);
  return query.has("digit") || query.has("drawing") ? [] : leftDrawing();
}

/**
 * Shows the drawing that the link's fragment holds, also after Back and Forward, and leaves the
 * fragment out of the address once another drawing is on the field. Undo brings back what a link
 * replaced. Notes the drawing for the next time that this tab loads the page.
 */
export function useDrawingLink({ drawing, reopen }: DrawingState): LinkedDrawing {
  const fragment = useSyncExternalStore(subscribe, () => window.location.hash);
  const linked = useMemo(() => readDrawingLink(fragment), [fragment]);
  const { strokes, picture } = drawing;
  const shown = useMemo(() => (picture ? null : drawingFragment(strokes)), [strokes, picture]);

  useEffect(() => {
    leaveDrawing(strokes);
  }, [strokes]);

  const open = useEffectEvent((linked: LinkedDrawing) => {
    if (linked.kind === "strokes" && linked.fragment !== shown) reopen(linked.strokes);
  });
  useEffect(() => {
    open(linked);
  }, [linked]);

  const lastShown = useRef(shown);
  const drop = useEffectEvent(() => {
    if (linked.kind === "none") return;
    if (linked.kind === "malformed" || linked.fragment !== shown) dropFragment();
  });
  useEffect(() => {
    if (lastShown.current !== shown) drop();
    lastShown.current = shown;
  }, [shown]);

  return linked;
}
