import {
  keepPreviousData,
  queryOptions,
  type QueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { predictAll } from "../../shared/api/client";
import { toFailed, type Failed } from "../../shared/api/loaded";
import type { Prediction } from "../../shared/api/types";
import { encodeDrawing } from "../drawing/encodeDrawing";
import { isEmpty, type Drawing } from "../drawing/history";
import { keepsNothing } from "./keep";

type Results = readonly Prediction[];

export type PredictionState =
  | { readonly phase: "empty" }
  /** The drawing has just changed and may change again; `previous` belongs to the one before. */
  | { readonly phase: "paused"; readonly previous: Results | null }
  | { readonly phase: "predicting"; readonly previous: Results | null }
  | { readonly phase: "answered"; readonly results: Results }
  | Failed;

const PREDICTIONS = ["prediction"] as const;

// drawings are never changed, so each one is its own cache key
const ids = new WeakMap<Drawing, number>();
let lastId = 0;

function idOf(drawing: Drawing): number {
  const known = ids.get(drawing);
  if (known !== undefined) return known;
  lastId += 1;
  ids.set(drawing, lastId);
  return lastId;
}

/** What every model reads in the drawing; an empty one has no predictions and needs no request. */
export function predictionQuery(drawing: Drawing) {
  return queryOptions({
    queryKey: [...PREDICTIONS, idOf(drawing)],
    queryFn: async ({ signal }): Promise<Results> => {
      const region = drawing.picture?.region ?? null;
      // what is kept already is not kept again
      const isKept = drawing.picture?.link?.parameter === "drawing";
      const keep = keepsNothing() || isKept ? "nothing" : "drawing";
      return (await predictAll(encodeDrawing(drawing), region, keep, signal)).results;
    },
    ...(isEmpty(drawing) ? { initialData: [] } : {}),
    placeholderData: keepPreviousData,
  });
}

/** What was kept has been deleted: the answers stay, but can no longer be labelled. */
export function forgetIds(client: QueryClient): void {
  client.setQueriesData<Results>({ queryKey: PREDICTIONS }, (results) =>
    results?.map((prediction) => ({ ...prediction, id: null })),
  );
}

type PredictionResult = Pick<
  UseQueryResult<Results>,
  "data" | "failureReason" | "failureCount" | "isFetching" | "isPlaceholderData"
>;

export function predictionState(drawing: Drawing, query: PredictionResult): PredictionState {
  if (isEmpty(drawing)) return { phase: "empty" };
  const failed = toFailed(query);
  if (failed) return failed;
  const { data, isFetching, isPlaceholderData } = query;
  const previous = data && data.length > 0 ? data : null;
  if (isFetching) return { phase: "predicting", previous };
  if (previous === null || isPlaceholderData) return { phase: "paused", previous };
  return { phase: "answered", results: previous };
}

/** The newest predictions to show; null where there are none. */
export function shownResults(state: PredictionState): Results | null {
  switch (state.phase) {
    case "answered":
      return state.results;
    case "paused":
    case "predicting":
      return state.previous;
    case "empty":
    case "failed":
      return null;
  }
}
