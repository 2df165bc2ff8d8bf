import { listModels } from "../../shared/api/client";
import type { Failure } from "../../shared/api/failure";
import { Shelf, type Loaded } from "../../shared/api/shelf";
import type { ModelSummary } from "../../shared/api/types";
import { useShelf } from "../../shared/api/useShelf";

export interface Models {
  /** In ladder order; null until they came. */
  readonly models: readonly ModelSummary[] | null;
  readonly failure: Failure | null;
  readonly retryInMs: number | null;
  readonly retry: () => void;
}

const lists = new Shelf((_, signal) => listModels(signal));
const THE_LIST = ["models"];

/** The list of rungs, asked for again by itself where that can help. */
export function useModels(): Models {
  const list = useShelf(lists, THE_LIST)[0] as Loaded<readonly ModelSummary[]> | undefined;
  const failed = list?.phase === "failed" ? list : null;
  return {
    models: list?.phase === "here" ? list.value : null,
    failure: failed?.failure ?? null,
    retryInMs: failed?.retryInMs ?? null,
    retry: lists.retryFailed,
  };
}
