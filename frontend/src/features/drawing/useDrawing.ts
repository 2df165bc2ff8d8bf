import { useCallback, useReducer, useRef, useState } from "react";
import { beginningOf, type Beginning } from "./beginning";
import { DEFAULT_BRUSH, type Brush } from "./brushes";
import type { Point, Stroke } from "../../engine/strokes";
import { historyFrom, historyReducer, type Drawing } from "./history";
import type { PixelBox } from "./regions";
import { readPicture, UnusablePicture, type PictureLink } from "./picture";
import * as input from "./pointerInput";

export interface DrawingState {
  readonly drawing: Drawing;
  /** A pointer is down. */
  readonly isDrawing: boolean;
  readonly brush: Brush;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** The name of the picture that is being opened. */
  readonly opening: string | null;
  /** Why the last picture could not be opened. */
  readonly complaint: string | null;
  /** What the last stroke was to the drawing before it, where that was no matter of course. */
  readonly beginning: Exclude<Beginning, "next"> | null;
  /** The stroke being drawn; it changes without a render. */
  readonly activeStroke: () => Stroke | null;
  readonly press: (pointer: input.Pointer, at: Point) => void;
  readonly move: (pointer: input.Pointer, through: readonly Point[]) => void;
  readonly lift: (pointer: input.Pointer) => void;
  readonly cancel: (pointer: input.Pointer) => void;
  readonly chooseBrush: (brush: Brush) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Of a new drawing: puts the old one back, which the next stroke then goes on with. */
  readonly takeBack: () => void;
  /** Of a late stroke: makes it, and what came after it, a drawing of its own. */
  readonly separate: () => void;
  readonly clear: () => void;
  readonly showSample: (strokes: readonly Stroke[]) => void;
  /** Shows strokes that were drawn before, or by somebody else. */
  readonly reopen: (strokes: readonly Stroke[]) => void;
  readonly readRegion: (region: PixelBox | null) => void;
  /** `link` names a picture that the page itself has offered. */
  readonly openPicture: (file: Blob | null, name: string, link?: PictureLink) => void;
}

/** The drawing and everything that can be done to it; `strokesAtStart` are there from the first paint. */
export function useDrawing(strokesAtStart: () => readonly Stroke[]): DrawingState {
  const [history, step] = useReducer(historyReducer, null, () => historyFrom(strokesAtStart()));
  const [brush, setBrush] = useState(DEFAULT_BRUSH);
  const [isDrawing, setIsDrawing] = useState(false);
  const [complaint, setComplaint] = useState<string | null>(null);
  const [late, setLate] = useState<{ as: "late" | "new"; before: number } | null>(null);
  const pointers = useRef(input.NO_POINTER);
  const [opening, setOpening] = useState<string | null>(null);
  const openings = useRef(0);
  const restsSince = useRef(-Infinity); // when the last stroke ended, in the time of events
  const isCleared = useRef(false); // for the stroke being drawn, which begins a new drawing
  const goesOn = useRef(false); // a new drawing was taken back

  const apply = useCallback((result: input.PointerResult) => {
    pointers.current = result.state;
    setIsDrawing(result.state.active !== null);
    if (result.removesDot) step({ kind: "undo" });
    if (result.finished) {
      restsSince.current = performance.now();
      const kind = isCleared.current ? "first stroke" : "stroke";
      step({ kind, stroke: result.finished });
    } else if (isCleared.current && result.state.active === null) {
      step({ kind: "undo" });
      setLate(null);
    }
    if (result.state.active === null) isCleared.current = false;
  }, []);

  /** A picture that is still being read must not replace what comes now. */
  const forgetPicture = useCallback(() => {
    openings.current += 1;
    setOpening(null);
    setComplaint(null);
  }, []);

  /** Every other action drops the stroke being drawn; says whether there was one. */
  const dropStroke = useCallback(() => {
    const wasDrawing = pointers.current.active !== null;
    apply({ state: input.drop(pointers.current) });
    forgetPicture();
    setLate(null);
    goesOn.current = false;
    return wasDrawing;
  }, [apply, forgetPicture]);

  const openPicture = useCallback(
    (file: Blob | null, name: string, link?: PictureLink) => {
      dropStroke();
      if (!file) {
        setComplaint("That is not a picture. PNG, JPEG, WebP, GIF and BMP files can be opened.");
        return;
      }
      const mine = openings.current;
      setOpening(name);
      readPicture(file, name, link).then(
        (picture) => {
          if (mine !== openings.current) return;
          setOpening(null);
          step({ kind: "picture", picture });
        },
        (error: unknown) => {
          if (mine !== openings.current) return;
          setOpening(null);
          setComplaint(
            error instanceof UnusablePicture
              ? error.message
              : `“${name}” could not be opened. Try a PNG or JPEG file.`,
          );
        },
      );
    },
    [dropStroke],
  );

  return {
    drawing: history.present,
    isDrawing,
    brush,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    opening,
    complaint,
    activeStroke: useCallback(() => pointers.current.active?.stroke ?? null, []),
    press: (pointer, at) => {
      const before = pointers.current.active;
      const result = input.press(pointers.current, pointer, at, brush.width);
      if (result.state.active !== before) {
        forgetPicture();
      }
      apply(result);
      const isFirst = before === null && result.state.active !== null && !result.removesDot;
      if (!isFirst || pointer.pointerType === "keyboard") return; // which is slow
      const { strokes } = history.present;
      const beginning = beginningOf(strokes, at, pointer.timeStamp - restsSince.current);
      if (beginning === "next") return;
      const as = goesOn.current ? "late" : beginning;
      setLate({ as, before: strokes.length });
      if (as === "new") {
        isCleared.current = true;
        step({ kind: "clear" });
      }
    },
    move: (pointer, through) => {
      const result = input.move(pointers.current, pointer, through);
      if (result.finished) apply(result);
      else pointers.current = result.state; // no render for each point: the canvas is redrawn alone
    },
    lift: (pointer) => {
      apply(input.lift(pointers.current, pointer));
    },
    cancel: (pointer) => {
      apply(input.cancel(pointers.current, pointer));
    },
    chooseBrush: setBrush,
    undo: useCallback(() => {
      if (!dropStroke()) step({ kind: "undo" });
    }, [dropStroke]),
    redo: useCallback(() => {
      if (!dropStroke()) step({ kind: "redo" });
    }, [dropStroke]),
    beginning: late?.as ?? null,
    takeBack: () => {
      dropStroke();
      history.present.strokes.forEach(() => {
        step({ kind: "undo" });
      });
      goesOn.current = true;
    },
    separate: () => {
      const strokes = history.present.strokes.slice(late?.before);
      dropStroke();
      step({ kind: "sample", strokes });
    },
    clear: useCallback(() => {
      dropStroke();
      step({ kind: "clear" });
    }, [dropStroke]),
    showSample: useCallback(
      (strokes: readonly Stroke[]) => {
        dropStroke();
        step({ kind: "sample", strokes });
      },
      [dropStroke],
    ),
    reopen: useCallback(
      (strokes: readonly Stroke[]) => {
        dropStroke();
        step({ kind: "reopen", strokes });
      },
      [dropStroke],
    ),
    readRegion: useCallback(
      (region: PixelBox | null) => {
        dropStroke();
        step({ kind: "region", region });
      },
      [dropStroke],
    ),
    openPicture,
  };
}
