import { queryOptions } from "@tanstack/react-query";
import { MINE } from "../../features/session/useSession";
import { fetchJson, unexpectedAnswer } from "../../shared/api/fetchJson";
import type { Interval } from "../../shared/api/types";

export interface Day {
  readonly day: string;
  readonly drawings: number;
  readonly labelled: number;
  readonly models: readonly {
    readonly model: string;
    readonly answers: number;
    readonly labelled: number;
    readonly right: number;
  }[];
}

export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly confidence: number | null;
  readonly accuracy: number | null;
}

export interface ModelFigures {
  readonly model: string;
  /** Null for all of the model's versions together. */
  readonly version: number | null;
  readonly answers: number;
  readonly labelled: number;
  readonly right: number;
  readonly accuracy: number | null;
  readonly interval: Interval | null;
  readonly confusion: readonly (readonly number[])[];
  readonly calibration: readonly CalibrationBin[];
}

export interface DigitFigures {
  readonly model: string;
  readonly digit: number;
  readonly answers: number;
  readonly labelled: number;
  readonly right: number;
}

export interface PairFigures {
  readonly a: string;
  readonly b: string;
  readonly n: number;
  readonly fixed: number;
  readonly broken: number;
  readonly difference: number;
  readonly difference_interval: Interval;
  readonly p_value: number;
}

export interface DriftDay {
  readonly day: string;
  readonly mean_confidence: number | null;
  readonly unsure: number | null;
  readonly not_a_digit: number | null;
  readonly warning: string | null;
}

export interface Statistics {
  readonly scope: string;
  readonly predictions: number;
  readonly drawings: number;
  readonly labelled: number;
  readonly days: readonly Day[];
  readonly digits: readonly DigitFigures[];
  readonly models: readonly ModelFigures[];
  readonly comparisons: readonly PairFigures[];
  readonly drift: readonly DriftDay[];
  readonly bias: { readonly is_biased: boolean; readonly text: string | null };
}

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
