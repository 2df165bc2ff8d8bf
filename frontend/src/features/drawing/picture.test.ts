import { expect, test } from "vitest";
import { MOST_BYTES, MOST_PIXELS, mustBeConverted, sniffMediaType } from "./picture";

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test.each([
  ["\x89PNG\r\n\x1a\n\0\0\0\r", "image/png"],
  ["\xff\xd8\xff\xe0\0\x10JFIF\0\x01", "image/jpeg"],
  ["GIF89a\x01\0\x01\0\0\0", "image/gif"],
  ["GIF87a\x01\0\x01\0\0\0", "image/gif"],
  ["RIFF\x24\0\0\0WEBPVP8 ", "image/webp"],
  ["RIFF\x24\0\0\0WAVEfmt ", null],
  ["BM\x36\0\0\0\0\0\0\0\x36\0", "image/bmp"],
  ["\0\0\0\x1cftypheic", null],
  ["<svg xmlns=", null],
  ["", null],
])("the first bytes %j are %s", (text, mediaType) => {
  expect(sniffMediaType(bytes(text))).toBe(mediaType);
});

test.each([
  ["a small PNG goes as it is", 900, 784, "image/png", false],
  ["exactly the limit", MOST_BYTES, MOST_PIXELS, "image/jpeg", false],
  ["a byte too many", MOST_BYTES + 1, 784, "image/jpeg", true],
  ["a pixel too many", 900, MOST_PIXELS + 1, "image/png", true],
  ["a format that only the browser reads", 900, 784, null, true],
])("%s", (_, size, pixels, mediaType, converted) => {
  expect(mustBeConverted({ bytes: size, pixels, mediaType })).toBe(converted);
});
