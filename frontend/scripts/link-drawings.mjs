// For tests: what becomes of drawings in a link. Reads drawings as JSON, a list of lists of strokes,
// from standard input; writes of each the link's text, the text of what it shows, and the fields
// of both drawings in base64.
import { text } from "node:stream/consumers";
import { createServer } from "vite";

const server = await createServer({
  configFile: false,
  appType: "custom",
  logLevel: "error",
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, watch: null },
});
const { fieldOf } = await server.ssrLoadModule("/src/engine/preprocessing.ts");
const { readStrokes, writeStrokes } = await server.ssrLoadModule(
  "/src/features/share/strokeText.ts",
);
const base64 = (strokes) => Buffer.from(fieldOf(strokes)?.field ?? []).toString("base64");

const drawings = JSON.parse(await text(process.stdin));
const linked = drawings.map((strokes) => {
  const link = writeStrokes(strokes);
  const shown = readStrokes(link);
  return { link, again: writeStrokes(shown), fields: [base64(strokes), base64(shown)] };
});
process.stdout.write(JSON.stringify(linked));
await server.close();
