import { defineConfig } from "vite";
import packageFile from "../package.json" with { type: "json" };
import { elementTexts } from "./element-texts.js";
import { compressedCopies, offlineFiles } from "./offline-files.js";
import { rulePages } from "./rule-pages.js";
import { shell } from "./shell.js";

const SERVICE_WORKER = "service-worker";

/** What more than one of the first parts of the page needs. */
const FIRST_PARTS =
  /\/www\/src\/(?:elements|notices|store|texts(?:\/(?!intake|packages)\w+)?|trusted-types|workers(?:\/client)?)\.tsx?$|\/node_modules\/@?preact\//;

// Compressing, and reading the rules' pages, take the time that they take.
const checks = { pluginTimings: false, bundlerTimings: false };

export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses: the built page works under any path.
  base: "./",
  define: { "import.meta.env.VITE_VERSION": JSON.stringify(packageFile.version) },
  plugins: [shell(), rulePages(), offlineFiles(), compressedCopies()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // A data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", redirect: "redirect.html", [SERVICE_WORKER]: "src/offline/service-worker.ts" },
      checks,
      output: {
        // What the first parts of the page share is one file: a file for each module would be a request for each.
        codeSplitting: { groups: [{ name: "texts", test: FIRST_PARTS }] },
        // It governs what lies beside and below it, and keeps its name, by which browsers ask for a newer one.
        entryFileNames: ({ name }) => (name === SERVICE_WORKER ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  worker: { format: "es", plugins: () => [elementTexts()], rolldownOptions: { checks } },
});
