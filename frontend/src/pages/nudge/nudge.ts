import type { Field } from "../../engine/preprocessing";
import * as transforms from "../../engine/transforms";

/** What is done to a drawing's 28×28 field, in this order. */
export interface Nudge {
  /** Degrees, to the right as seen. */
  readonly slant: number;
  /** Degrees, clockwise. */
  readonly turn: number;
  /** A factor. */
  readonly scale: number;
  /** Whole pixels, to the right and down. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** By how many whole pixels strokes get wider. */
  readonly width: number;
  /** The side of a square that is wiped out, in pixels, and the pixel in its middle. */
  readonly erase: number;
  readonly eraseX: number;
  readonly eraseY: number;
  /** Boxed and centred anew, as the service does with a drawing. */
  readonly isCentred: boolean;
  /** Standard deviation, in grey levels. */
  readonly noise: number;
}

/** Changes nothing. */
export const UNTOUCHED: Nudge = {
  slant: 0,
  turn: 0,
  scale: 1,
  shiftX: 0,
  shiftY: 0,
  width: 0,
  erase: 0,
  eraseX: 14,
  eraseY: 14,
  isCentred: false,
  noise: 0,
};

/** The same noise at every level, in every browser: a link shows what its sender saw. */
const NORMALS = transforms.standardNormals(28, 784);

/** The field with everything done to it but centring and noise. */
export function moved(field: Field, nudge: Nudge): Field {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const map = transforms.linearMap(radians(nudge.turn), radians(nudge.slant), nudge.scale);
  let changed = transforms.resample(field, map);
  changed = transforms.shift(changed, nudge.shiftX, nudge.shiftY);
  changed = transforms.changeStrokeWidth(changed, nudge.width);
  return transforms.erase(changed, nudge.erase, nudge.eraseX, nudge.eraseY);
}

/** The field that the networks see; null where centring finds no digit in what is left. */
export function nudged(field: Field, nudge: Nudge, normals = NORMALS): Field | null {
  const changed = moved(field, nudge);
  const placed = nudge.isCentred ? transforms.centred(changed) : changed;
  return placed && transforms.addNoise(placed, nudge.noise, normals);
}
