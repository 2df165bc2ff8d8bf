import type { Rung } from "../../features/models/modelEntries";
import type { Reading } from "../../features/prediction/reader";
import { failureText, percent, verdictText } from "../../features/prediction/format";

/** What a screen reader says when the state has settled; empty where there is nothing new. */
export function announcement(
  reading: Reading,
  rung: Rung | null,
  agreement: string | null,
): string {
  if (reading.phase === "failed") {
    const { title, detail } = failureText(reading.failure, reading.retryInMs);
    return `${title}. ${detail}`;
  }
  if (reading.phase !== "answered" || !rung?.prediction) return "";
  const { digit, confidence, verdict } = rung.prediction;
  const doubt = verdict === "unsure" ? ` ${verdictText(rung.prediction)}.` : "";
  const company = agreement === null ? "" : ` ${agreement}.`;
  return `${rung.title}: ${digit}, ${percent(confidence)}.${doubt}${company}`;
}
