import { expect, test, vi } from "vitest";
import { cover, fallsOf, occlude } from "./occlusion";

const NEVER = new AbortController().signal;

/** A 28×28 field with a bar of ink at the top and one dot at the bottom right. */
function field(): Uint8Array {
  const pixels = new Uint8Array(784);
  pixels.fill(200, 4 * 28 + 8, 4 * 28 + 20);
  pixels[27 * 28 + 27] = 255;
  return pixels;
}

/** Says 7 while there is ink in the top row of squares, else 1. */
function top(pixels: Uint8Array): Promise<Float32Array> {
  const ink = pixels.slice(0, 8 * 28).reduce((sum, level) => sum + level, 0);
  const logits = new Float32Array(10);
  logits[7] = ink / 400;
  logits[1] = 2;
  return Promise.resolve(logits);
}

test("a square covers only itself, and only where there is ink", () => {
  expect(cover(field(), 6, 0)).toBeNull();
  const covered = cover(field(), 6, 6);
  expect(covered?.[27 * 28 + 27]).toBe(0);
  expect(covered?.slice(0, 700)).toEqual(field().slice(0, 700));
});

test("finds the squares that the answer hangs on", async () => {
  const found = await occlude(field(), top, 1, NEVER);
  expect(found?.digit).toBe(7);
  const at = (column: number, row: number) =>
    found?.covered.find((square) => square.column === column && square.row === row);
  // 8 of the 12 pixels of the bar are covered: 4 · 200 / 400 = 2 against 2 is a tie that 1 wins
  expect(at(3, 0)?.digit).toBe(1);
  expect(at(3, 0)?.left).toBeCloseTo(at(3, 0)?.confidence ?? NaN, 6);
  expect(at(3, 0)?.fall).toBeGreaterThan(3);
  expect(at(6, 6)).toMatchObject({ digit: 7, fall: 0 });
  expect(at(0, 3)).toBeUndefined();
  const falls = fallsOf(found?.covered ?? []);
  expect(falls[3]).toBeCloseTo(at(3, 0)?.fall ?? NaN, 4);
  expect(falls[48]).toBe(0);
});

test("stops asking when the drawing has changed", async () => {
  const changed = new AbortController();
  const logits = vi.fn(top);
  const pause = () => {
    if (logits.mock.calls.length === 3) changed.abort();
    return Promise.resolve();
  };
  expect(await occlude(field(), logits, 1, changed.signal, pause)).toBeNull();
  expect(logits).toHaveBeenCalledTimes(3);
});
