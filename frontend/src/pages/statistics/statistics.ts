import { queryOptions } from "@tanstack/react-query";
import { MINE } from "../../features/session/useSession";
import { fetchJson, unexpectedAnswer } from "../../shared/api/fetchJson";
import type { components } from "../../shared/api/schema.gen";

type Schemas = components["schemas"];

export type Statistics = Schemas["Statistics"];
export type Day = Schemas["Day"];
export type ModelFigures = Schemas["ModelFigures"];
export type DigitFigures = Schemas["DigitOfModel"];
export type PairFigures = Schemas["PairComparison"];
export type DriftDay = Schemas["DriftDay"];

/** While the page is visible, the figures are asked for this often. */
export const POLL_MS = 5_000;

export interface Asked {
  readonly scope: "mine" | "all";
  readonly since: string | null;
  readonly until: string | null;
}

/** Throws ApiError, or AbortError when the request is cancelled. */
export function statisticsQuery({ scope, since, until }: Asked) {
  const query = new URLSearchParams({
    scope,
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  });
  return queryOptions({
    queryKey: [MINE, "statistics", scope, since, until],
    queryFn: async ({ signal }): Promise<Statistics> => {
      const answer = await fetchJson(`statistics?${query.toString()}`, signal);
      if (!isStatistics(answer)) throw unexpectedAnswer("figures by day and by rung");
      return answer;
    },
    refetchInterval: POLL_MS,
    staleTime: 0,
  });
}

const LISTS = ["days", "digits", "models", "comparisons", "drift"];

function isStatistics(value: unknown): value is Statistics {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  return LISTS.every((name) => Array.isArray(fields[name])) && "bias" in value;
}
