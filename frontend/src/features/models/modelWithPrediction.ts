import type { ModelSummary, Prediction } from "../../shared/api/types";

/** One model as the page shows it, joined with its prediction for the current drawing. */
export interface ModelWithPrediction {
  readonly name: string;
  /** 1 at the foot of the ladder. */
  readonly step: number;
  readonly title: string;
  readonly adds: string;
  /** On the test split; null where the list of models is missing. */
  readonly accuracy: number | null;
  /** From this confidence on it is sure; null where the server does not say. */
  readonly unsureThreshold: number | null;
  readonly isDefault: boolean;
  readonly prediction: Prediction | null;
}

/**
 * The models from the foot of the ladder up. Without the list of models, the predictions still
 * name them.
 */
export function withPredictions(
  models: readonly ModelSummary[] | null,
  results: readonly Prediction[] | null,
): ModelWithPrediction[] {
  const answers = new Map(results?.map((result) => [result.model, result]));
  if (!models) {
    return (results ?? []).map((prediction, i, all) => ({
      name: prediction.model,
      step: i + 1,
      title: prediction.model,
      adds: "",
      accuracy: null,
      unsureThreshold: null,
      isDefault: i === all.length - 1,
      prediction,
    }));
  }
  return models.map((model, i) => ({
    name: model.name,
    step: i + 1,
    title: model.title,
    adds: model.adds,
    accuracy: model.accuracy,
    unsureThreshold: model.unsure_threshold,
    isDefault: model.default,
    prediction: answers.get(model.name) ?? null,
  }));
}

export interface ModelChoice {
  readonly model: ModelWithPrediction | null;
  /** The requested name, if no model has it. */
  readonly unknown: string | null;
}

/** The model that the link names, else the default model, else the top of the ladder. */
export function chooseModel(
  models: readonly ModelWithPrediction[],
  wanted: string | null,
): ModelChoice {
  const named = models.find((model) => model.name === wanted);
  if (named) return { model: named, unknown: null };
  const fallback = models.find((model) => model.isDefault) ?? models.at(-1) ?? null;
  return { model: fallback, unknown: models.length > 0 ? wanted : null };
}

/** For the narrow strip: "Deep CNN" for "Deep convolutional network". */
export function shortTitle(title: string): string {
  return title.replace(/convolutional (neural )?network/i, "CNN");
}

export function accuracyText(accuracy: number): string {
  return `${(accuracy * 100).toFixed(2)}%`;
}
