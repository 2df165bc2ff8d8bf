import { readFileSync } from "node:fs";
import { test } from "vitest";
import { decodePng } from "./decodePng";
import { pictureOf } from "./picture";
import { preprocessPicture } from "./pictureField";
test("t", () => {
  const cases = JSON.parse(readFileSync("/tmp/zip_cmp.json", "utf8")) as {
    name: string;
    file: string;
  }[];
  const sums: Record<string, number[]> = {};
  for (const { name, file } of cases.filter((_, i) => i % 6 === 0)) {
    const kind =
      name.replace(/\/.*|\d+_?/g, "") + (name.startsWith("stroke") ? name.slice(-1) : "");
    const t = [performance.now()];
    try {
      const d = decodePng(Uint8Array.from(Buffer.from(file, "base64")));
      t.push(performance.now());
      const p = pictureOf(d);
      t.push(performance.now());
      preprocessPicture(p);
    } catch {}
    t.push(performance.now());
    const s = (sums[kind] ??= [0, 0, 0, 0]);
    s[0]! += 1;
    for (let i = 1; i < t.length; i++) s[i]! += t[i]! - t[i - 1]!;
  }
  for (const [k, s] of Object.entries(sums))
    console.log(
      k,
      s[0],
      s
        .slice(1)
        .map((v) => (v / s[0]!).toFixed(1))
        .join(" "),
    );
}, 300000);
