import { expect, test } from "vitest";
import { breakTexts } from "./breakText";
import { knobOf, valuesOf, type KnobName } from "./knobs";
import { UNTOUCHED } from "./nudge";
import { lossOf, sweep, type Sweep } from "./sweep";

/** A bar two pixels wide, 14 high, in the middle of the field. */
const BAR = Uint8Array.from({ length: 784 }, (_, i) =>
  Math.abs((i % 28) - 13.5) < 1 && Math.abs(Math.floor(i / 28) - 13.5) < 7 ? 255 : 0,
);
/** Reads a 1 where one column holds at least so much of the ink. */
const engine = {
  rungs: [{ model: "strict" }, { model: "lenient" }],
  logits(model: string, field: Uint8Array) {
    const column = field.reduce((sum, level, i) => (i % 28 === 13 ? sum + level : sum), 0);
    const least = model === "strict" ? 3000 : 1500;
    return Promise.resolve([0, column - least, 0]);
  },
};
const nextTask = () => Promise.resolve();

test("every value is read by every rung", async () => {
  const { signal } = new AbortController();
  const found = await sweep(engine, BAR, UNTOUCHED, knobOf("shiftX"), signal, nextTask);
  expect(found.values).toEqual(valuesOf(knobOf("shiftX")));
  const moved = [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0];
  expect(Object.fromEntries(found.readings)).toEqual({ strict: moved, lenient: moved });

  const turned = await sweep(engine, BAR, UNTOUCHED, knobOf("turn"), signal, nextTask);
  const share = (model: string) => turned.readings.get(model)?.filter((read) => read === 1).length;
  expect(share("lenient")).toBeGreaterThan(share("strict") ?? NaN);
});

test("the other settings stay where they are", async () => {
  const { signal } = new AbortController();
  const moved = { ...UNTOUCHED, shiftX: 5 };
  const found = await sweep(engine, BAR, moved, knobOf("width"), signal, nextTask);
  expect(found.readings.get("lenient")).toEqual(found.values.map(() => 0));
});

test("a new drawing ends a sweep", async () => {
  const controller = new AbortController();
  let steps = 0;
  const idle = () => {
    steps += 1;
    if (steps === 3) controller.abort();
    return Promise.resolve();
  };
  const running = sweep(engine, BAR, UNTOUCHED, knobOf("turn"), controller.signal, idle);
  await expect(running).rejects.toThrow("aborted");
  expect(steps).toBe(3);
});

/** Readings by the value at which a digit is lost on each side of the harmless one. */
function swept(name: KnobName, limits: Record<string, [low: number, high: number] | null>): Sweep {
  const knob = knobOf(name);
  const values = valuesOf(knob);
  const readings = Object.entries(limits).map(([model, limit]): [string, number[]] => [
    model,
    values.map((value) => (limit && value > limit[0] && value < limit[1] ? 7 : 2)),
  ]);
  return { knob, values, readings: new Map(readings) };
}

test("a loss is the first value outwards, whatever is read further on", () => {
  const { knob, values } = swept("shiftX", {});
  const readings = [7, 1, 7, 7, 7, 7, 7, 7, 7, 7, 2, 7, 7];
  expect(lossOf({ knob, values }, readings, 7, "higher")).toEqual({
    at: 4,
    order: 4,
  });
  expect(lossOf({ knob, values }, readings, 7, "lower")).toEqual({
    at: -5,
    order: 5,
  });
  expect(
    lossOf(
      { knob, values },
      values.map(() => 7),
      7,
      "lower",
    ),
  ).toBeNull();
});

const MODELS = ["A", "B", "C"].map((title) => ({ name: title.toLowerCase(), title }));
const ALL: [number, number] = [-Infinity, Infinity];
test.each<[KnobName, Record<string, [number, number] | null>, string[]]>([
  [
    "turn",
    { a: [-20, 22.5], b: [-40, 30], c: ALL },
    [
      "Turning to the left, A loses it at 20°, B at 40°; C keeps it to the end, 45°.",
      "Turning to the right, A loses it at 22.5°, B at 30°; C keeps it to the end, 45°.",
    ],
  ],
  [
    "noise",
    { a: [-1, 40], b: [-1, 20], c: [-1, 40] },
    ["Adding noise, B loses it at 20 grey levels, A and C at 40 grey levels."],
  ],
  [
    "scale",
    { a: ALL, b: ALL, c: [0.6, 2] },
    [
      "Making it smaller, C loses it at ×0.6; A and B keep it to the end, ×0.5.",
      "Making it larger, every rung keeps it to the end, ×1.4.",
    ],
  ],
  ["erase", { a: null, b: ALL, c: ALL }, ["Erasing a square, B and C keep it to the end, 14 px.", "A does not read it even at 0 px."]], // prettier-ignore
  ["erase", { a: null, b: null, c: null }, ["No rung reads it even at 0 px."]],
])("the order in which rungs lose a digit by %s, %j", (name, limits, texts) => {
  expect(breakTexts(swept(name, limits), MODELS, 7)).toEqual(texts);
});
