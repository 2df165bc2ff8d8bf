import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { standardNormals } from "../../engine/transforms";
import { nudged, UNTOUCHED, type Nudge } from "./nudge";

interface Case {
  readonly of: number;
  readonly nudge: Partial<Record<keyof Nudge | "centred", number>>;
  readonly eraseAt: readonly [number, number];
  readonly field: string;
}

/** What the functions behind the robustness curves make of three test digits. */
const FILE = new URL("../../engine/transforms.cases.json", import.meta.url);
const { fields, normals, cases } = JSON.parse(readFileSync(FILE, "utf8")) as {
  fields: string[];
  normals: string;
  cases: Case[];
};
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
const digits = fields.map(bytes);

test.each(cases)("$nudge is the curves' own", ({ of, nudge, eraseAt, field }) => {
  const { centred, ...rest } = nudge;
  const [eraseX, eraseY] = eraseAt;
  const found = nudged(
    digits[of] ?? new Uint8Array(),
    { ...UNTOUCHED, ...rest, eraseX, eraseY, isCentred: centred === 1 },
    new Float32Array(bytes(normals).buffer),
  );
  const apart = [...bytes(field)].map((level, i) => Math.abs(level - (found?.[i] ?? NaN)));
  // the sine and the cosine are each system's own
  expect(Math.max(...apart)).toBeLessThanOrEqual(1);
  expect(apart.filter((levels) => levels > 0).length).toBeLessThanOrEqual(2);
});

test("nothing is changed by an untouched nudge", () => {
  for (const digit of digits) expect(nudged(digit, UNTOUCHED)).toEqual(digit);
});

test("a field without ink has nothing to centre", () => {
  expect(nudged(new Uint8Array(784), { ...UNTOUCHED, isCentred: true })).toBeNull();
});

test("the noise is the same each time, and normal", () => {
  const first = standardNormals(28, 784);
  expect(standardNormals(28, 784)).toEqual(first);
  expect(standardNormals(29, 784)).not.toEqual(first);
  const many = standardNormals(1, 20_000);
  const mean = many.reduce((sum, value) => sum + value, 0) / many.length;
  const within = (k: number) => many.filter((value) => Math.abs(value) < k).length / many.length;
  // standard errors 0.007, 0.0033 and 0.0015
  expect(mean).toBeCloseTo(0, 1);
  expect(within(1)).toBeCloseTo(0.6827, 1);
  expect(within(2)).toBeCloseTo(0.9545, 1);
});
