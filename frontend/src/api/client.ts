import { ApiError } from "./failure";
import { failureOf } from "./problem";
import type { ModelSummary, PredictionAll } from "./types";

/** Longer than any answer takes; a request that hangs must not look like work. */
const PATIENCE_MS = 15_000;

/** Asks every rung to read one picture. Throws ApiError, or AbortError when `signal` aborts. */
export async function predictAll(picture: Blob, signal: AbortSignal): Promise<PredictionAll> {
  const answer = await ask("/predict/all", signal, {
    method: "POST",
    body: picture,
    headers: { "Content-Type": picture.type },
  });
  if (!isPredictionAll(answer)) throw unexpected("ten probabilities from every rung");
  return answer;
}

/** The rungs, in ladder order. Throws ApiError, or AbortError when `signal` aborts. */
export async function listModels(signal: AbortSignal): Promise<readonly ModelSummary[]> {
  const answer = await ask("/models", signal, {});
  if (!isModelList(answer)) throw unexpected("a list of models");
  return answer;
}

interface Question {
  readonly method?: "POST";
  readonly body?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(path: string, signal: AbortSignal, question: Question): Promise<unknown> {
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
    const response = await fetch(path, {
      ...question,
      headers: { Accept: "application/json, application/problem+json", ...question.headers },
      signal: abort.signal,
    });
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

function unexpected(expected: string): ApiError {
  return new ApiError({
    kind: "refused",
    status: 200,
    title: "The server’s answer makes no sense to this page",
    detail: `Expected ${expected}. Page and server may be of different versions: reload the page.`,
  });
}

function isPredictionAll(value: unknown): value is PredictionAll {
  if (typeof value !== "object" || value === null || !("results" in value)) return false;
  const { results } = value;
  return (
    Array.isArray(results) &&
    results.length > 0 &&
    results.every(
      (result: { probabilities?: unknown } | null) =>
        Array.isArray(result?.probabilities) && result.probabilities.length === 10,
    )
  );
}

function isModelList(value: unknown): value is ModelSummary[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((model: { name?: unknown } | null) => typeof model?.name === "string")
  );
}
