import { pathOf, type Point, type Stroke } from "./geometry";

/** How far a flattened curve may lie from the curve, in pixels. */
const FLATNESS_PX = 0.05;

/**
 * Strokes of the unit square as grey pixels, row by row: black ink (0) on white (255), `side`
 * pixels wide and high. No canvas is read back, since a browser that resists fingerprinting
 * returns noise from it; so every browser sends the same bytes for the same strokes.
 *
 * A pixel's coverage is taken from the distance of its centre to the line, which anti-aliases
 * round caps and joins like a canvas does.
 */
export function rasterise(strokes: readonly Stroke[], side: number): Uint8Array {
  const light = new Float32Array(side * side).fill(1);
  for (const stroke of strokes) {
    const squared = squaredDistances(flatten(stroke, side), (stroke.width * side) / 2 + 1, side);
    squared.forEach((square, i) => {
      if (square === Infinity) return;
      const coverage = (stroke.width * side) / 2 + 0.5 - Math.sqrt(square);
      light[i] = (light[i] ?? 1) * (1 - Math.min(1, Math.max(0, coverage)));
    });
  }
  return Uint8Array.from(light, (share) => Math.round(share * 255));
}

/** The stroke's line as points in pixels, curves cut into short straight pieces. */
function flatten({ points }: Stroke, side: number): Point[] {
  const scale = ({ x, y }: Point): Point => ({ x: x * side, y: y * side });
  const flat: Point[] = [];
  for (const step of pathOf(points)) {
    if (step.kind === "dot") flat.push(scale(step.at));
    else if (step.kind === "curve") flat.push(...flattenCurve(flat, step, scale));
    else flat.push(scale(step.to));
  }
  return flat;
}

function flattenCurve(
  before: readonly Point[],
  curve: { readonly control: Point; readonly to: Point },
  scale: (point: Point) => Point,
): Point[] {
  const control = scale(curve.control);
  const to = scale(curve.to);
  const from = before.at(-1) ?? to;
  // a quadratic curve lies at most a quarter of its second difference from its chord
  const bend = Math.hypot(from.x - 2 * control.x + to.x, from.y - 2 * control.y + to.y) / 4;
  const pieces = Math.max(1, Math.ceil(Math.sqrt(bend / FLATNESS_PX)));
  return Array.from({ length: pieces }, (_, i) => {
    const t = (i + 1) / pieces;
    const blend = (a: number, b: number, c: number) =>
      (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c;
    return { x: blend(from.x, control.x, to.x), y: blend(from.y, control.y, to.y) };
  });
}

/** The squared distance of each pixel's centre to the line, where it is at most `reach`. */
function squaredDistances(line: readonly Point[], reach: number, side: number): Float32Array {
  const squared = new Float32Array(side * side).fill(Infinity);
  const within = (value: number) => Math.min(side, Math.max(0, value));
  line.forEach((end, i) => {
    const start = line[Math.max(0, i - 1)] ?? end;
    const dx = end.x - start.x;
    const dy = end.y - start.y;
    const length = dx * dx + dy * dy;
    const right = within(Math.ceil(Math.max(start.x, end.x) + reach));
    const bottom = within(Math.ceil(Math.max(start.y, end.y) + reach));
    for (let row = within(Math.floor(Math.min(start.y, end.y) - reach)); row < bottom; row += 1) {
      for (
        let column = within(Math.floor(Math.min(start.x, end.x) - reach));
        column < right;
        column += 1
      ) {
        const x = column + 0.5 - start.x;
        const y = row + 0.5 - start.y;
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / length));
        const square = (x - along * dx) ** 2 + (y - along * dy) ** 2;
        const place = row * side + column;
        if (square < (squared[place] ?? Infinity)) squared[place] = square;
      }
    }
  });
  return squared;
}
