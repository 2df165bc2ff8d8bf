/** Why an answer did not come, in the kinds that the page words differently. */
export type Failure =
  | { readonly kind: "offline" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "slow" }
  | {
      readonly kind: "not-ready";
      readonly detail: string;
      readonly retryAfterSeconds: number | null;
    }
  | { readonly kind: "blank"; readonly detail: string }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly title: string;
      readonly detail: string;
    };

export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(readonly failure: Failure) {
    super(failure.kind);
  }
}

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * How long to wait before asking again by itself, or null where asking again cannot help.
 * The server's own Retry-After counts; without one the wait doubles from 2 s up to 30 s.
 */
export function retryDelayMs(failure: Failure, attempt: number): number | null {
  const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
  switch (failure.kind) {
    case "not-ready":
      return failure.retryAfterSeconds === null
        ? backoff
        : Math.min(LONGEST_RETRY_MS, Math.max(1, failure.retryAfterSeconds) * 1000);
    case "offline":
    case "unreachable":
    case "slow":
      return backoff;
    case "blank":
    case "refused":
      return null;
  }
}
