export interface PieFrame {
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly lineHeight: number;
}

/** Fits a page 360 px wide; one side holds the nine labels that it may come to. */
export const PIE_FRAME: PieFrame = { width: 328, height: 188, radius: 74, lineHeight: 20 };

export interface PieLabel {
  readonly side: "left" | "right";
  /** On the pie's edge, where the leader line begins. */
  readonly edge: { readonly x: number; readonly y: number };
  /** Where the text begins (right) or ends (left); y is its middle. */
  readonly text: { readonly x: number; readonly y: number };
}

const GAP = 12;

/**
 * Places one label a slice beside a pie that begins at twelve o'clock and runs clockwise. Each
 * label wants the height of its slice's middle; on either side they are pushed apart to
 * `lineHeight` and kept inside the frame, in the order of their slices, so no two overlap.
 */
export function pieLabels(shares: readonly number[], frame: PieFrame): PieLabel[] {
  const cx = frame.width / 2;
  const cy = frame.height / 2;
  const total = shares.reduce((sum, share) => sum + share, 0);
  let passed = 0;
  const wanted = shares.map((share) => {
    const turn = (passed + share / 2) / total; // of a whole turn, clockwise from the top
    passed += share;
    const angle = 2 * Math.PI * turn;
    const x = cx + frame.radius * Math.sin(angle);
    const y = cy - frame.radius * Math.cos(angle);
    return { side: turn <= 0.5 ? ("right" as const) : ("left" as const), x, y };
  });

  const heights = new Map<number, number>();
  for (const side of ["right", "left"] as const) {
    const indices = wanted
      .map((_, i) => i)
      .filter((i) => wanted[i]?.side === side)
      .sort((a, b) => (wanted[a]?.y ?? 0) - (wanted[b]?.y ?? 0));
    const spread = spreadApart(
      indices.map((i) => wanted[i]?.y ?? 0),
      frame.lineHeight,
      frame.lineHeight / 2,
      frame.height - frame.lineHeight / 2,
    );
    indices.forEach((index, k) => heights.set(index, spread[k] ?? 0));
  }

  return wanted.map(({ side, x, y }, i) => ({
    side,
    edge: { x, y },
    text: {
      x: side === "right" ? cx + frame.radius + GAP : cx - frame.radius - GAP,
      y: heights.get(i) ?? y,
    },
  }));
}

/** Ascending positions, moved as little as needed to lie `least` apart within [low, high]. */
export function spreadApart(
  positions: readonly number[],
  least: number,
  low: number,
  high: number,
): number[] {
  const spread: number[] = [];
  for (const position of positions) {
    spread.push(Math.max(position, (spread.at(-1) ?? low - least) + least));
  }
  let ceiling = high;
  for (let i = spread.length - 1; i >= 0; i -= 1) {
    const position = Math.min(spread[i] ?? 0, ceiling);
    spread[i] = position;
    ceiling = position - least;
  }
  return spread;
}
