// Fails when src/shared/api/schema.gen.ts is not what openapi.json generates.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const frontend = join(dirname(fileURLToPath(import.meta.url)), "..");
const committed = join(frontend, "src", "shared", "api", "schema.gen.ts");
const workspace = mkdtempSync(join(tmpdir(), "digit-ladder-types-"));

try {
  const fresh = join(workspace, "schema.gen.ts");
  const generator = join(frontend, "node_modules", "openapi-typescript", "bin", "cli.js");
  execFileSync(process.execPath, [generator, join(frontend, "openapi.json"), "-o", fresh], {
    cwd: frontend,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (readFileSync(fresh, "utf8") !== readFileSync(committed, "utf8")) {
    console.error(
      "src/shared/api/schema.gen.ts is not what openapi.json generates: run `npm run types`",
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
