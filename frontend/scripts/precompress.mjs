// Writes each built file that compresses once more as .br and .gz: the service picks one of them.
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const COMPRESSES = /\.(?:css|html|js|json|md|svg|wasm)$/;
// the best two levels take a minute and a half for the 9 MB of a runtime, and save a tenth of it
const LARGE_BYTES = 1_000_000;

/** @param {string} path */
async function precompress(path) {
  const content = await readFile(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: content.length > LARGE_BYTES ? 6 : 10,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
}

const names = readdirSync(DIST, { recursive: true, encoding: "utf8" });
await Promise.all(
  names.filter((name) => COMPRESSES.test(name)).map((name) => precompress(join(DIST, name))),
);
