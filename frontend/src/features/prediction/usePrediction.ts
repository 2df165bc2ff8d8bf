import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { EMPTY_DRAWING, isEmpty, type Drawing } from "../drawing/history";
import { predictionQuery, predictionState, type PredictionState } from "./prediction";

/** From the last stroke to the request: long enough to begin the second stroke of a 4. */
const PAUSE_MS = 250;

export interface PredictionHandle {
  readonly state: PredictionState;
  readonly predictNow: () => void;
}

/**
 * Predicts a drawing shortly after it changed, and at once on request. A changed drawing aborts
 * the request for the one before; predictions of a drawing that Undo brings back are cached.
 */
export function usePrediction(drawing: Drawing, isDrawing: boolean): PredictionHandle {
  const client = useQueryClient();
  const [settled, setSettled] = useState(EMPTY_DRAWING);
  const query = useQuery({ ...predictionQuery(drawing), enabled: drawing === settled });

  useEffect(() => {
    if (isDrawing) return;
    const timer = setTimeout(() => {
      setSettled(drawing);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [drawing, isDrawing]);

  const { refetch } = query;
  const predictNow = useCallback(() => {
    if (isEmpty(drawing)) return;
    setSettled(drawing);
    // a retry that waits for its time would be joined instead of being replaced
    const { queryKey } = predictionQuery(drawing);
    void client.cancelQueries({ queryKey }).then(() => refetch());
  }, [client, drawing, refetch]);

  return { state: predictionState(drawing, query), predictNow };
}
