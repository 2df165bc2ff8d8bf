/** Why a request failed, by what the page tells about it. */
export type Failure =
  | { readonly kind: "offline" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "slow" }
  /** Only a service could answer, and the page was published without one. */
  | { readonly kind: "static" }
  | {
      readonly kind: "not-ready";
      readonly detail: string;
      readonly retryAfterSeconds: number | null;
    }
  /** The server is at its capacity. */
  | { readonly kind: "busy"; readonly retryAfterSeconds: number | null }
  /** This client sent too many requests. */
  | { readonly kind: "rate-limited"; readonly retryAfterSeconds: number | null }
  /** The server wants an API key, and the page has no session cookie in its place. */
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

/** The failure behind an error; one that is not the API's is told by its message. */
export function toFailure(error: Error): Failure {
  if (error instanceof ApiError) return error.failure;
  return { kind: "refused", status: 0, title: "The request failed", detail: error.message };
}

export function isNetworkFailure({ kind }: Failure): boolean {
  return kind === "offline" || kind === "unreachable" || kind === "slow";
}

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;
/** A request before the end of a rate limit is refused, so that wait may be longer. */
const LONGEST_RATE_LIMIT_MS = 3_600_000;

/**
 * How long to wait before the next attempt, or null where another attempt cannot help. The
 * server's Retry-After decides; without one the wait doubles from 2 s up to 30 s.
 */
export function retryDelayMs(failure: Failure, attempt: number): number | null {
  const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
  switch (failure.kind) {
    case "not-ready":
    case "busy":
      return clampedMs(failure.retryAfterSeconds, LONGEST_RETRY_MS) ?? backoff;
    case "rate-limited":
      return clampedMs(failure.retryAfterSeconds, LONGEST_RATE_LIMIT_MS) ?? backoff;
    case "offline":
    case "unreachable":
    case "slow":
      return backoff;
    case "static":
    case "locked":
    case "blank":
    case "refused":
      return null;
  }
}

function clampedMs(seconds: number | null, longestMs: number): number | null {
  return seconds === null ? null : Math.min(longestMs, Math.max(1, seconds) * 1000);
}
