// What the core writes is not made by Rust's `{:?}`: in the wasm that only traps (tools/bindgen), so that its tables are left out.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
// Where it says something, the program has failed.
const FAILURES = ["panic", "assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq", "debug_assert_ne", "unreachable"];

/** The macros in a Rust source, but for its tests, that write something with `{:?}`. */
function debugFormats(source) {
  const [code] = source.replace(/^ *\/\/.*$/gm, "").split("#[cfg(test)]");
  const formats = [...code.matchAll(/\{\w*:#?\?\}/g)].map(({ index }) => code.slice(0, index));
  return formats.map((before) => [...before.matchAll(/(\w+)!\s*[([]/g)].at(-1)?.[1] ?? "").filter((macro) => !FAILURES.includes(macro));
}

test("formats of failures are told from others", () => {
  assert.deepEqual(debugFormats('panic!("{reason:?}"); format!("{:?}", a) #[cfg(test)] format!("{:?}", a)'), ["format"]);
});

test("nothing is written with {:?}", () => {
  // Programs of their own.
  const apart = ["bin/", "typescript.rs"];
  for (const folder of ["src", "wasm/src"]) {
    const names = readdirSync(join(root, folder), { recursive: true }).filter((name) => name.endsWith(".rs"));
    const sources = new Map(names.map((name) => [name, readFileSync(join(root, folder, name), "utf8")]));
    const ofTests = [...sources.values()].flatMap((source) =>
      [...source.matchAll(/#\[cfg\(test\)\]\s+mod (\w+);/g)].map(([, name]) => `${name}.rs`),
    );
    for (const [name, source] of sources) {
      if (ofTests.some((one) => name.endsWith(`/${one}`)) || apart.some((part) => name.includes(part))) continue;
      assert.deepEqual(debugFormats(source), [], join(folder, name));
    }
  }
});
