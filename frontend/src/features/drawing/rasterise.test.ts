import { decode } from "fast-png";
import { describe, expect, it, test } from "vitest";
import { EXPORT_SIDE, rasterise } from "../../engine/rasterise";
import type { Point, Stroke } from "../../engine/strokes";
import { BRUSHES } from "./brushes";
import { encodeDrawing } from "./encodeDrawing";
import { SAMPLES } from "./samples";

const SIDE = EXPORT_SIDE;
const at = (x: number, y: number): Point => ({ x, y });
const stroke = (width: number, ...points: Point[]): Stroke => ({ width: width / SIDE, points });
const inkOf = (pixels: Uint8Array) => pixels.reduce((sum, grey) => sum + (255 - grey) / 255, 0);
const grey = (pixels: Uint8Array, x: number, y: number) => pixels[y * SIDE + x];

test("no strokes are a white square", () => {
  expect(new Set(rasterise([], SIDE))).toEqual(new Set([255]));
});

describe("a tap", () => {
  const pixels = rasterise([stroke(18, at(0.5, 0.5))], SIDE);
  it("is a disc of the brush's width", () => {
    expect(inkOf(pixels)).toBeCloseTo(Math.PI * 9 ** 2, -0.5);
    expect([grey(pixels, 140, 140), grey(pixels, 140, 133), grey(pixels, 140, 129)]).toEqual([
      0, 0, 255,
    ]);
  });
});

test.each(BRUSHES)("the $name brush is as wide as it says, with round caps", ({ width }) => {
  const px = width * SIDE;
  const pixels = rasterise([{ width, points: [at(0.25, 0.5), at(0.75, 0.5)] }], SIDE);
  const column = Array.from({ length: SIDE }, (_, y) => 255 - (grey(pixels, 140, y) ?? 0));
  expect(column.reduce((sum, ink) => sum + ink, 0) / 255).toBeCloseTo(px, 1);
  expect(Math.abs(inkOf(pixels) - (140 * px + Math.PI * (px / 2) ** 2))).toBeLessThan(2);
});

test("a curve keeps its width along its bend", () => {
  const arc = Array.from({ length: 40 }, (_, i) =>
    at(0.5 + 0.3 * Math.cos((i * Math.PI) / 39), 0.6 - 0.3 * Math.sin((i * Math.PI) / 39)),
  );
  const ink = inkOf(rasterise([stroke(18, ...arc)], SIDE));
  const expected = 18 * Math.PI * 0.3 * SIDE + Math.PI * 81;
  expect(Math.abs(ink / expected - 1)).toBeLessThan(0.01);
});

test("a stroke that crosses itself covers a pixel once, and ink outside is cut off", () => {
  const line = [-0.2, 0.5, 1.2, 1.9].map((x) => at(x, 0.5));
  const once = rasterise([stroke(18, ...line)], SIDE);
  const back = rasterise([stroke(18, ...line, ...line.toReversed())], SIDE);
  expect(back).toEqual(once);
  expect(inkOf(once)).toBeCloseTo(18 * SIDE, 0);
});

test("strokes are laid over one another", () => {
  const one = stroke(18, at(0.2, 0.2), at(0.8, 0.8));
  const other = stroke(18, at(0.2, 0.8), at(0.8, 0.2));
  const both = rasterise([one, other], SIDE);
  const [a, b] = [rasterise([one], SIDE), rasterise([other], SIDE)];
  both.forEach((value, i) => {
    expect(value).toBeLessThanOrEqual(Math.min(a[i] ?? 0, b[i] ?? 0));
  });
});

test("a drawing is sent as a grey PNG of its pixels", async () => {
  const { strokes } = SAMPLES[0] ?? { strokes: [] };
  const blob = encodeDrawing({ strokes, picture: null });
  expect(blob.type).toBe("image/png");
  const png = decode(new Uint8Array(await blob.arrayBuffer()));
  expect(png).toMatchObject({ width: SIDE, height: SIDE, channels: 1, depth: 8 });
  expect(new Uint8Array(png.data)).toEqual(rasterise(strokes, SIDE));
});
