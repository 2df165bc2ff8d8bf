import type { KeptDrawing } from "../../features/keptDrawings/keptDrawings";
import { labelPhrase } from "../../features/labels/label";

/** What the reviewers have settled, in words; null while it is open. */
export function decisionText(decision: KeptDrawing["decision"]): string | null {
  if (decision === null) return null;
  if (decision === "conflict") return "The reviewers do not agree on it.";
  if (decision === "rejected") return "The reviewers have rejected it.";
  return `Reviewed: it is ${labelPhrase(decision)}.`;
}
