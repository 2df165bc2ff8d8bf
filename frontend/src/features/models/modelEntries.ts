import type { ModelSummary, Prediction } from "../../shared/api/types";

/** One rung as the page shows it: what it is, and what it reads on the field. */
export interface Rung {
  readonly name: string;
  /** 1 at the foot of the ladder. */
  readonly step: number;
  readonly title: string;
  readonly adds: string;
  /** On the test split; null where the list of models is missing. */
  readonly accuracy: number | null;
  readonly isDefault: boolean;
  readonly prediction: Prediction | null;
}

/**
 * The rungs from the foot of the ladder up. Where the list of models did not come, the answers
 * themselves still name the rungs.
 */
export function rungsOf(
  models: readonly ModelSummary[] | null,
  results: readonly Prediction[] | null,
): Rung[] {
  const answers = new Map(results?.map((result) => [result.model, result]));
  if (!models) {
    return (results ?? []).map((prediction, i, all) => ({
      name: prediction.model,
      step: i + 1,
      title: prediction.model,
      adds: "",
      accuracy: null,
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
    isDefault: model.default,
    prediction: answers.get(model.name) ?? null,
  }));
}

export interface Choice {
  readonly rung: Rung | null;
  /** The name that was asked for and is no rung; null where there is none. */
  readonly unknown: string | null;
}

/** The rung a link asks for, else the default one, else the top of the ladder. */
export function chooseRung(rungs: readonly Rung[], wanted: string | null): Choice {
  const named = rungs.find((rung) => rung.name === wanted);
  if (named) return { rung: named, unknown: null };
  const fallback = rungs.find((rung) => rung.isDefault) ?? rungs.at(-1) ?? null;
  return { rung: fallback, unknown: rungs.length > 0 ? wanted : null };
}

export function accuracyText(accuracy: number): string {
  return `${(accuracy * 100).toFixed(2)}%`;
}
