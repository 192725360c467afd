// `npm run types`: writes src/js/types/generated.ts, the types of options and results, from those of Rust. `npm run check` looks whether it is as
// this would write it.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packages, rust } from "./setup.mjs";
import { fail, output, packageCommand, readOptions, root, say } from "./steps.mjs";

const { check } = readOptions(
  `npm run types [-- --check]
Writes the types of options and results for TypeScript from those of Rust.
  --check   writes nothing, and fails where they are not the same`,
  { check: { type: "boolean" } },
);
await rust();
await packages();

const FILE = "src/js/types/generated.ts";
const HEAD = `/** The types of options and results as Rust has them: \`npm run types\` writes this file. */
// biome-ignore-all lint/suspicious/noExplicitAny: an element of any type, as JSON.parse has it
`;

// The profile of programs that run once.
const PROGRAM = ["run", "--quiet", "--package", "fhirpost-wasm", "--features", "typescript", "--profile", "tool", "--bin", "typescript"];

/** As one would write it by hand: comments of one line in one, and the short forms of types. */
const shortened = (text) =>
  records(records(text))
    .replaceAll(/\/\*\*\n \* (.*)\n \*\/$/gm, "/** $1 */")
    .replaceAll(/\bArray<(\w+)>/g, "$1[]");

/** One may be in another. */
const records = (text) => text.replaceAll(/\{ \[key in string\]: ([\w<>, ]+) \}/g, "Record<string, $1>");

const [biome, formats] = packageCommand("biome", ["format", `--stdin-file-path=${FILE}`]);
const declarations = output("cargo", PROGRAM);
if (declarations === undefined) fail("The types of Rust could not be read.");
const formatted = spawnSync(biome, formats, { cwd: root, encoding: "utf8", input: `${HEAD}${shortened(declarations)}\n` });
if (formatted.status !== 0) fail(`The types could not be formatted:\n${formatted.stderr}`);

const path = join(root, FILE);
if (!check) {
  writeFileSync(path, formatted.stdout);
  say(`${FILE} is written.`);
} else if (readFileSync(path, "utf8") !== formatted.stdout) {
  fail(`${FILE} is not as the types of Rust have it: npm run types`);
}
