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

/** The figures, and how long the service took for them. */
export type TimedStatistics = Statistics & { readonly tookMs: number };

/** While the page is visible, the figures are asked for this often: a tenth of the time at most. */
export function pollMs({ tookMs }: Pick<TimedStatistics, "tookMs">): number {
  return Math.max(5_000, 10 * tookMs);
}

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
    queryFn: async ({ signal }): Promise<TimedStatistics> => {
      const began = performance.now();
      const answer = await fetchJson(`statistics?${query.toString()}`, signal);
      if (!isStatistics(answer)) throw unexpectedAnswer("figures by day and by rung");
      return { ...answer, tookMs: performance.now() - began };
    },
    refetchInterval: ({ state }) => state.data && pollMs(state.data),
    staleTime: 0,
  });
}

const LISTS = ["days", "digits", "models", "comparisons", "drift"];

function isStatistics(value: unknown): value is Statistics {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  return LISTS.every((name) => Array.isArray(fields[name])) && "bias" in value;
}
