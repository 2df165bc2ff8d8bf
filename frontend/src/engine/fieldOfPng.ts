import { decode } from "fast-png";
import { FIELD_PX, type Field } from "./preprocessing";

/** The field in a PNG file of 28 × 28 grey pixels. Throws for a picture of another size. */
export function fieldOfPng(png: Uint8Array): Field {
  const { width, height, channels, data } = decode(png);
  if (width !== FIELD_PX || height !== FIELD_PX) {
    throw new Error(`expected ${FIELD_PX} × ${FIELD_PX} pixels, got ${width} × ${height}`);
  }
  return Uint8Array.from(data).filter((_, i) => i % channels === 0);
}
