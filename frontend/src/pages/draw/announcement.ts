import type { ModelWithPrediction } from "../../features/models/modelWithPrediction";
import { percent, verdictText } from "../../features/prediction/format";
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
  const { digit, confidence, verdict } = model.prediction;
  const doubt = verdict === "unsure" ? ` ${verdictText(model.prediction)}.` : "";
  const comparison = agreement === null ? "" : ` ${agreement}.`;
  return `${model.title}: ${digit}, ${percent(confidence)}.${doubt}${comparison}`;
}
