import { nameOfClass } from "../../shared/lib/classes";
import type { Prediction, ReadDigit } from "../../shared/api/types";

/** What a model reads, on one line: "7", "T-shirt", "2026", or "20 / 26" for two lines. */
export function readingText({ digit, read }: Prediction): string {
  return read ? read.lines.join(" / ") : nameOfClass(digit);
}

/** Whether a model is sure of all that it reads; in what is no digit it cannot be. */
export function isUnsure({ verdict, read }: Prediction): boolean {
  return (read?.verdict ?? verdict) === "unsure";
}

/** The digit of several that is looked at: the chosen one, or the first where there is none such. */
export function chosenDigit(digits: readonly ReadDigit[], chosen: number) {
  const index = chosen < digits.length ? chosen : 0;
  const digit = digits[index];
  return digit ? { index, digit } : null;
}
