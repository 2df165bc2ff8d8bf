import { encode } from "fast-png";
import { EXPORT_SIDE, rasterise } from "../../engine/rasterise";
import type { Drawing } from "./history";

/**
 * The drawing as the server gets it: strokes as a grey PNG of 280 × 280 pixels, black on white,
 * whatever the screen's size, pixel ratio and theme; an opened picture as its own bytes.
 */
export function encodeDrawing({ picture, strokes }: Drawing): Blob {
  if (picture) return picture.body;
  const data = rasterise(strokes, EXPORT_SIDE);
  const png = encode({ width: EXPORT_SIDE, height: EXPORT_SIDE, data, depth: 8, channels: 1 });
  return new Blob([Uint8Array.from(png)], { type: "image/png" });
}
