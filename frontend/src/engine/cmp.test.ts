import { readFileSync } from "node:fs";
import { test } from "vitest";
import { decodePng } from "./decodePng";
import { pictureOf } from "./picture";
import { preprocessPicture } from "./pictureField";
import { LeftToService } from "./pictureInk";
test("cmp", () => {
  const cases = JSON.parse(readFileSync("/tmp/zip_cmp.json", "utf8")) as {
    name: string;
    file: string;
    field: string | null;
  }[];
  const tally: Record<string, Record<string, number>> = {};
  let ms = 0;
  for (const { name, file, field } of cases) {
    let outcome: string;
    const t = performance.now();
    try {
      const seen = preprocessPicture(
        pictureOf(decodePng(Uint8Array.from(Buffer.from(file, "base64")))),
      );
      if (!seen || field === null)
        outcome = !seen && field === null ? "blank both" : `BLANK DIFFERS ${name} ${seen === null}`;
      else {
        const want = Buffer.from(field, "base64");
        const off = Math.max(...seen.field.map((v, i) => Math.abs(v - (want[i] ?? 0))));
        outcome = off === 0 ? "exact" : off <= 2 ? "<=2" : off <= 16 ? "<=16" : "FAR";
        if (off > 2) console.log(name, off);
      }
    } catch (e) {
      outcome = e instanceof LeftToService ? "left: " + e.message : "ERR " + String(e);
    }
    ms += performance.now() - t;
    const kind =
      name.replace(/\/.*|\d+_?/g, "") + (name.startsWith("stroke") ? name.slice(-1) : "");
    (tally[kind] ??= {})[outcome] = (tally[kind]![outcome] ?? 0) + 1;
  }
  console.log(JSON.stringify(tally, null, 1), ms / cases.length);
});
