import { ApiError } from "./failure";
import { failureOf } from "./problem";
import { isStaticSite, urlOf } from "./staticSite";

/** Longer than any answer takes, so that a request that hangs fails. */
const TIMEOUT_MS = 15_000;

export interface JsonRequest {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: Blob;
  /** A body that is sent as JSON. */
  readonly json?: unknown;
}

/**
 * The JSON at a path relative to the page, which a proxy may serve below a path of its own;
 * undefined where the answer has no body. Without a signal the request runs to its end. Throws ApiError, or AbortError when `signal` aborts.
 */
export async function fetchJson(
  path: string,
  signal: AbortSignal = new AbortController().signal,
  { method = "GET", body, json }: JsonRequest = {},
): Promise<unknown> {
  const content =
    json === undefined
      ? { body: body ?? null, type: body?.type }
      : { body: JSON.stringify(json), type: "application/json" };
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json" };
  if (content.type !== undefined) headers["Content-Type"] = content.type;
  return request(path, signal, { method, body: content.body, headers }, async (response) =>
    parseJson(await response.text()),
  );
}

/** The bytes of a file, by the rules of fetchJson; it may take longer. */
export async function fetchBytes(
  path: string,
  signal: AbortSignal = new AbortController().signal,
  timeoutMs = TIMEOUT_MS,
): Promise<ArrayBuffer> {
  return request(path, signal, {}, (response) => response.arrayBuffer(), timeoutMs);
}

async function request<T>(
  path: string,
  signal: AbortSignal,
  options: RequestInit,
  read: (response: Response) => Promise<T>,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  const { method = "GET" } = options;
  if (isStaticSite() && method !== "GET") throw new ApiError({ kind: "static" });
  const url = urlOf(path);
  // Safari before 17.4 lacks AbortSignal.any
  const abort = new AbortController();
  const onAbort = () => {
    abort.abort();
  };
  signal.addEventListener("abort", onAbort);
  const timeout = setTimeout(() => {
    abort.abort("slow");
  }, timeoutMs);
  try {
    let response = await fetch(url, { ...options, signal: abort.signal });
    if (response.status === 401 && !(await isWrongPassword(response.clone()))) {
      // the session cookie has expired: loading the page sets a new one, and nothing is lost
      await fetch("./", { method: "HEAD", signal: abort.signal });
      response = await fetch(url, { ...options, signal: abort.signal });
    }
    if (response.ok) return await read(response);
    const retryAfter = response.headers.get("Retry-After");
    const body = parseJson(await response.text());
    throw new ApiError(failureOf({ status: response.status, retryAfter, body }, new Date()));
  } catch (error) {
    if (error instanceof ApiError || signal.aborted) throw error;
    if (abort.signal.reason === "slow") throw new ApiError({ kind: "slow" });
    // only after a failure: a server on this machine answers without a network
    throw new ApiError({ kind: navigator.onLine ? "unreachable" : "offline" });
  } finally {
    clearTimeout(timeout);
    signal.removeEventListener("abort", onAbort);
  }
}

/** A wrong password is wrong again; it would only count as another attempt. */
async function isWrongPassword(response: Response): Promise<boolean> {
  const body = parseJson(await response.text());
  return failureOf({ status: 401, retryAfter: null, body }, new Date()).kind !== "locked";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** For an answer whose content is not what the page expects. */
export function unexpectedAnswer(expected: string): ApiError {
  return new ApiError({
    kind: "refused",
    status: 200,
    title: "The server sent an unexpected answer",
    detail: `Expected ${expected}. Page and server may be of different versions: reload the page.`,
  });
}
