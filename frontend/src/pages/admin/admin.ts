import { queryOptions } from "@tanstack/react-query";
import { MINE } from "../../features/session/useSession";
import { fetchJson, unexpectedAnswer } from "../../shared/api/fetchJson";
import type { Account, Role } from "../../shared/api/kept";

export interface GateLine {
  readonly name: string;
  readonly title: string;
  readonly verdict: "passed" | "failed" | "not_measured";
  readonly champion: number | null;
  readonly challenger: number | null;
  readonly figure: number | null;
  readonly bound: number | null;
  /** What was measured and what was asked of it, with figures. */
  readonly text: string;
}

export interface GateReport {
  readonly id: number;
  readonly created_at: string;
  readonly champion_version: number;
  readonly data_sha256: string;
  readonly passed: boolean;
  readonly report: { readonly lines: readonly GateLine[] };
}

export interface Candidate {
  readonly version: number;
  /** Null where the gate has not measured it against the version that is served. */
  readonly gate: GateReport | null;
}

export interface ServedModel {
  readonly model: string;
  readonly version: number;
  /** What a rollback brings back. */
  readonly before: number | null;
  readonly versions: readonly number[];
  readonly candidates: readonly Candidate[];
}

export interface Promotion {
  readonly id: number;
  readonly timestamp: string;
  readonly actor: string;
  readonly action: "promote" | "refuse" | "rollback";
  readonly model: string;
  readonly version: number;
  readonly from_version: number;
  readonly reason: string;
  readonly data_sha256: string | null;
  readonly gate_report_id: number | null;
}

export interface Promotions {
  readonly served: readonly ServedModel[];
  /** Newest first. */
  readonly items: readonly Promotion[];
  /** How often the test split was asked for each model. */
  readonly test_split_asked: Readonly<Record<string, number>>;
}

export interface TrainingRun {
  readonly id: number;
  /** None stands for every rung. */
  readonly models: readonly string[];
  readonly by: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly status: "running" | "done" | "failed" | "stopped" | "lost";
  /** The last lines that it wrote. */
  readonly log: string;
}

export interface Retraining {
  readonly available: boolean;
  readonly how: string;
  readonly runs: readonly TrainingRun[];
}

// every request throws ApiError, or AbortError when it is cancelled

export const PROMOTIONS = queryOptions({
  queryKey: [MINE, "promotions"],
  queryFn: async ({ signal }): Promise<Promotions> => {
    const answer = await fetchJson("promotions", signal);
    if (typeof answer !== "object" || answer === null || !("served" in answer)) {
      throw unexpectedAnswer("what is served");
    }
    return answer as Promotions;
  },
  staleTime: 0,
});

export type Change =
  | {
      readonly action: "promote";
      readonly model: string;
      readonly version: number;
      readonly reason: string;
    }
  | { readonly action: "rollback"; readonly model: string; readonly reason: string };

/** Serves another version, or the one before. */
export async function changeServed(change: Change): Promise<void> {
  await fetchJson("promotions", undefined, { method: "POST", json: change });
}

/** A running retraining is looked at this often. */
const WATCH_MS = 3_000;

export const RETRAINING = queryOptions({
  queryKey: [MINE, "retraining"],
  queryFn: async ({ signal }): Promise<Retraining> => {
    const answer = await fetchJson("retraining", signal);
    if (typeof answer !== "object" || answer === null || !("runs" in answer)) {
      throw unexpectedAnswer("the retrainings");
    }
    return answer as Retraining;
  },
  staleTime: 0,
  refetchInterval: ({ state }) =>
    state.data?.runs.some(({ status }) => status === "running") ? WATCH_MS : false,
});

export async function startRetraining(
  models: readonly string[],
  epochs: number | null,
): Promise<void> {
  const json = { models, ...(epochs === null ? {} : { epochs }) };
  await fetchJson("retraining", undefined, { method: "POST", json });
}

export async function stopRetraining(id: number): Promise<void> {
  await fetchJson(`retraining/${id}`, undefined, { method: "DELETE" });
}

export const ACCOUNTS = queryOptions({
  queryKey: [MINE, "accounts"],
  queryFn: async ({ signal }): Promise<readonly Account[]> => {
    const answer = await fetchJson("accounts", signal);
    if (!Array.isArray(answer)) throw unexpectedAnswer("a list of accounts");
    return answer as Account[];
  },
  staleTime: 0,
});

export async function changeRole(name: string, role: Role): Promise<void> {
  await fetchJson(`accounts/${encodeURIComponent(name)}`, undefined, {
    method: "PATCH",
    json: { role },
  });
}
