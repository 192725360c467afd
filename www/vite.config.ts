import { defineConfig } from "vite";
import { compressedCopies, offlineFiles } from "./offline-files.js";

const SERVICE_WORKER = "service-worker";

export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses: the built page works under any path.
  base: "./",
  plugins: [offlineFiles(), compressedCopies()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // A data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Compressing takes the time that it takes.
      checks: { pluginTimings: false },
      input: { index: "index.html", [SERVICE_WORKER]: "src/offline/service-worker.ts" },
      output: {
        // It governs what lies beside and below it, and keeps its name, by which browsers ask for a newer one.
        entryFileNames: ({ name }) => (name === SERVICE_WORKER ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  worker: { format: "es" },
});
