import type { Prediction, ReadDigit } from "../../shared/api/types";
import { nameOfClass } from "../../shared/lib/classes";
import { withArticle } from "../../shared/lib/article";
import { readingText } from "./reading";

/** A probability as a percentage; "100.0%" and "0.0%" only where it is exactly 1 or 0. */
export function percent(probability: number): string {
  if (probability >= 0.9995 && probability < 1) return ">99.9%";
  if (probability > 0 && probability < 0.0005) return "<0.1%";
  return `${(probability * 100).toFixed(1)}%`;
}

/** The digits from the likeliest to the least likely; equal ones in counting order. */
export function byProbability(probabilities: readonly number[]): number[] {
  return probabilities
    .map((probability, digit) => ({ probability, digit }))
    .sort((a, b) => b.probability - a.probability || a.digit - b.digit)
    .map(({ digit }) => digit);
}

/** Whether the model is sure, in words. */
export function verdictText(answer: Prediction | ReadDigit): string {
  if ("read" in answer && answer.read) {
    return answer.read.verdict === "sure" ? "Sure" : "Not sure of every digit";
  }
  if (answer.verdict === "sure") return "Sure";
  if (answer.verdict === "not_a_digit") {
    return `This looks like no digit. If it must be one: ${nameOfClass(answer.digit)}.`;
  }
  const other = byProbability(answer.probabilities).find((d) => d !== answer.digit);
  return `Not sure — it could be ${other === undefined ? "a different digit" : withArticle(nameOfClass(other))}`;
}

export interface Agreement {
  readonly agree: boolean;
  /** What more models read than anything else; null in a tie. */
  readonly majority: string | null;
  readonly text: string;
}

/** More would make a long sentence; the rungs themselves show what each reads. */
const MOST_READINGS = 3;

/**
 * How far the models agree on a digit or number, as one sentence: "2 of 3 say 7, 1 says 1". Where
 * there is no digit, each names the one that it would have to be.
 */
export function agreementOf(results: readonly Prediction[]): Agreement | null {
  const [one, many] = results.some(({ verdict }) => verdict === "not_a_digit")
    ? ["would say", "would say"]
    : ["says", "say"];
  const counts = new Map<string, number>();
  for (const text of results.map(readingText)) counts.set(text, (counts.get(text) ?? 0) + 1);
  const ranked = [...counts].sort(
    (a, b) => b[1] - a[1] || a[0].localeCompare(b[0], "en", { numeric: true }),
  );
  const [first, second] = ranked;
  if (!first) return null;
  const [reading, count] = first;
  const total = results.length;
  if (!second) {
    const who = total === 1 ? `It ${one}` : `${total === 2 ? "Both" : `All ${total}`} ${many}`;
    return { agree: true, majority: reading, text: `${who} ${reading}` };
  }
  const majority = count > second[1] ? reading : null;
  if (ranked.length > MOST_READINGS) {
    return { agree: false, majority, text: `${total} rungs, ${ranked.length} different answers` };
  }
  const others = ranked.slice(1).map(([text, n]) => `${n} ${n === 1 ? one : many} ${text}`);
  const text = [`${count} of ${total} ${count === 1 ? one : many} ${reading}`, ...others].join(
    ", ",
  );
  return { agree: false, majority, text };
}
