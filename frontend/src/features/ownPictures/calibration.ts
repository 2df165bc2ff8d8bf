const BINS = 15;

/** The answers whose confidence is in a part of 0..1; without answers there is no mean. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly confidence: number | null;
  readonly accuracy: number | null;
}

interface Answered {
  readonly confidence: number;
  readonly isRight: boolean;
}

/** Mean confidence and accuracy in equal parts of 0..1, each with its upper edge. */
export function reliabilityCurve(answered: readonly Answered[]): ReliabilityBin[] {
  const edges = Array.from({ length: BINS + 1 }, (_, i) => (i === BINS ? 1 : i * (1 / BINS)));
  const bins = edges.slice(1).map((high, i) => ({
    low: edges[i] ?? 0,
    high,
    inside: [] as Answered[],
  }));
  for (const each of answered) {
    bins.find(({ high }) => each.confidence <= high)?.inside.push(each);
  }
  return bins.map(({ low, high, inside }) => {
    const count = inside.length;
    const total = inside.reduce((sum, { confidence }) => sum + confidence, 0);
    const right = inside.filter(({ isRight }) => isRight).length;
    return {
      low,
      high,
      count,
      // a mean of ones may end a hair above 1
      confidence: count > 0 ? Math.min(1, total / count) : null,
      accuracy: count > 0 ? right / count : null,
    };
  });
}

/** The mean distance of accuracy and confidence, weighted by answers (Naeini et al. 2015). */
export function expectedCalibrationError(curve: readonly ReliabilityBin[]): number {
  const total = curve.reduce((sum, { count }) => sum + count, 0);
  return curve.reduce(
    (sum, { count, accuracy, confidence }) =>
      accuracy === null || confidence === null
        ? sum
        : sum + (count / total) * Math.abs(accuracy - confidence),
    0,
  );
}
