import { describe, expect, it, test } from "vitest";
import type { Point, Stroke } from "../../engine/strokes";
import { rasterise } from "../../engine/rasterise";
import { SAMPLES } from "../drawing/samples";
import { MalformedStrokes, readStrokes, writeStrokes } from "./strokeText";

const at = (x: number, y: number): Point => ({ x, y });
const stroke = (...points: Point[]): Stroke => ({ points, width: 18 / 280 });

/** A loop with 400 points, as a fast mouse reports it, partly beyond the field. */
const loop = stroke(
  ...Array.from({ length: 400 }, (_, i) => {
    const angle = (i / 399) * 2 * Math.PI;
    return at(0.9 + 0.3 * Math.cos(angle), 0.5 + 0.3 * Math.sin(angle));
  }),
);

const DRAWINGS: readonly (readonly [string, readonly Stroke[]])[] = [
  ...SAMPLES.map(({ digit, strokes }) => [`the sample ${digit}`, strokes] as const),
  ["a dot", [stroke(at(0.5, 0.5))]],
  ["a pen at rest", [stroke(at(0.5, 0.5), at(0.5, 0.5001))]],
  ["a loop", [loop]],
  ["few points, far apart", [stroke(at(0.2, 0.2), at(0.8, 0.2), at(0.4, 0.9))]],
  ["a tick over a sharp corner", [stroke(at(0.2, 0.2), at(0.5, 0.9), at(0.5, 0.9), at(0.9, 0))]],
  ["left of the field", [stroke(at(-0.4, -0.1), at(0.3, 1.2))]],
  ["three pens", [12, 18, 26].map((px) => ({ points: [at(0.1, px / 30)], width: px / 280 }))],
];

describe.each(DRAWINGS)("a link of %s", (_, strokes) => {
  const text = writeStrokes(strokes) ?? "";
  const read = readStrokes(text);

  it("shows the same drawing", () => {
    const [drawn, linked] = [rasterise(strokes, 280), rasterise(read, 280)];
    const differences = drawn.map((level, i) => Math.abs(level - (linked[i] ?? NaN)));
    // a quarter of a pixel is a quarter of the levels, at the edge of the ink
    expect(Math.max(...differences)).toBeLessThan(80);
    const sum = differences.reduce((sum, difference) => sum + difference, 0);
    expect(sum / 255 / drawn.length).toBeLessThan(0.001);
    expect(read.map(({ width }) => width)).toEqual(strokes.map(({ width }) => width));
  });

  it("is the link of what it shows", () => {
    expect(writeStrokes(read)).toBe(text);
    expect(readStrokes(text)).toEqual(read);
  });

  it("is short and needs no escaping", () => {
    expect(text.length).toBeLessThan(600);
    expect(encodeURIComponent(text)).toBe(text);
  });
});

test("an empty drawing is a version and nothing else", () => {
  expect(writeStrokes([])).toBe("1");
  expect(readStrokes("1")).toEqual([]);
});

test("numbers are written in groups of five bits, the sign lowest", () => {
  const width = 32 / 2240; // 64 in zigzag: no low bits, then 2
  expect(writeStrokes([{ width, points: [at(1 / 2240, -3 / 2240)] }])).toBe(
    "1" + "gC" + "C" + "CF",
  );
});

test("a pen far outside the field is still read", () => {
  const text = writeStrokes([stroke(at(0.5, 0.5), at(40, -40))]) ?? "";
  expect(readStrokes(text)).toEqual([stroke(at(0.5, 0.5), at(4, -4))]);
});

test("a scribble is too much for a link", () => {
  const dots = Array.from({ length: 2_000 }, (_, i) => stroke(at((i * 0.37) % 1, 0.5)));
  expect(writeStrokes(dots)).toBeNull();
});

test.each([
  ["", /version 1, got nothing/],
  ["2gCCCF", /version 1, got “2”/],
  ["1gC CF", /got “ ”/],
  ["1gCCCé", /got “é”/],
  ["1gCCC", /a step from .*, got the end of the text/],
  ["1g", /a whole drawing/],
  ["1gC", /a number of points from 1 .*, got the end/],
  ["1ACCF", /a width from 1 to 2240, got 0/],
  ["1gCA", /a number of points from 1 to 2, got 0/],
  ["1gC______C", /a number of points/],
  ["1gCCC_____C", /a step from -8960/],
  ["1gC" + "A".repeat(8_000), /at most 8000 characters/],
])("%.20s is refused", (text, message) => {
  expect(() => readStrokes(text)).toThrow(MalformedStrokes);
  expect(() => readStrokes(text)).toThrow(message);
});
