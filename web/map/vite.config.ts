import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the API: a running gridgis. */
const api = process.env.GRIDGIS_API ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [vue()],
  server: { proxy: { "/api": api, "/tiles": api, "/healthz": api } },
  build: {
    target: "es2022",
    // Inlined data: fonts and images would need a looser content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: { environment: "happy-dom", include: ["src/**/*.spec.ts"] },
});
