import { pathOf, type Point, type Stroke } from "./strokes";

/** The side of the picture that is sent and read, in pixels; pen widths are named at this size. */
export const EXPORT_SIDE = 280;

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
  for (const { points, width } of strokes) {
    const radius = (width * side) / 2;
    const reached = squaredDistances(flatten(points, side), radius + 1, side);
    for (let row = reached.top; row < reached.bottom; row += 1) {
      for (let column = reached.left; column < reached.right; column += 1) {
        const at = row * side + column;
        const coverage = radius + 0.5 - Math.sqrt(reached.squared[at] ?? Infinity);
        if (coverage > 0) light[at] = (light[at] ?? 1) * (1 - Math.min(1, coverage));
      }
    }
  }
  const grey = new Uint8Array(light.length);
  for (let i = 0; i < light.length; i += 1) grey[i] = Math.round((light[i] ?? 1) * 255);
  return grey;
}

/** The stroke's line as points in pixels, curves cut into short straight pieces. */
export function flatten(points: readonly Point[], side: number): Point[] {
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

/** The squared distance of each pixel's centre to the line within `reach`, and the box of those. */
function squaredDistances(line: readonly Point[], reach: number, side: number) {
  const squared = new Float32Array(side * side).fill(Infinity);
  const box = { left: side, top: side, right: 0, bottom: 0 };
  const within = (value: number) => Math.min(side, Math.max(0, value));
  let start = line[0];
  for (const end of line) {
    start ??= end;
    const { x: startX, y: startY } = start;
    const dx = end.x - startX;
    const dy = end.y - startY;
    const length = dx * dx + dy * dy;
    const left = within(Math.floor(Math.min(startX, end.x) - reach));
    const top = within(Math.floor(Math.min(startY, end.y) - reach));
    const right = within(Math.ceil(Math.max(startX, end.x) + reach));
    const bottom = within(Math.ceil(Math.max(startY, end.y) + reach));
    for (let row = top; row < bottom; row += 1) {
      const y = row + 0.5 - startY;
      for (let column = left; column < right; column += 1) {
        const x = column + 0.5 - startX;
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / length));
        const square = (x - along * dx) ** 2 + (y - along * dy) ** 2;
        const place = row * side + column;
        if (square < (squared[place] ?? Infinity)) squared[place] = square;
      }
    }
    box.left = Math.min(box.left, left);
    box.top = Math.min(box.top, top);
    box.right = Math.max(box.right, right);
    box.bottom = Math.max(box.bottom, bottom);
    start = end;
  }
  return { squared, ...box };
}
