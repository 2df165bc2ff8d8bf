import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Report } from "../../shared/api/types";
import { isAlone, KNOBS, knobOf, snap, valuesOf, type KnobName } from "./knobs";
import { UNTOUCHED, type Nudge } from "./nudge";

// any shipped report: all have the same curves
const folder = new URL("../../../../models/cnn/", import.meta.url);
const version = readdirSync(folder)
  .filter((name) => /^\d+$/.test(name))
  .at(-1);
const report = JSON.parse(
  readFileSync(new URL(`${version ?? ""}/report.json`, folder), "utf8"),
) as Report;

test.each(KNOBS)("$title has the ends and the levels of its curve", (knob) => {
  const values = valuesOf(knob);
  expect(values).toContain(knob.harmless);
  expect(values[0]).toBe(knob.min);
  expect(values.at(-1)).toBe(knob.max);
  expect(values.length).toBeLessThanOrEqual(37);
  expect(UNTOUCHED[knob.name]).toBe(knob.harmless);
  for (const value of values) expect(snap(knob, value)).toBe(value);

  const { curve } = knob;
  if (!curve) return;
  const measured = report.robustness.curves.find(({ name }) => name === curve.name)?.levels ?? [];
  const levels = values.map((value) => curve.level({ ...UNTOUCHED, [knob.name]: value }));
  expect(measured.length).toBeGreaterThan(0);
  expect(levels).toEqual(expect.arrayContaining(measured));
  expect(Math.min(...levels)).toBe(Math.min(...measured));
  expect(Math.max(...levels)).toBe(Math.max(...measured));
});

test.each<[KnobName, Partial<Nudge>, boolean]>([
  ["turn", {}, true],
  ["turn", { turn: 20 }, true],
  ["turn", { turn: 20, noise: 5 }, false],
  ["turn", { turn: 20, isCentred: true }, false],
  ["shiftX", { shiftX: 2, shiftY: -3 }, true],
  ["slant", { slant: 10, scale: 0.9 }, false],
  ["erase", { erase: 4, eraseX: 3 }, true],
])("%s with %j is alone: %s", (name, change, expected) => {
  expect(isAlone(knobOf(name), { ...UNTOUCHED, ...change })).toBe(expected);
});
