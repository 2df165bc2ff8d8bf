import { readFileSync } from "node:fs";

// for tests: what colours look like, and to whom

type Triple = readonly [number, number, number];
export type Matrix = readonly [Triple, Triple, Triple];

/**
 * How dichromats see linear RGB: Machado, Oliveira and Fernandes, "A physiologically-based model
 * for simulation of color vision deficiency" (2009), severity 1.
 */
export const VISION: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Ottosson's OKLab (2020), in which equal distances look about equally different. */
const TO_LMS: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

const dot = (a: Triple, b: Triple) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const times = (m: Matrix, v: Triple): Triple => [dot(m[0], v), dot(m[1], v), dot(m[2], v)];
const each = (v: Triple, f: (x: number) => number): Triple => [f(v[0]), f(v[1]), f(v[2])];

function linear(hex: string): Triple {
  const channel = (i: number) => {
    const value = parseInt(hex.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function oklab(hex: string, vision: Matrix): Triple {
  const seen = each(times(vision, linear(hex)), (x) => Math.min(1, Math.max(0, x)));
  return times(TO_LAB, each(times(TO_LMS, seen), Math.cbrt));
}

/** WCAG 2.2: from 1 for the same to 21 for black on white. */
export function contrast(a: string, b: string): number {
  const luminance = (hex: string) => dot([0.2126, 0.7152, 0.0722], linear(hex));
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** How different two colours look: their distance in OKLab. */
export function apart(a: string, b: string, vision: Matrix): number {
  const one = oklab(a, vision);
  const other = oklab(b, vision);
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

const css = readFileSync(new URL("../../app/index.css", import.meta.url), "utf8");

/** A colour of index.css in one of its two schemes. */
export function colour(name: string, scheme: "light" | "dark"): string {
  const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css);
  const hex = found?.[scheme === "light" ? 1 : 2];
  if (hex === undefined) throw new Error(`index.css has no --${name}: light-dark(#…, #…)`);
  return hex;
}
