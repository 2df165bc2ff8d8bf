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
  /** The server has too much to do. */
  | { readonly kind: "busy"; readonly retryAfterSeconds: number | null }
  /** This client has asked too often. */
  | { readonly kind: "rate-limited"; readonly retryAfterSeconds: number | null }
  /** The server wants a key, and the page has no pass that spares it one. */
  | { readonly kind: "locked" }
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
/** Asking before a rate limit allows it is in vain, so that may take longer. */
const LONGEST_RATE_LIMIT_MS = 3_600_000;

/**
 * How long to wait before asking again by itself, or null where asking again cannot help.
 * The server's own Retry-After counts; without one the wait doubles from 2 s up to 30 s.
 */
export function retryDelayMs(failure: Failure, attempt: number): number | null {
  const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
  switch (failure.kind) {
    case "not-ready":
    case "busy":
      return inTime(failure.retryAfterSeconds, LONGEST_RETRY_MS) ?? backoff;
    case "rate-limited":
      return inTime(failure.retryAfterSeconds, LONGEST_RATE_LIMIT_MS) ?? backoff;
    case "offline":
    case "unreachable":
    case "slow":
      return backoff;
    case "locked":
    case "blank":
    case "refused":
      return null;
  }
}

function inTime(seconds: number | null, longestMs: number): number | null {
  return seconds === null ? null : Math.min(longestMs, Math.max(1, seconds) * 1000);
}
