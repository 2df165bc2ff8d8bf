import { findInk, type Ink } from "./ink";
import { EXPORT_SIDE, rasterise } from "./rasterise";
import type { Stroke } from "./strokes";

export const FIELD_PX = 28;
export const BOX_PX = 20;
// MNIST rounds the centre of mass to whole pixels around index 14; its files average 14.00
export const CENTRE_PX = 14;
/** Strokes thinner than this in the 28×28 field are drawn this thick; MNIST's are about 2.5 px. */
const MIN_STROKE_PX = 1.6;

/** What the networks see: 28×28 grey levels row by row, light ink on 0. */
export type Field = Uint8Array;

export interface Preprocessed {
  readonly field: Field;
  /** The ink's left, top, right and bottom in pixels of the picture; the last two excluded. */
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
}

/** Ink in its box, row by row; 0 where there is none. */
interface Strengths {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * The field that MNIST would have made of strokes in the unit square; null where there is no digit,
 * only specks or a dot. The service's own recipe for a drawing on the canvas, which makes the same
 * of the picture that is sent to it (ml_engine_and_backend/engine/preprocessing.py; LeCun, Bottou,
 * Bengio, Haffner 1998, section III.A): the ink's box scaled to 20 px, its centre of mass in the
 * middle. What people photograph, ruled lines, frames and shadows, is left to the service.
 */
export function fieldOf(strokes: readonly Stroke[]): Preprocessed | null {
  return preprocess(rasterise(strokes, EXPORT_SIDE), EXPORT_SIDE);
}

/** The same for grey pixels, `side` wide and high: dark ink on white (255). */
export function preprocess(grey: Uint8Array, side: number): Preprocessed | null {
  const ink = findInk(grey, side);
  if (!ink) return null;
  const { left, top, width, height } = ink;
  return { field: fieldOfInk(ink), box: [left, top, left + width, top + height] };
}

/** The field of a digit's ink. */
export function fieldOfInk(ink: Ink): Field {
  return place(thicken(ink));
}

/** The ink's strength, with strokes widened that would fade when scaled down: a larger box. */
function thicken(ink: Ink): Strengths {
  const { strength, mask, width, height, full } = ink;
  const wanted = (MIN_STROKE_PX * Math.max(width, height)) / BOX_PX;
  const missing = (wanted - strokeWidth(ink)) / 2;
  if (missing <= 0) return { values: strength, width, height };
  const margin = Math.ceil(missing);
  const wide = width + 2 * margin;
  const high = height + 2 * margin;
  const values = new Float32Array(wide * high);
  const reach = margin + 1;

  // the nearest inked pixel of each column, up or down from each place: its rows apart, signed
  const apart = new Int16Array(wide * high).fill(-reach - 1);
  for (let x = 0; x < width; x += 1) {
    let last = -Infinity;
    for (let y = 0; y < high; y += 1) {
      if (isInk(y)) last = y;
      if (y - last <= reach) apart[y * wide + x + margin] = last - y;
    }
    let next = Infinity;
    for (let y = high - 1; y >= 0; y -= 1) {
      if (isInk(y)) next = y;
      const at = y * wide + x + margin;
      if (next - y <= reach && next - y < Math.abs(apart[at] ?? 0)) apart[at] = next - y;
    }
    function isInk(y: number) {
      const row = y - margin;
      return row >= 0 && row < height && mask[row * width + x] === 1;
    }
  }
  // the nearest of those in the columns around
  for (let y = 0; y < high; y += 1) {
    for (let x = 0; x < wide; x += 1) {
      const at = y * wide + x;
      const row = y - margin;
      const column = x - margin;
      const isInside = row >= 0 && row < height && column >= 0 && column < width;
      if (isInside && mask[row * width + column] === 1) {
        values[at] = (strength[row * width + column] ?? 0) / full;
        continue;
      }
      let nearest = Infinity;
      let from = 0;
      for (let k = Math.max(0, x - reach); k <= Math.min(wide - 1, x + reach); k += 1) {
        const down = apart[y * wide + k] ?? 0;
        if (Math.abs(down) > reach) continue;
        const square = down * down + (k - x) * (k - x);
        if (square < nearest) {
          nearest = square;
          from = (row + down) * width + k - margin;
        }
      }
      // a pixel that the widened stroke's edge crosses is covered in part
      const covered = Math.min(1, Math.max(0, missing + 1 - Math.sqrt(nearest)));
      if (covered > 0) values[at] = covered * ((strength[from] ?? 0) / full);
    }
  }
  return { values, width: wide, height: high };
}

/** Mean stroke width in pixels: a long band of width w has the area w·l and the outline 2·l. */
function strokeWidth({ mask, width, height }: Ink): number {
  let area = 0;
  let steps = 0;
  const at = (y: number, x: number) =>
    y >= 0 && y < height && x >= 0 && x < width ? (mask[y * width + x] ?? 0) : 0;
  for (let y = 0; y <= height; y += 1) {
    for (let x = 0; x <= width; x += 1) {
      const here = at(y, x);
      area += here;
      if (here !== at(y - 1, x)) steps += 1;
      if (here !== at(y, x - 1)) steps += 1;
    }
  }
  // counting pixel edges overrates an outline of all directions by 4 / pi
  return (2 * area) / ((Math.PI / 4) * steps);
}

/** The centre of mass, in pixel indices. */
export function centreOfMass({ values, width, height }: Strengths): { x: number; y: number } {
  let total = 0;
  let sumX = 0;
  let sumY = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = values[y * width + x] ?? 0;
      total += value;
      sumX += x * value;
      sumY += y * value;
    }
  }
  return { x: sumX / total, y: sumY / total };
}

