import { decode, encode } from "fast-png";
import { describe, expect, it, test } from "vitest";
import { cutDigit, decodeSheet } from "./digitSheet";

// two rows of three digits, 4 pixels a side; the last place is empty
const LAYOUT = { columns: 3, size_px: 4, indices: [3, 5, 8, 13, 21] };
const WIDTH = 12;
const HEIGHT = 8;

/** A sheet in which every value differs from its neighbours. */
function sheetPng(channels: number, width = WIDTH): Uint8Array {
  const data = Uint8Array.from({ length: width * HEIGHT * channels }, (_, i) => (i * 7) % 251);
  return encode({ width, height: HEIGHT, data, depth: 8, channels });
}

describe.each([1, 3])("a sheet of %d channels", (channels) => {
  it.each([
    [0, 0, 0],
    [2, 8, 0],
    [4, 4, 4],
  ])("place %d is the square at (%d, %d), lossless", async (place, left, top) => {
    const sheet = decodeSheet(sheetPng(channels), LAYOUT);
    const png = cutDigit(sheet, LAYOUT, place);
    expect(png.type).toBe("image/png");
    const cut = decode(await png.arrayBuffer());
    expect(cut).toMatchObject({ width: 4, height: 4, channels });
    const expected = [0, 1, 2, 3].flatMap((y) => {
      const from = ((top + y) * WIDTH + left) * channels;
      return [...sheet.data.slice(from, from + 4 * channels)];
    });
    expect([...cut.data]).toEqual(expected);
  });
});

test.each([
  ["of another width", sheetPng(1, 16)],
  [
    "of 16 bits",
    encode({ width: 12, height: 8, data: new Uint16Array(96), depth: 16, channels: 1 }),
  ],
  ["that is no PNG", new TextEncoder().encode("these are only notes")],
])("a sheet %s is refused", (_, png) => {
  expect(() => decodeSheet(png, LAYOUT)).toThrow();
});
