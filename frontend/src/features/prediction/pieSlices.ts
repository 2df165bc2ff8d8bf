import { byProbability, percent } from "./format";

export interface Slice {
  /** "7", or "others" for all digits too thin to be seen. */
  readonly key: string;
  /** The digits in the slice, the likeliest first. */
  readonly digits: readonly number[];
  readonly probability: number;
  /** Beside the pie; empty for a slice too thin to point at. */
  readonly label: string;
}

/** A slice below this share of the pie has no room for a label of its own. */
export const LEAST_SHARE = 0.03;
/** Others with a smaller share in all have no label; only the caption mentions them. */
const LEAST_OTHERS = 0.005;

/** The pie's slices, the likeliest first; those too thin to be seen are one slice, "others". */
export function pieSlices(probabilities: readonly number[]): Slice[] {
  const ranked = byProbability(probabilities);
  const of = (digit: number) => probabilities[digit] ?? 0;
  const wide = ranked.filter((digit) => of(digit) >= LEAST_SHARE);
  const thin = ranked.filter((digit) => of(digit) < LEAST_SHARE);
  const slices = wide.map((digit) => ({
    key: String(digit),
    digits: [digit],
    probability: of(digit),
    label: `${digit} ${percent(of(digit))}`,
  }));
  const rest = thin.reduce((sum, digit) => sum + of(digit), 0);
  if (rest > 0) {
    slices.push({
      key: "others",
      digits: thin,
      probability: rest,
      label: rest < LEAST_OTHERS ? "" : `rest ${percent(rest)}`,
    });
  }
  return slices;
}

/** The pie in words, for its caption: "7: 91.0%, 1: 5.2%, the other eight digits: 3.8%". */
export function sliceText(slices: readonly Slice[]): string {
  return slices
    .map(({ key, digits, probability }) => {
      if (key !== "others") return `${key}: ${percent(probability)}`;
      const who = digits.length === 1 ? `${digits[0] ?? ""}` : `the other ${digits.length} digits`;
      return `${who}: ${percent(probability)}`;
    })
    .join(", ");
}
