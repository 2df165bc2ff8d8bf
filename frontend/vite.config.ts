import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const backend = "http://127.0.0.1:8000";

export default defineConfig({
  // a proxy may serve the page below a path of its own
  base: "./",
  plugins: [react(), tailwindcss()],
  server: {
    proxy: Object.fromEntries(
      // each with all that begins so: "/predict" is "/predictions" too
      [
        "/predict",
        "/models",
        "/networks",
        "/reports",
        "/drawings",
        "/statistics",
        "/sessions",
        "/accounts",
        "/review",
        "/promotions",
        "/retraining",
        "/health",
        "/ready",
        "/openapi.json",
      ].map((path) => [path, backend]),
    ),
  },
  worker: {
    rolldownOptions: {
      // licenses.md has no word of what only a worker bundles
      output: {
        postBanner: `/*! @zip.js/zip.js\n${readFileSync("node_modules/@zip.js/zip.js/LICENSE", "utf8")}*/`,
      },
    },
  },
  build: {
    rolldownOptions: { input: ["index.html", "docs.html", "404.html"] },
    // Swagger UI comes in one piece, which only the page at /docs loads
    chunkSizeWarningLimit: 1600,
    // the licences of what is bundled must be passed on with the built page
    license: { fileName: "licenses.md" },
    // a data: URL in a stylesheet or script would need a wider Content-Security-Policy
    assetsInlineLimit: 0,
    // every browser that Tailwind 4 supports preloads modules by itself
    modulePreload: { polyfill: false },
  },
});
