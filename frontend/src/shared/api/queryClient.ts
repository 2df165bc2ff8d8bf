import { QueryClient, type Query } from "@tanstack/react-query";
import { isNetworkFailure, retryDelayMs, toFailure, type Failure } from "./failure";

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // answers change only with a new version of a model, and a reload fetches that
        staleTime: Infinity,
        // a server on this machine answers without a network
        networkMode: "always",
        retry: (attempt, error) => retryDelayMs(toFailure(error), attempt) !== null,
        retryDelay: (attempt, error) => retryDelayMs(toFailure(error), attempt) ?? 0,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
      mutations: { networkMode: "always" },
    },
  });
}

/** Requests now whatever failed and is on the page, also where a retry is already due later. */
export function retryFailed(
  client: QueryClient,
  matches: (failure: Failure) => boolean = () => true,
): void {
  const failed = client.getQueryCache().findAll({
    type: "active",
    predicate: ({ state }) =>
      state.fetchFailureReason !== null && matches(toFailure(state.fetchFailureReason)),
  });
  for (const query of failed) void restart(query);
}

/** The network is back: requests what failed without it. */
export function retryAfterReconnect(client: QueryClient): void {
  retryFailed(client, isNetworkFailure);
}

async function restart(query: Query): Promise<void> {
  await query.cancel({ revert: true });
  // what fails again is shown where the query is used
  await query.fetch().catch(() => undefined);
}
