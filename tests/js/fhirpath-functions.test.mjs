// The page's reference of FHIRPath's functions has those that the core has: none more, none less.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bundled } from "./bundled.mjs";

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

test("every function of the core is in the reference", async () => {
  const { functions } = await bundled(path("www/src/evaluate/functions.ts"));
  const known = [...readFileSync(path("src/fhirpath/function.rs"), "utf8").matchAll(/^ {4}(?:function|iterating)\("(\w+)"/gm)];
  // Those that take a type are no functions of the table, but read by the parser.
  const expected = [...known.map(([, name]) => name), "ofType", "as", "is"];
  assert.deepEqual(functions.map(({ name }) => name).sort(), expected.sort());
  assert.ok(functions.every(({ about }) => about.endsWith(".")));
});
