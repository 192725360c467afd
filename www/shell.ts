/** Lets `index.html` be painted before any script has run, and its script soon after: completes it, and looks after what it begins with. */
import type { Plugin, Rolldown } from "vite";
import { texts } from "./src/texts.js";

/**
 * Chromium compiles a file that begins with this beside the main thread, not function by function while it runs. That is half of the time
 * until there is an editor.
 */
const COMPILE_ALL = "//# allFunctionsCalledOnLoad\n";

export function shell(): Plugin {
  return {
    name: "shell",
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle = {}, chunk }) => ({
        html: html.replaceAll(/\{\{(title|tagline|privacy)\}\}/g, (_, name: "title" | "tagline" | "privacy") => texts[name]),
        // All that is asked for one after the other is fetched at once. What is painted first comes first.
        tags: parts(chunk, bundle).map(({ fileName }) => ({
          tag: "link",
          attrs: { rel: "modulepreload", fetchpriority: "low", crossorigin: true, href: `./${fileName}` },
          injectTo: "head",
        })),
      }),
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const entry = Object.values(bundle).find((file) => file.type === "chunk" && file.name === "index") as Rolldown.OutputChunk;
        for (const part of parts(entry, bundle)) part.code = COMPILE_ALL + part.code;
      },
    },
  };
}

/** The parts of the page, which `start.ts` runs one after the other, and what they import besides what it has itself. */
function parts(start: Rolldown.OutputChunk | undefined, bundle: Rolldown.OutputBundle): Rolldown.OutputChunk[] {
  const names = new Set(start?.dynamicImports);
  const found = [];
  // A set gives also what is added while it is gone through.
  for (const name of names) {
    const part = bundle[name];
    if (part?.type !== "chunk" || start?.imports.includes(name)) continue;
    found.push(part);
    for (const imported of part.imports) names.add(imported);
  }
  return found;
}
