// Which TypeScript file imports which, types included.
import { posix } from "node:path";

// Our formatting has each import at the start of a line; the specifiers that count are relative, so that code in texts and comments does not.
const STATEMENT = /^[ \t]*(?:import|export)\b(?:[^;'"`]*?\bfrom)?\s*["'](\.[^"'?]+)(?:\?[^"']*)?["']/gm;
const CALL = /^(?![ \t]*(?:\/\/|\*|\/\*)).*?\bimport\(\s*["'](\.[^"'?]+)(?:\?[^"']*)?["']/gm;

/** The arrows between files: { from, to }. `texts` has the text of each file by its path. */
export function typescriptArrows(texts) {
  const arrows = new Map();
  for (const [from, text] of texts) {
    for (const pattern of [STATEMENT, CALL]) {
      for (const [, specifier] of text.matchAll(pattern)) {
        const to = target(posix.join(posix.dirname(from), specifier), texts);
        if (to && to !== from) arrows.set(`${from} → ${to}`, { from, to });
      }
    }
  }
  return [...arrows.values()];
}

function target(path, texts) {
  const plain = path.replace(/\.[cm]?[jt]s$/, "");
  return [path, `${plain}.ts`, `${plain}.tsx`, `${plain}.mts`, `${path}.ts`, `${path}/index.ts`].find((one) => texts.has(one));
}
