import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import vue from "@vitejs/plugin-vue";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the API: a running gridgis. */
const api = process.env.GRIDGIS_API ?? "http://127.0.0.1:8000";

/** Lay Swagger UI's own files beside ours: /docs of the API serves them from this host. */
function swagger(): Plugin {
  const find = createRequire(import.meta.url).resolve;
  return {
    name: "swagger-ui",
    apply: "build",
    generateBundle() {
      for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
        const source = readFileSync(find(`swagger-ui-dist/${name}`));
        this.emitFile({ type: "asset", fileName: `docs/${name}`, source });
      }
    },
  };
}

export default defineConfig({
  plugins: [vue(), swagger()],
  define: {
    __VUE_OPTIONS_API__: "true",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_I18N_FULL_INSTALL__: "false",
    __VUE_I18N_LEGACY_API__: "false",
    __INTLIFY_PROD_DEVTOOLS__: "false",
  },
  server: { proxy: { "/api": api, "/tiles": api, "/healthz": api } },
  build: {
    target: "es2022",
    // Inlined data: fonts and images would need a looser content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: { environment: "happy-dom", include: ["src/**/*.spec.ts"] },
});
