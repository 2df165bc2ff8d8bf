/** A place in the square field: (0, 0) is its top left corner, (1, 1) its bottom right. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One line, kept as vectors so that it can be drawn at any size. */
export interface Stroke {
  readonly points: readonly Point[];
  /** The pen's width as a fraction of the field's side. */
  readonly width: number;
}

export type PathStep =
  | { readonly kind: "dot"; readonly at: Point }
  | { readonly kind: "move"; readonly to: Point }
  | { readonly kind: "line"; readonly to: Point }
  | { readonly kind: "curve"; readonly control: Point; readonly to: Point };

export function midpoint(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/**
 * The smooth line through a stroke: each reported point bends a quadratic curve that runs from
 * midpoint to midpoint, so neighbouring curves share their tangent. A tap is a dot.
 */
export function pathOf(points: readonly Point[]): PathStep[] {
  const [first, ...rest] = points;
  if (!first) return [];
  const last = rest.at(-1);
  if (!last) return [{ kind: "dot", at: first }];

  const steps: PathStep[] = [{ kind: "move", to: first }];
  rest.forEach((point, i) => {
    const next = rest[i + 1];
    if (next) steps.push({ kind: "curve", control: point, to: midpoint(point, next) });
  });
  steps.push({ kind: "line", to: last });
  return steps;
}
