import { defineConfig } from "vite";
import { rulePages } from "./rule-pages.js";

export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses: the built page works under any path.
  base: "./",
  plugins: [rulePages()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // A data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [`${import.meta.dirname}/index.html`, `${import.meta.dirname}/redirect.html`],
      // It would tell each time how long the rules' pages took.
      checks: { bundlerTimings: false },
    },
  },
  worker: { format: "es" },
});
