// Two rungs on the same pictures: ml_engine_and_backend/model_folder/comparison.py, which names
// the sources of the methods.

const Z_95 = 1.959963984540054;
/** The 80 % point: a difference is then shown in four sets out of five. */
const Z_POWER = 0.8416212335729143;

export interface PairedCounts {
  readonly both: number;
  /** Only the second rung is right. */
  readonly fixed: number;
  /** Only the first one is. */
  readonly broken: number;
  readonly neither: number;
}

/** The second rung's share less the first one's, with its interval and the exact test. */
export function pairedFigures(counts: PairedCounts) {
  const { both, fixed, broken, neither } = counts;
  return {
    difference: (fixed - broken) / (both + fixed + broken + neither),
    difference_interval: pairedInterval(counts),
    p_value: mcnemar(fixed, broken),
  };
}

/** The two-sided p value of the exact McNemar test. */
export function mcnemar(fixed: number, broken: number): number {
  const tosses = fixed + broken;
  // binomial coefficients as whole numbers: exact, however many tosses
  let term = 1n;
  let tail = 1n;
  for (let k = 0; k < Math.min(fixed, broken); k += 1) {
    term = (term * BigInt(tosses - k)) / BigInt(k + 1);
    tail += term;
  }
  // 2^1000 is a number yet
  const dropped = Math.max(0, tosses - 1000);
  return Math.min(1, Number((2n * tail) >> BigInt(dropped)) / 2 ** (tosses - dropped));
}

/** Wilson's score interval of a share at 95 %. */
export function wilsonInterval(correct: number, total: number): [low: number, high: number] {
  const z2 = Z_95 ** 2;
  const middle = (correct + z2 / 2) / (total + z2);
  const half = (Z_95 / (total + z2)) * Math.sqrt((correct * (total - correct)) / total + z2 / 4);
  // the ends are exact, whatever the rounding
  return [correct === 0 ? 0 : middle - half, correct === total ? 1 : middle + half];
}

/** Newcombe's interval of the difference of two paired shares, his method 10. */
export function pairedInterval(counts: PairedCounts): [low: number, high: number] {
  const { both, fixed, broken, neither } = counts;
  const n = both + fixed + broken + neither;
  const [second, first] = [both + fixed, both + broken];
  const [low2, high2] = wilsonInterval(second, n);
  const [low1, high1] = wilsonInterval(first, n);
  const [down2, up2] = [second / n - low2, high2 - second / n];
  const [down1, up1] = [first / n - low1, high1 - first / n];

  let covariance = both * neither - fixed * broken;
  if (covariance > 0) covariance = Math.max(covariance - n / 2, 0); // the continuity correction
  const margins = second * (n - second) * first * (n - first);
  const phi = margins === 0 ? 0 : covariance / Math.sqrt(margins);

  const difference = (fixed - broken) / n;
  // rounding may leave a hair below zero
  const down = Math.sqrt(Math.max(0, down2 ** 2 - 2 * phi * down2 * up1 + up1 ** 2));
  const up = Math.sqrt(Math.max(0, up2 ** 2 - 2 * phi * up2 * down1 + down1 ** 2));
  return [difference - down, difference + up];
}

/** p values adjusted by Holm's method, in the given order. */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = Array.from(pValues, () => 0);
  let reached = 0;
  pValues
    .map((p, index) => ({ p, index }))
    .toSorted((a, b) => a.p - b.p)
    .forEach(({ p, index }, place) => {
      reached = Math.max(reached, Math.min(1, (pValues.length - place) * p));
      adjusted[index] = reached;
    });
  return adjusted;
}

/** The fewest disagreements, all one way, that the exact McNemar test calls significant. */
export const LEAST_PICTURES = 6;

/** How many pictures show a difference of two shares in four sets out of five (Connor 1987). */
export function picturesNeeded(difference: number, disagreement: number): number {
  const psi = Math.max(disagreement, difference);
  const deviations = Z_95 * Math.sqrt(psi) + Z_POWER * Math.sqrt(psi - difference ** 2);
  return Math.ceil((deviations / difference) ** 2);
}

/** The least share of n pictures that they show as a difference; null where even all are too few. */
export function leastDifference(n: number, disagreement: number): number | null {
  for (let pictures = LEAST_PICTURES; pictures <= n; pictures += 1) {
    if (picturesNeeded(pictures / n, disagreement) <= n) return pictures / n;
  }
  return null;
}
