import { ApiError } from "./failure";
import { failureOf } from "./problem";

/** Longer than any answer takes; a request that hangs must not look like work. */
const PATIENCE_MS = 15_000;

export interface Question {
  readonly method?: "POST";
  readonly body?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The JSON at a path. Throws ApiError, or AbortError when `signal` aborts. */
export async function ask(
  path: string,
  signal: AbortSignal,
  question: Question = {},
): Promise<unknown> {
  // AbortSignal.any would say this in a word, but is missing from Safari before 17.4
  const abort = new AbortController();
  const giveUp = () => {
    abort.abort();
  };
  signal.addEventListener("abort", giveUp);
  const patience = setTimeout(() => {
    abort.abort("slow");
  }, PATIENCE_MS);
  try {
    const request = {
      ...question,
      headers: { Accept: "application/json, application/problem+json", ...question.headers },
      signal: abort.signal,
    };
    let response = await fetch(path, request);
    if (response.status === 401) {
      // the page's pass has expired: the page brings a new one, without a reload that would lose
      // the drawing
      await fetch("/", { method: "HEAD", signal: abort.signal });
      response = await fetch(path, request);
    }
    const body = parseJson(await response.text());
    if (response.ok) return body;
    const retryAfter = response.headers.get("Retry-After");
    throw new ApiError(failureOf({ status: response.status, retryAfter, body }, new Date()));
  } catch (error) {
    if (error instanceof ApiError || signal.aborted) throw error;
    if (abort.signal.reason === "slow") throw new ApiError({ kind: "slow" });
    // asked only after the request failed: a server on this machine answers without a network
    throw new ApiError({ kind: navigator.onLine ? "unreachable" : "offline" });
  } finally {
    clearTimeout(patience);
    signal.removeEventListener("abort", giveUp);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer that came and is not what the page can show. */
export function unexpected(expected: string): ApiError {
  return new ApiError({
    kind: "refused",
    status: 200,
    title: "The server’s answer makes no sense to this page",
    detail: `Expected ${expected}. Page and server may be of different versions: reload the page.`,
  });
}
