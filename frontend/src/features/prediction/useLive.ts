import { useEffect, useState } from "react";
import type { Engine } from "../../engine/engine";
import type { Stroke } from "../../engine/strokes";
import { isEmpty, type Drawing } from "../drawing/history";
import { engineChoice } from "./engineChoice";
import { answerHere, isReadHere } from "./localAnswer";
import type { Live } from "./prediction";

interface Pen {
  readonly drawing: Drawing;
  /** The pen is down. */
  readonly isDrawing: boolean;
  /** The stroke under the pen, another object after every movement. */
  readonly activeStroke: () => Stroke | null;
}

/** Tells whoever measures how long every rung's answer to a movement of the pen took. */
const LIVE_ANSWER = "live answer";

/** What the browser makes of the drawing, at every frame in which the pen has moved. */
export function useLive(engine: Engine | null, { drawing, isDrawing, activeStroke }: Pen) {
  const [live, setLive] = useState<Live | null>(null);

  useEffect(() => {
    if (!engine || isDrawing || isEmpty(drawing) || !isReadHere(drawing)) return;
    let isOver = false;
    answerHere(engine, drawing).then(
      (results) => {
        const isFinal = engineChoice() === "browser" || engine.isSurelyDigit(results);
        if (!isOver) setLive({ drawing, results, by: "browser", isFinal });
      },
      () => undefined, // a blank drawing: the query says so
    );
    return () => {
      isOver = true;
    };
  }, [engine, drawing, isDrawing]);

  useEffect(() => {
    if (!engine || !isDrawing) return;
    let isBusy = false;
    let last: Stroke | null = null;
    const answer = async (stroke: Stroke) => {
      const start = performance.now();
      const seen = engine.see([...drawing.strokes, stroke]);
      if (!seen) return;
      const results = await engine.answer(seen);
      performance.measure(LIVE_ANSWER, { start });
      performance.clearMeasures(LIVE_ANSWER); // whoever watches has got it; a list would grow
      if (!isOver) setLive({ drawing: null, results, by: "browser", isFinal: false });
    };
    let isOver = false;
    let frame = requestAnimationFrame(function look() {
      frame = requestAnimationFrame(look);
      const stroke = activeStroke();
      if (isBusy || stroke === null || stroke === last) return;
      last = stroke;
      isBusy = true;
      void answer(stroke).finally(() => {
        isBusy = false;
      });
    });
    return () => {
      isOver = true;
      cancelAnimationFrame(frame);
    };
  }, [engine, drawing, isDrawing, activeStroke]);

  return live;
}
