import { expect, test } from "vitest";
import { sumOf } from "./evidence";
import {
  biasOf,
  blocksOf,
  evidenceFor,
  hiddenLayersOf,
  logitsOf,
  templatesOf,
  whatTheySay,
  type Inner,
} from "./inner";

const PLACES = { first_px: 0, step_px: 14 };

const inner = (outputs: Record<string, [shape: number[], data: number[]]>): Inner =>
  new Map(
    Object.entries(outputs).map(([name, [shape, data]]) => {
      const places = name.includes("maps") ? PLACES : null;
      return [name, { shape: [1, ...shape], data: Float32Array.from(data), places }];
    }),
  );

// a picture of four pixels and two digits, as Keras lays it out: the digit is the last side
const LINEAR = inner({
  templates: [
    [4, 2],
    [1, -1, 2, -2, 3, -3, 4, -4],
  ],
  class_maps: [
    [2, 2, 2],
    [0.5, -0.5, 0, 0, 3, -3, 0, 0],
  ],
  class_bias: [[2], [0.25, -0.25]],
  logits: [[2], [3.75, -3.75]],
});

test("evidence by place adds up to the logit", () => {
  const logits = logitsOf(LINEAR);
  for (const digit of [0, 1]) {
    const evidence = evidenceFor(LINEAR, digit);
    expect(evidence?.grid).toEqual({ side: 2, first: 0, step: 14 });
    expect(evidence && sumOf(evidence).total).toBe(logits[digit]);
  }
  expect(evidenceFor(new Map(), 0)).toBeNull();
});

test("templates are cut by digit", () => {
  expect(templatesOf(LINEAR)?.map(({ values }) => [...values])).toEqual([
    [1, 2, 3, 4],
    [-1, -2, -3, -4],
  ]);
});

const HIDDEN = inner({
  units_1: [[3], [0, 5, 2]],
  templates_1: [
    [4, 3],
    [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3],
  ],
  evidence: [
    [3, 2],
    [0, 0, 10, -5, 1, 2],
  ],
  bias: [[2], [0.5, 1]],
  templates: [[4, 2], Array<number>(8).fill(1)],
  logits: [[2], [11.5, -2]],
});

test("units come strongest first, each with its template and what it says", () => {
  const [units = []] = hiddenLayersOf(HIDDEN);
  const said = whatTheySay(HIDDEN, units);
  expect(said?.map(({ number, strength, says }) => [number, strength, says])).toEqual([
    [2, 5, [10, -5]],
    [3, 2, [1, 2]],
    [1, 0, [0, 0]],
  ]);
  expect([...(said?.[0]?.picture.values ?? [])]).toEqual([2, 2, 2, 2]);
  for (const digit of [0, 1]) {
    const all = said?.reduce((sum, { says }) => sum + (says[digit] ?? 0), 0);
    expect((all ?? 0) + (biasOf(HIDDEN)[digit] ?? 0)).toBe(logitsOf(HIDDEN)[digit]);
  }
  // the templates of its digits change with the drawing: they are not what the rung looks for
  expect(templatesOf(HIDDEN)).toBeNull();
});

test("what units of an earlier layer say is not known", () => {
  expect(whatTheySay(HIDDEN, [])).toBeNull();
});

test("maps come strongest first, block by block", () => {
  const blocks = blocksOf(
    inner({
      maps_1: [
        [2, 2, 2],
        [0, 1, 0, 1, 8, 1, 0, 2],
      ],
      maps_2: [
        [1, 1, 2],
        [3, 4],
      ],
    }),
  );
  expect(blocks.map((maps) => maps.map(({ number, strength }) => [number, strength]))).toEqual([
    [
      [1, 2],
      [2, 1.25],
    ],
    [
      [2, 4],
      [1, 3],
    ],
  ]);
  expect(blocks[0]?.[0]?.picture).toEqual({
    grid: { side: 2, first: 0, step: 14 },
    values: Float32Array.of(0, 0, 8, 0),
  });
});