/** Area-averages ink into the field, 0..255: longer side 20 px, its centre of mass in the middle. */
function place(strengths: Strengths): Field {
  const { values, width, height } = strengths;
  const { x: centreX, y: centreY } = centreOfMass(strengths);
  const scale = BOX_PX / Math.max(width, height);
  const across = shares(width, scale, centreX);
  const down = shares(height, scale, centreY);

  const rows = new Float64Array(height * FIELD_PX);
  for (let y = 0; y < height; y += 1) {
    for (const { source, target, share } of across) {
      const value = values[y * width + source] ?? 0;
      if (value !== 0) {
        const at = y * FIELD_PX + target;
        rows[at] = (rows[at] ?? 0) + share * value;
      }
    }
  }
  const sums = new Float64Array(FIELD_PX * FIELD_PX);
  for (const { source, target, share } of down) {
    for (let x = 0; x < FIELD_PX; x += 1) {
      const at = target * FIELD_PX + x;
      sums[at] = (sums[at] ?? 0) + share * (rows[source * FIELD_PX + x] ?? 0);
    }
  }
  const most = sums.reduce((a, b) => Math.max(a, b));
  return Uint8Array.from(sums, (sum) => roundHalfEven((sum * 255) / most));
}

interface PixelShare {
  readonly source: number;
  readonly target: number;
  /** How much of the pixel of the source lies in the pixel of the field. */
  readonly share: number;
}

/** Which pixels of the source, `length` long, lie in which of the field, along one axis. */
function shares(length: number, scale: number, centre: number): PixelShare[] {
  // `centre` comes to lie on the field's centre, unless the ink would leave the field
  const wanted = CENTRE_PX + 0.5 - (centre + 0.5) * scale;
  const start = Math.min(Math.max(wanted, 0), FIELD_PX - length * scale);
  const found: PixelShare[] = [];
  for (let source = 0; source < length; source += 1) {
    const from = start + source * scale;
    for (let target = Math.max(0, Math.floor(from)); target < FIELD_PX; target += 1) {
      const share = (Math.min(from + scale, target + 1) - Math.max(from, target)) / scale;
      if (share <= 0) break;
      found.push({ source, target, share });
    }
  }
  return found;
}

/** NumPy's rint: halves go to the even neighbour. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
