import {
  keepPreviousData,
  queryOptions,
  type QueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { Engine } from "../../engine/engine";
import { keepAnswers, predictAll } from "../../shared/api/client";
import { ApiError } from "../../shared/api/failure";
import { toFailed, type Failed } from "../../shared/api/loaded";
import type { Prediction } from "../../shared/api/types";
import { isEmpty, type Drawing } from "../drawing/history";
import { SESSION } from "../session/useSession";
import { engineChoice } from "./engineChoice";
import { keepsNothing } from "./keep";
import { answerHere, isReadHere } from "./localAnswer";

type Results = readonly Prediction[];

/** Who computed an answer. */
export type ComputedBy = "browser" | "service";

/** Every rung's answer; empty for an empty drawing. */
export interface Answered {
  readonly results: Results;
  readonly by: ComputedBy;
}

/** What the browser makes of a drawing at once. */
export interface Live extends Answered {
  /** The drawing; null while the pen is down. */
  readonly drawing: Drawing | null;
  /** Nobody else need be asked. */
  readonly isFinal: boolean;
}

export type PredictionState =
  | { readonly phase: "empty" }
  /** Provisional: the pen is down, or the service is still asked. */
  | ({ readonly phase: "live" } & Answered)
  /** The drawing has just changed and may change again; `previous` belongs to the one before. */
  | { readonly phase: "paused"; readonly previous: Results | null }
  | { readonly phase: "predicting"; readonly previous: Results | null }
  | ({ readonly phase: "answered" } & Answered)
  | Failed;

// after the page, and at once, so that a later loss of the network does no harm
const encoder = import("../drawing/encodeDrawing");
encoder.catch(() => undefined); // whoever needs it gets the error

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

/**
 * What every model reads in the drawing; an empty one has no predictions and needs no request. The
 * `engine` answers where the drawing is surely one digit: there the service would say the same.
 */
export function predictionQuery(drawing: Drawing, engine: Engine | null) {
  return queryOptions({
    queryKey: [...PREDICTIONS, idOf(drawing)],
    queryFn: async ({ signal, client }): Promise<Answered> => {
      const region = drawing.picture?.region ?? null;
      const here = engine && isReadHere(drawing) ? await answerHere(engine, drawing) : null;
      if (here && (engineChoice() === "browser" || engine?.isSurelyDigit(here))) {
        return { results: await withIds(here, drawing, client), by: "browser" };
      }
      const picture = await encoded(drawing);
      try {
        const { results } = await predictAll(picture, region, keepOf(drawing), signal);
        return { results, by: "service" };
      } catch (error) {
        // an answer that is less sure is better than none
        if (here && error instanceof ApiError) return { results: here, by: "browser" };
        throw error;
      }
    },
    ...(isEmpty(drawing) ? { initialData: { results: [], by: "browser" } satisfies Answered } : {}),
    placeholderData: keepPreviousData,
  });
}

async function encoded(drawing: Drawing): Promise<Blob> {
  return (await encoder).encodeDrawing(drawing);
}

function keepOf({ picture, origin }: Drawing): "drawing" | "nothing" {
  // what is kept already is not kept again
  const isKept = origin === "reopened" || picture?.link?.parameter === "drawing";
  return keepsNothing() || isKept ? "nothing" : "drawing";
}

/** The same answers, with the ids by which they can be labelled, where they may be kept. */
async function withIds(results: Results, drawing: Drawing, client: QueryClient): Promise<Results> {
  const session = client.getQueryData(SESSION.queryKey);
  if (keepOf(drawing) === "nothing" || session?.keeps.predictions !== true) return results;
  // what cannot be kept is answered all the same
  const ids = await keepAnswers(await encoded(drawing), results).catch(() => null);
  return ids
    ? results.map((result) => ({ ...result, id: ids.get(result.model) ?? null }))
    : results;
}

/** What was kept has been deleted: the answers stay, but can no longer be labelled. */
export function forgetIds(client: QueryClient): void {
  client.setQueriesData<Answered>(
    { queryKey: PREDICTIONS },
    (answered) =>
      answered && {
        ...answered,
        results: answered.results.map((prediction) => ({ ...prediction, id: null })),
      },
  );
}

type PredictionResult = Pick<
  UseQueryResult<Answered>,
  "data" | "failureReason" | "failureCount" | "isFetching" | "isPlaceholderData"
>;

/** `live` is what the browser says; null where it does not, or not yet. */
export function predictionState(
  drawing: Drawing,
  query: PredictionResult,
  live: Live | null,
  isDrawing: boolean,
): PredictionState {
  if (isDrawing && live?.drawing === null) return { phase: "live", ...answeredOf(live) };
  if (isEmpty(drawing)) return { phase: "empty" };
  const { data, isFetching, isPlaceholderData } = query;
  const isAnswered = data !== undefined && !isPlaceholderData && !isFetching;
  if (!isAnswered && live?.drawing === drawing) {
    return { phase: live.isFinal ? "answered" : "live", ...answeredOf(live) };
  }
  const failed = toFailed(query);
  if (failed) return failed;
  const previous = data && data.results.length > 0 ? data.results : null;
  if (isFetching) return { phase: "predicting", previous };
  if (!data || previous === null || isPlaceholderData) return { phase: "paused", previous };
  return { phase: "answered", ...answeredOf(data) };
}

function answeredOf({ results, by }: Answered): Answered {
  return { results, by };
}
