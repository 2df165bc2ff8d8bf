export interface Arc {
  readonly digit: number;
  /** The slice as an SVG path around (0, 0), radius 1. */
  readonly path: string;
  /** The direction of its middle, as a point on the unit circle. */
  readonly middle: { readonly x: number; readonly y: number };
  readonly share: number;
}

/** Clockwise from twelve o'clock; x to the right, y down. */
function onCircle(turn: number) {
  const angle = 2 * Math.PI * turn;
  return { x: Math.sin(angle), y: -Math.cos(angle) };
}

/**
 * The slices of a pie, in counting order whatever their size: so they only grow and shrink while
 * somebody draws, and none jumps over another. Digits without a share have none.
 */
export function arcsOf(probabilities: readonly number[]): Arc[] {
  const total = probabilities.reduce((sum, share) => sum + share, 0);
  const at = ({ x, y }: { x: number; y: number }) => `${x.toFixed(4)} ${y.toFixed(4)}`;
  let passed = 0;
  return probabilities.flatMap((probability, digit) => {
    const share = probability / total;
    if (!(share > 0)) return [];
    const from = onCircle(passed);
    const middle = onCircle(passed + share / 2);
    passed += share;
    const to = onCircle(passed);
    // in two halves: an arc that ends where it begins would be nothing
    const path = `M0 0L${at(from)}A1 1 0 0 1 ${at(middle)}A1 1 0 0 1 ${at(to)}Z`;
    return [{ digit, path, middle, share }];
  });
}
