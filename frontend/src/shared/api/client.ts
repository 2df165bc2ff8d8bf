import { pngUrl } from "../lib/pngUrl";
import { setClassNames } from "../lib/classes";
import { fetchJson, unexpectedAnswer } from "./fetchJson";
import type { ModelSummary, Prediction, PredictionAll } from "./types";

/**
 * The predictions of every model for a picture, or for the part of it in `box` (left, top, right,
 * bottom in pixels). What the service may keep of it is its picture, or nothing. Throws ApiError, or AbortError when `signal` aborts.
 */
export async function predictAll(
  picture: Blob,
  box: readonly number[] | null,
  keep: "drawing" | "nothing",
  signal: AbortSignal,
): Promise<PredictionAll> {
  const part = box ? `&box=${box.join(",")}` : "";
  const answer = await fetchJson(`predict/all?keep=${keep}${part}`, signal, {
    method: "POST",
    body: picture,
  });
  if (!isPredictionAll(answer)) throw unexpectedAnswer("the probabilities of every model");
  return answer;
}

/**
 * Has the service keep what the browser answered to a drawing, a PNG; the predictions' ids by model.
 * Throws ApiError.
 */
export async function keepAnswers(
  picture: Blob,
  results: readonly Prediction[],
): Promise<ReadonlyMap<string, string>> {
  const image = pngUrl(new Uint8Array(await picture.arrayBuffer()));
  const kept = results.map(({ model, version, probabilities, verdict }) => {
    return { model, version, probabilities, verdict };
  });
  const answer = await fetchJson("drawings", undefined, {
    method: "POST",
    json: { image, found: results[0]?.found, results: kept },
  });
  if (!isKept(answer)) throw unexpectedAnswer("an id for every answer");
  return new Map(answer.results.map(({ model, id }) => [model, id]));
}

function isKept(value: unknown): value is { results: { model: string; id: string }[] } {
  return typeof value === "object" && value !== null && "results" in value;
}

/** The models, in ladder order. Throws ApiError, or AbortError when `signal` aborts. */
export async function listModels(signal: AbortSignal): Promise<readonly ModelSummary[]> {
  const answer = await fetchJson("models", signal);
  if (!isModelList(answer)) throw unexpectedAnswer("a list of models");
  setClassNames(answer[0]?.classes);
  return answer;
}

function isPredictionAll(value: unknown): value is PredictionAll {
  if (typeof value !== "object" || value === null || !("results" in value)) return false;
  const { results } = value;
  if (!Array.isArray(results)) return false;
  const counts = results.map((result: { probabilities?: unknown } | null) =>
    Array.isArray(result?.probabilities) ? result.probabilities.length : 0,
  );
  const [classes = 0] = counts;
  return classes >= 2 && counts.every((count) => count === classes);
}

function isModelList(value: unknown): value is ModelSummary[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((model: { name?: unknown } | null) => typeof model?.name === "string")
  );
}
