import { expect, test } from "vitest";
import { LONGEST_SIDE, MOST_BYTES, mustBeConverted, sniffMediaType } from "./picture";

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test.each([
  ["\x89PNG\r\n\x1a\n\0\0\0\r", "image/png"],
  ["\xff\xd8\xff\xe0\0\x10JFIF\0\x01", "image/jpeg"],
  ["GIF89a\x01\0\x01\0\0\0", "image/gif"],
  ["GIF87a\x01\0\x01\0\0\0", "image/gif"],
  ["RIFF\x24\0\0\0WEBPVP8 ", "image/webp"],
  ["RIFF\x24\0\0\0WAVEfmt ", null],
  ["BM\x36\0\0\0\0\0\0\0\x36\0", "image/bmp"],
  ["\0\0\0\x1cftypheic", "image/heic"],
  ["\0\0\0\x1cftypavif", "image/avif"],
  ["\0\0\0\x1cftypisom", null],
  ["II*\0\x08\0\0\0", "image/tiff"],
  ["<svg xmlns=", null],
  ["", null],
])("the first bytes %j are %s", (text, mediaType) => {
  expect(sniffMediaType(bytes(text))).toBe(mediaType);
});

test.each([
  ["a small PNG goes as it is", 900, 28, "image/png", false],
  ["exactly the limit", MOST_BYTES, LONGEST_SIDE, "image/jpeg", false],
  ["a byte too many", MOST_BYTES + 1, 28, "image/jpeg", true],
  ["a pixel too many", 900, LONGEST_SIDE + 1, "image/png", true],
  ["a format without a known beginning", 900, 28, null, true],
  ["a format that only the browser reads", 900, 28, "image/heic", true],
])("%s", (_, bytes, width, mediaType, converted) => {
  const size = { width, height: 20 };
  expect(mustBeConverted({ bytes, size, mediaType })).toBe(converted);
});
