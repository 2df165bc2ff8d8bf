import type { Label } from "../../shared/api/kept";
import { withArticle } from "../../shared/lib/article";
import { areDigits, classNames, nameOfClass } from "../../shared/lib/classes";

/** Every label in the order of the buttons: the classes by index, then what is none of them. */
export function labels(): readonly Label[] {
  return [...classNames().keys(), "not_a_digit", "several"];
}

export function labelText(label: Label): string {
  if (label === "not_a_digit") return areDigits() ? "Not a digit" : "None of these";
  return label === "several" ? "Several" : nameOfClass(label);
}

/** "a 4", "an 8", "a Bag", "not a digit", "several digits". */
export function labelPhrase(label: Label): string {
  if (label === "not_a_digit") return areDigits() ? "not a digit" : "none of these";
  if (label === "several") return areDigits() ? "several digits" : "several of these";
  return withArticle(nameOfClass(label));
}

/** The label written in a link; null for anything else. */
export function readLabel(text: string | null): Label | null {
  return labels().find((label) => String(label) === text) ?? null;
}
