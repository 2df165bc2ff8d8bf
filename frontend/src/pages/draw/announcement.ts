import type { ModelWithPrediction } from "../../features/models/modelWithPrediction";
import { percent, verdictText } from "../../features/prediction/format";
import { isUnsure, readingText } from "../../features/prediction/reading";
import type { PredictionState } from "../../features/prediction/prediction";
import { failureText } from "../../shared/api/failureText";

/** What a screen reader says of a state; empty where there is nothing to say. */
export function announcement(
  state: PredictionState,
  model: ModelWithPrediction | null,
  agreement: string | null,
): string {
  if (state.phase === "failed") {
    const { title, detail } = failureText(state.failure, state.retryInMs);
    return `${title}. ${detail}`;
  }
  if (state.phase !== "answered" || !model?.prediction) return "";
  const { prediction } = model;
  const comparison = agreement === null ? "" : ` ${agreement}.`;
  if (prediction.verdict === "not_a_digit") {
    return `${model.title}: ${verdictText(prediction)}${comparison}`;
  }
  const confidence = percent(prediction.read?.confidence ?? prediction.confidence);
  const doubt = isUnsure(prediction) ? ` ${verdictText(prediction)}.` : "";
  return `${model.title}: ${readingText(prediction)}, ${confidence}.${doubt}${comparison}`;
}
