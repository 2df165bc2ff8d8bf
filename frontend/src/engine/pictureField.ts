import type { Preprocessing } from "../shared/api/networks";
import { atLeast, boxOf, type Pixels } from "./ink";
import type { Picture } from "./picture";
import { findInkInPicture } from "./pictureInk";
import {
  BOX_PX,
  CENTRE_PX,
  FIELD_PX,
  centreOfMass,
  fieldOfInk,
  roundHalfEven,
  type Field,
  type Preprocessed,
} from "./preprocessing";

/** A field, where it was in the picture, and whether that had dark ink. */
export interface SeenPicture extends Preprocessed {
  readonly inverted: boolean;
}

/**
 * The field that MNIST would have made of a picture; null where there is no digit. A 28×28 picture
 * that the recipe has already been applied to keeps every pixel, where `how` is "as_is" any one of
 * several levels, as in the service (ml_engine_and_backend/engine/preprocessing.py).
 *
 * Throws LeftToService for photographs and ruled paper.
 */
export function preprocessPicture(
  { grey, width, height, reduction }: Picture,
  how: Preprocessing = "mnist",
): SeenPicture | null {
  if (how === "as_is" && grey.width === FIELD_PX && grey.height === FIELD_PX) return asItIs(grey);
  const ink = findInkInPicture(grey);
  if (!ink) return null;
  const { inverted, left, top } = ink;
  return {
    field: mnistsOwn(grey, inverted) ?? fieldOfInk(ink),
    box: [
      left * reduction,
      top * reduction,
      Math.min((left + ink.width) * reduction, width),
      Math.min((top + ink.height) * reduction, height),
    ],
    inverted,
  };
}

/** A 28×28 picture, light on dark; null where it is of one level. */
function asItIs({ data }: Pixels): SeenPicture | null {
  const field = Uint8Array.from(data, (level) => roundHalfEven(Math.min(255, Math.max(0, level))));
  if (field.every((level) => level === field[0])) return null;
  return { field, box: [0, 0, FIELD_PX, FIELD_PX], inverted: false };
}

/** The picture itself, light on 0, where it has the size, box, place and contrast of the recipe. */
function mnistsOwn({ data, width, height }: Pixels, inverted: boolean): Field | null {
  if (width !== FIELD_PX || height !== FIELD_PX) return null;
  const values = Float32Array.from(data, (level) => (inverted ? 255 - level : level));
  const peak = values.reduce((a, b) => Math.max(a, b));
  if (peak < 250 || peak > 255) return null;
  const box = boxOf(atLeast({ data: values, width, height }, Number.MIN_VALUE));
  if (!box) return null;
  const longer = Math.max(box.right - box.left, box.bottom - box.top);
  const { x, y } = centreOfMass({ values, width, height });
  const off = Math.max(Math.abs(x - CENTRE_PX), Math.abs(y - CENTRE_PX));
  if (longer < BOX_PX - 1 || longer > BOX_PX || off >= 0.525) return null;
  return Uint8Array.from(values, roundHalfEven);
}
