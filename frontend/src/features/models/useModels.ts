import { useQuery, useQueryClient } from "@tanstack/react-query";
import { listModels } from "../../shared/api/client";
import type { Failure } from "../../shared/api/failure";
import { toLoaded } from "../../shared/api/loaded";
import { retryFailed } from "../../shared/api/queryClient";
import type { ModelSummary } from "../../shared/api/types";

export interface ModelList {
  /** In ladder order; null until loaded. */
  readonly models: readonly ModelSummary[] | null;
  readonly failure: Failure | null;
  readonly retryInMs: number | null;
  readonly retry: () => void;
}

/** The served models. */
export function useModels(): ModelList {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => listModels(signal),
  });
  const list = toLoaded(query);
  const failed = list.phase === "failed" ? list : null;
  return {
    models: list.phase === "loaded" ? list.value : null,
    failure: failed?.failure ?? null,
    retryInMs: failed?.retryInMs ?? null,
    retry: () => {
      retryFailed(client);
    },
  };
}
