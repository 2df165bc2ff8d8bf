import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const backend = "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: {
    proxy: Object.fromEntries(
      ["/predict", "/models", "/reports", "/health", "/ready", "/openapi.json"].map((path) => [
        path,
        backend,
      ]),
    ),
  },
  build: {
    rolldownOptions: { input: ["index.html", "docs.html"] },
    // Swagger UI comes in one piece, which the page at /docs alone loads
    chunkSizeWarningLimit: 1600,
    // of what is bundled: whoever passes the built page on must pass them on too
    license: { fileName: "licenses.md" },
    // a data: URL in a stylesheet or script would need a wider Content-Security-Policy
    assetsInlineLimit: 0,
    // every browser that Tailwind 4 supports preloads modules by itself
    modulePreload: { polyfill: false },
  },
});
