import { useCallback, useReducer, useRef, useState } from "react";
import { DEFAULT_BRUSH, type Brush } from "./brushes";
import type { Point, Stroke } from "./geometry";
import { EMPTY_HISTORY, historyReducer, type Drawing } from "./history";
import * as pens from "./pointerInput";
import { NotAPicture, readPicture } from "./picture";

export interface DrawingDesk {
  readonly drawing: Drawing;
  readonly penIsDown: boolean;
  readonly brush: Brush;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Why the last picture could not be opened, in words. */
  readonly complaint: string | null;
  /** The stroke that the pen is drawing now, for the canvas to show. */
  readonly underway: () => Stroke | null;
  readonly press: (pointer: pens.Pointer, at: Point) => void;
  readonly move: (pointer: pens.Pointer, through: readonly Point[]) => void;
  readonly lift: (pointer: pens.Pointer) => void;
  readonly cancel: (pointer: pens.Pointer) => void;
  readonly chooseBrush: (brush: Brush) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly clear: () => void;
  readonly showSample: (strokes: readonly Stroke[]) => void;
  readonly openPicture: (file: Blob | null, name: string) => void;
}

/** What lies on the field and everything that can be done to it. */
export function useDrawing(): DrawingDesk {
  const [history, step] = useReducer(historyReducer, EMPTY_HISTORY);
  const [brush, setBrush] = useState(DEFAULT_BRUSH);
  const [penIsDown, setPenIsDown] = useState(false);
  const [complaint, setComplaint] = useState<string | null>(null);
  const pen = useRef<pens.Pen>(null);
  const opening = useRef(0);

  const settle = useCallback((result: pens.PenResult) => {
    pen.current = result.pen;
    setPenIsDown(result.pen !== null);
    if (result.finished) step({ kind: "stroke", stroke: result.finished });
  }, []);

  /** Every other step ends what the pen was doing: the line under way is the step undone. */
  const putPenAway = useCallback(() => {
    const wasDown = pen.current !== null;
    settle({ pen: null });
    setComplaint(null);
    opening.current += 1; // a picture still being read must not cover what comes now
    return wasDown;
  }, [settle]);

  const openPicture = useCallback(
    (file: Blob | null, name: string) => {
      putPenAway();
      if (!file) {
        setComplaint("That is not a picture. PNG, JPEG, WebP, GIF and BMP files can be read.");
        return;
      }
      const mine = opening.current;
      readPicture(file, name).then(
        (picture) => {
          if (mine === opening.current) step({ kind: "picture", picture });
        },
        (error: unknown) => {
          if (mine !== opening.current) return;
          setComplaint(
            error instanceof NotAPicture
              ? error.message
              : `“${name}” could not be opened. Try a PNG or JPEG file.`,
          );
        },
      );
    },
    [putPenAway],
  );

  return {
    drawing: history.present,
    penIsDown,
    brush,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    complaint,
    underway: useCallback(() => pen.current?.stroke ?? null, []),
    press: (pointer, at) => {
      const before = pen.current;
      const result = pens.press(before, pointer, at, brush.width);
      if (result.pen === before) return;
      opening.current += 1;
      setComplaint(null);
      settle(result);
    },
    move: (pointer, through) => {
      const result = pens.move(pen.current, pointer, through);
      if (result.finished) settle(result);
      else pen.current = result.pen; // no render a point: the canvas redraws by itself
    },
    lift: (pointer) => {
      settle(pens.lift(pen.current, pointer));
    },
    cancel: (pointer) => {
      settle(pens.cancel(pen.current, pointer));
    },
    chooseBrush: setBrush,
    undo: useCallback(() => {
      if (!putPenAway()) step({ kind: "undo" });
    }, [putPenAway]),
    redo: useCallback(() => {
      if (!putPenAway()) step({ kind: "redo" });
    }, [putPenAway]),
    clear: useCallback(() => {
      putPenAway();
      step({ kind: "clear" });
    }, [putPenAway]),
    showSample: useCallback(
      (strokes: readonly Stroke[]) => {
        putPenAway();
        step({ kind: "sample", strokes });
      },
      [putPenAway],
    ),
    openPicture,
  };
}
