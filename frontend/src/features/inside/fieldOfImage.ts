import { fieldOfPng } from "../../engine/fieldOfPng";
import type { Field } from "../../engine/preprocessing";
import type { Prediction } from "../../shared/api/types";

const PNG = "data:image/png;base64,";

/**
 * The field that was read, from the picture that comes with every answer: of strokes, of an opened
 * picture, answered here or by the service. Null where there is none.
 */
export function fieldOfImage(image: Prediction["preprocessing"]["image"] | null): Field | null {
  if (!image?.startsWith(PNG)) return null;
  return fieldOfPng(Uint8Array.from(atob(image.slice(PNG.length)), (byte) => byte.charCodeAt(0)));
}
