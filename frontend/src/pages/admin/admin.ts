import { queryOptions } from "@tanstack/react-query";
import { MINE } from "../../features/session/useSession";
import { fetchJson, unexpectedAnswer } from "../../shared/api/fetchJson";
import type { Account, Role } from "../../shared/api/kept";
import type { components } from "../../shared/api/schema.gen";

type Schemas = components["schemas"];

export type GateLine = Schemas["Line"];
export type Candidate = Schemas["Candidate"];
export type ServedModel = Schemas["ServedModel"];
export type Promotions = Schemas["Promotions"];
export type TrainingRun = Schemas["TrainingRun"];
export type Retraining = Schemas["Retraining"];
export type Change = Schemas["PromotionRequest"];

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
