import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
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
  console.log(JSON.stringify(nudge), Math.max(...apart), apart.filter((a) => a > 0).length);
  // single precision there, double here: a pixel in a thousand lies on the other side of a half
  expect(Math.max(...apart)).toBeLessThanOrEqual(1);
  expect(apart.filter((levels) => levels > 0).length).toBeLessThanOrEqual(4);
});
