import { describe, expect, it, test } from "vitest";
import type { Stroke } from "../../engine/strokes";
import type { Prediction } from "../../shared/api/types";
import { EMPTY_DRAWING, type Drawing } from "../drawing/history";
import type { Picture } from "../drawing/picture";
import type { PredictionState } from "./prediction";
import { nextShown } from "./shown";

const stroke = (x: number): Stroke => ({ points: [{ x, y: x }], width: 0.1 });
const [a, b, c] = [stroke(1), stroke(2), stroke(3)];
const of = (...strokes: Stroke[]): Drawing => ({ strokes, picture: null });
const body = new Blob();
const picture = (bytes: Blob): Drawing => ({
  strokes: [],
  picture: { body: bytes, region: null } as Picture,
});
const results = [{ digit: 5 }] as Prediction[];
const answered: PredictionState = { phase: "answered", results, by: "service" };
const live: PredictionState = { phase: "live", results, by: "browser" };
const paused: PredictionState = { phase: "paused", previous: results };
const failed = { phase: "failed" } as PredictionState;

test.each<[string, Drawing, Drawing, boolean]>([
  ["a stroke more", of(a), of(a, b), true],
  ["a stroke less", of(a, b), of(a), true],
  ["a sample in its place", of(a), of(c), false],
  ["another second stroke", of(a, b), of(a, c), false],
  ["a picture in its place", of(a), picture(body), false],
  ["the same picture", picture(body), picture(body), true],
  ["another picture", picture(body), picture(new Blob()), false],
  ["a stroke in a picture's place", picture(body), of(a), false],
])("after %s, the old answer stays or goes", (_, before, after, stays) => {
  const shown = nextShown(null, answered, before, false);
  expect(shown?.results).toBe(results);
  expect(nextShown(shown, paused, after, false)).toBe(stays ? shown : null);
});

describe("while the pen is down", () => {
  it("keeps what was said of the first stroke until it is answered whole", () => {
    const shown = nextShown(null, live, EMPTY_DRAWING, true);
    expect(nextShown(shown, paused, of(a), false)).toBe(shown);
    expect(nextShown(shown, { phase: "empty" }, EMPTY_DRAWING, false)).toBeNull();
  });

  it("counts a stroke over a picture as a new drawing", () => {
    const shown = nextShown(null, live, picture(body), true);
    expect(nextShown(shown, paused, of(a), false)).toBe(shown);
    expect(nextShown(shown, paused, picture(body), false)).toBeNull();
  });
});

it("shows nothing of a failure, and afterwards nothing old", () => {
  const shown = nextShown(null, answered, of(a), false);
  expect(nextShown(shown, failed, of(a, b), false)).toBeNull();
});

it("is the same object while nothing changes", () => {
  const drawing = of(a);
  const shown = nextShown(null, answered, drawing, false);
  expect(nextShown(shown, answered, drawing, false)).toBe(shown);
});
