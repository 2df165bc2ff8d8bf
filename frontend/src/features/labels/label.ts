import type { Label } from "../../shared/api/kept";
import { withArticle } from "../../shared/lib/article";

/** In the order of the buttons. */
export const LABELS: readonly Label[] = [
  ...([0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const),
  "not_a_digit",
  "several",
];

export function labelText(label: Label): string {
  if (label === "not_a_digit") return "Not a digit";
  return label === "several" ? "Several" : String(label);
}

/** "a 4", "an 8", "not a digit", "several digits". */
export function labelPhrase(label: Label): string {
  if (label === "not_a_digit") return "not a digit";
  if (label === "several") return "several digits";
  return withArticle(label);
}

/** The label written in a link; null for anything else. */
export function readLabel(text: string | null): Label | null {
  return LABELS.find((label) => String(label) === text) ?? null;
}
