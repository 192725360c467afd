// `npm run parity`: puts fresh faults into resources, asks HL7's validator and this one about each, and prints where they differ, grouped by
// what HL7's says. The same seed makes the same faults.
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { DEEP } from "./parity/deep-faults.mjs";
import { KINDS, numbers, withFault } from "./parity/faults.mjs";
import { addSet, writePage } from "./parity/page.mjs";
import { caseOf } from "./parity/verdict.mjs";
import { fail, readOptions, root, run, say } from "./steps.mjs";

const USAGE = `npm run parity -- --validator PROGRAM [--seed N] [--faults N] [--deep] [--package NAME#VERSION=FILE.tgz…] FILE|FOLDER…
Puts single faults into the resources of these JSON files, and compares how HL7's validator and this one validate them.
  --validator PROGRAM   runs HL7's validator, which needs Java (or the variable HL7_VALIDATOR): it reads a case a line from standard input,
                        {"id","file","packages":["NAME#VERSION"]}, and writes a line for each, {"id","issues":[{"severity","id","text","line",
                        "expression"}]}, as what it says without a network and without a terminology server
  --seed N              other faults with another one; 1 if it is not given
  --faults N            so many in each resource; 2 if it is not given
  --deep                also faults that know datatypes: choices, extensions, contained resources, Bundles, narratives
  --package             the package by which they are validated, as both know it; may be repeated, dependencies first
  --record NAME         puts the figures into tests/parity/record.json under this name, and writes docs/parity.md from that
  --what TEXT           says there what the resources are
What was made is written to target/parity, with the verdicts, in the form of the sets of \`npm run profiles\`.`;

const options = readOptions(
  USAGE,
  {
    validator: { type: "string" },
    seed: { type: "string", default: "1" },
    faults: { type: "string", default: "2" },
    deep: { type: "boolean", default: false },
    package: { type: "string", multiple: true, default: [] },
    record: { type: "string" },
    what: { type: "string", default: "" },
  },
  { allowPositionals: true },
);
const validator = options.validator ?? process.env.HL7_VALIDATOR;
const from = (path) => resolve(process.env.INIT_CWD ?? ".", path);
if (!validator || options.positionals.length === 0) fail(`Name a program that runs HL7's validator, and resources.\n\n${USAGE}`);

const folder = join(root, "target/parity", options.seed);
mkdirSync(folder, { recursive: true });
const made = faulty(resources(options.positionals.map(from)));
say(`${made.length} faults of the seed ${options.seed} are in ${folder}`);
const packages = options.package.map((one) => one.split("="));
const verdicts = ask(made);
const cases = made.flatMap((one) => caseOf(one, verdicts.get(one.id)) ?? []);
const file = join(folder, "cases.ndjson");
writeFileSync(file, cases.map((one) => `${JSON.stringify(one)}\n`).join(""));
const known = packages.flatMap(([, path]) => ["--package", from(path)]);
const { record: name, what, seed, faults } = options;
if (name) addSet(name, { what, seed: Number(seed), faults: Number(faults) });
const recorded = name ? ["--record", name] : [];
await run("The comparison", "cargo", ["run", "--quiet", "--example", "profiles", "--", "--file", file, ...recorded, ...known]);
if (name) await writePage();

/** The resources of JSON files, and of those in folders. */
function resources(paths) {
  const files = paths.flatMap((path) => (statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path])).sort();
  const read = (path) => [basename(path), JSON.parse(readFileSync(path, "utf8"))];
  return files
    .filter((path) => path.endsWith(".json"))
    .map(read)
    .filter(([, resource]) => resource?.resourceType);
}

/** A file for each fault. */
function faulty(all) {
  const random = numbers(Number(options.seed));
  const kinds = options.deep ? { ...KINDS, ...DEEP } : KINDS;
  const found = [];
  for (const [name, resource] of all) {
    for (let left = Number(options.faults); left > 0; left--) {
      const fault = withFault(resource, random, kinds);
      if (!fault) continue;
      const id = `f${found.length + 1}`;
      const path = join(folder, `${id}.json`);
      const text = JSON.stringify(fault.resource, null, 1);
      writeFileSync(path, text);
      found.push({ id, from: name, fault: fault.fault, at: fault.at, path, text });
    }
  }
  return found;
}

/** What HL7's validator says of each, by id. */
function ask(all) {
  const lines = all.map(({ id, path }) => JSON.stringify({ id, file: path, packages: packages.map(([name]) => name) }));
  writeFileSync(join(folder, "asked.ndjson"), lines.map((line) => `${line}\n`).join(""));
  const files = [openSync(join(folder, "asked.ndjson")), openSync(join(folder, "answered.ndjson"), "w")];
  const { status, error } = spawnSync(from(validator), [], { stdio: [...files, "inherit"] });
  for (const one of files) closeSync(one);
  if (error || status !== 0) fail(`HL7's validator failed: ${error?.message ?? `it ended with ${status}`}`);
  const answers = readFileSync(join(folder, "answered.ndjson"), "utf8").trim().split("\n").map(JSON.parse);
  return new Map(answers.map((answer) => [answer.id, answer.issues]));
}
