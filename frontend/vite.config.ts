import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const backend = "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: {
    proxy: Object.fromEntries(
      ["/predict", "/models", "/reports", "/health", "/ready"].map((path) => [path, backend]),
    ),
  },
  build: {
    // a data: URL in a stylesheet or script would need a wider Content-Security-Policy
    assetsInlineLimit: 0,
    // every browser that Tailwind 4 supports preloads modules by itself
    modulePreload: { polyfill: false },
  },
});
