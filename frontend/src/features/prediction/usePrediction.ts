import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { isStaticSite } from "../../shared/api/staticSite";
import { EMPTY_DRAWING, isEmpty } from "../drawing/history";
import type { DrawingState } from "../drawing/useDrawing";
import { engineChoice } from "./engineChoice";
import { predictionQuery, predictionState, type PredictionState } from "./prediction";
import { useEngine } from "./useEngine";
import { useLive } from "./useLive";

/** From the last stroke to the request: long enough to begin the second stroke of a 4. */
const PAUSE_MS = 250;
/** Where the browser has answered there is only something to keep, of a drawing that is whole. */
const KEEP_AFTER_MS = 1_000;

export interface PredictionHandle {
  readonly state: PredictionState;
  readonly predictNow: () => void;
}

/**
 * Predicts a drawing: the browser at once, while the pen moves too; the service shortly after the
 * last stroke, where the browser cannot. A changed drawing aborts the request for the one before;
 * predictions of a drawing that Undo brings back are cached.
 */
export function usePrediction({
  drawing,
  isDrawing,
  activeStroke,
}: DrawingState): PredictionHandle {
  const client = useQueryClient();
  const loaded = useEngine();
  const engine = loaded.phase === "ready" ? loaded.engine : null;
  const live = useLive(engine, { drawing, isDrawing, activeStroke });
  const [settled, setSettled] = useState(EMPTY_DRAWING);
  // nobody else is to answer, or could
  const mustWait = loaded.phase === "loading" && (engineChoice() === "browser" || isStaticSite());
  const query = useQuery({
    ...predictionQuery(drawing, engine),
    enabled: drawing === settled && !mustWait,
  });

  const pauseMs = live?.drawing === drawing && live.isFinal ? KEEP_AFTER_MS : PAUSE_MS;
  useEffect(() => {
    if (isDrawing) return;
    const timer = setTimeout(() => {
      setSettled(drawing);
    }, pauseMs);
    return () => {
      clearTimeout(timer);
    };
  }, [drawing, isDrawing, pauseMs]);

  const { refetch } = query;
  const predictNow = useCallback(() => {
    if (isEmpty(drawing)) return;
    setSettled(drawing);
    // a retry that waits for its time would be joined instead of being replaced
    const { queryKey } = predictionQuery(drawing, engine);
    void client.cancelQueries({ queryKey }).then(() => refetch());
  }, [client, drawing, engine, refetch]);

  return { state: predictionState(drawing, query, live, isDrawing), predictNow };
}
