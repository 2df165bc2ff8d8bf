import { retryDelayMs, toFailure, type Failure } from "./failure";

/** What a component shows of a query. */
export type Loaded<T> =
  { readonly phase: "pending" } | { readonly phase: "loaded"; readonly value: T } | Failed;

export interface Failed {
  readonly phase: "failed";
  readonly failure: Failure;
  /** When the query is retried automatically; null where it is not. */
  readonly retryInMs: number | null;
}

interface QueryResult<T> {
  readonly data: T | undefined;
  readonly failureReason: Error | null;
  readonly failureCount: number;
}

export function toLoaded<T>(query: QueryResult<T>): Loaded<T> {
  if (query.data !== undefined) return { phase: "loaded", value: query.data };
  return toFailed(query) ?? { phase: "pending" };
}

/** A failure stays while the query is retried: a message that comes and goes cannot be read. */
export function toFailed({ failureReason, failureCount }: QueryResult<unknown>): Failed | null {
  if (!failureReason) return null;
  const failure = toFailure(failureReason);
  return { phase: "failed", failure, retryInMs: retryDelayMs(failure, failureCount - 1) };
}
