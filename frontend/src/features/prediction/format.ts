import type { Prediction } from "../../shared/api/types";

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
export function verdictText(prediction: Prediction): string {
  if (prediction.verdict === "sure") return "Sure";
  const other = byProbability(prediction.probabilities).find((d) => d !== prediction.digit);
  return `Not sure — it could be ${other === 8 ? "an" : "a"} ${other ?? "different digit"}`;
}

export interface Agreement {
  readonly agree: boolean;
  /** The digit that more models read than any other; null in a tie. */
  readonly majority: number | null;
  readonly text: string;
}

/** How far the models agree, as one sentence: "2 of 3 say 7, 1 says 1". */
export function agreementOf(digits: readonly number[]): Agreement | null {
  const counts = new Map<number, number>();
  for (const digit of digits) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const [first, second] = ranked;
  if (!first) return null;
  const [digit, count] = first;
  const total = digits.length;
  if (!second) {
    const text =
      total === 1 ? `It says ${digit}` : `${total === 2 ? "Both" : `All ${total}`} say ${digit}`;
    return { agree: true, majority: digit, text };
  }
  const others = ranked.slice(1).map(([d, n]) => `${n} ${n === 1 ? "says" : "say"} ${d}`);
  return {
    agree: false,
    majority: count > second[1] ? digit : null,
    text: [`${count} of ${total} ${count === 1 ? "says" : "say"} ${digit}`, ...others].join(", "),
  };
}
