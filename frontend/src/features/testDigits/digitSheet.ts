import { decode, encode, type DecodedPng } from "fast-png";
import { unexpectedAnswer } from "../../shared/api/fetchJson";
import type { DigitSheet } from "../../shared/api/types";

type Layout = Pick<DigitSheet, "columns" | "size_px" | "indices">;

/**
 * The pixels of the sprite sheet. They are not read from a canvas, since a browser that resists
 * fingerprinting returns noise from it.
 */
export function decodeSheet(png: Uint8Array, { columns, size_px, indices }: Layout): DecodedPng {
  const pixels = decode(png);
  const height = Math.ceil(indices.length / columns) * size_px;
  const isSheet = pixels.width === columns * size_px && pixels.height === height;
  if (!isSheet || pixels.depth !== 8 || pixels.palette) {
    throw unexpectedAnswer(
      `a sheet of ${columns * size_px} × ${height} pixels with 8 bits a channel`,
    );
  }
  return pixels;
}

/** The digit at a place of the sheet, counted row by row, as a PNG of its own. */
export function cutDigit(
  { data, width, channels }: DecodedPng,
  { columns, size_px: side }: Layout,
  place: number,
): Blob {
  const left = (place % columns) * side;
  const top = Math.floor(place / columns) * side;
  const row = side * channels;
  const cut = new Uint8Array(side * row);
  for (let y = 0; y < side; y += 1) {
    const from = ((top + y) * width + left) * channels;
    cut.set(data.subarray(from, from + row), y * row);
  }
  const png = encode({ width: side, height: side, data: cut, depth: 8, channels });
  return new Blob([Uint8Array.from(png)], { type: "image/png" });
}
