// `node tests/profiles/record.mjs COMMAND` writes HL7's verdicts into constructs.json. The command reads on its standard input a JSON object
// in each line, { id, file, resources }, validates the file by the definitions in the resources with HL7's validator, and writes for each
// { id, issues: [{ severity, id, text }] }.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [command] = process.argv.slice(2);
if (command === undefined) throw new Error("node tests/profiles/record.mjs COMMAND");
const path = new URL("constructs.json", import.meta.url);
const constructs = JSON.parse(readFileSync(path, "utf8"));
const folder = mkdtempSync(join(tmpdir(), "constructs-"));
let files = 0;

function write(resource) {
  const file = join(folder, `${files++}.json`);
  writeFileSync(file, JSON.stringify(resource));
  return file;
}

function profile({ type, says }, name, base, elements) {
  const path = (id) => id.replace(/:[^.]*/g, "");
  const element = Object.entries(elements).map(([id, said]) => ({ id, path: path(id), ...said }));
  return {
    resourceType: "StructureDefinition",
    url: `http://example.org/${name}`,
    version: "1",
    name,
    status: "active",
    fhirVersion: "4.0.1",
    kind: "resource",
    abstract: false,
    type,
    baseDefinition: base,
    derivation: "constraint",
    ...says?.[name],
    differential: { element },
  };
}

try {
  const cases = constructs.flatMap((construct, at) => {
    const { type, base, derived, others, instances } = construct;
    const profiles = [
      profile(construct, "base", `http://hl7.org/fhir/StructureDefinition/${type}`, base),
      profile(construct, "derived", "http://example.org/base", derived),
    ];
    const resources = [...others, ...profiles].map(write);
    return Object.entries(instances).flatMap(([name, { resource }]) =>
      ["base", "derived"].map((by) => {
        const { resourceType, ...rest } = resource;
        const claims = { resourceType, meta: { profile: [`http://example.org/${by}`] }, ...rest };
        return { id: JSON.stringify([at, name, by]), file: write(claims), resources };
      }),
    );
  });
  const input = cases.map((one) => `${JSON.stringify(one)}\n`).join("");
  const ran = spawnSync(command, { input, encoding: "utf8", maxBuffer: 2 ** 28, shell: true, stdio: ["pipe", "pipe", "inherit"] });
  if (ran.status !== 0) throw new Error(`${command} ended with ${ran.status ?? ran.signal}`);
  for (const line of ran.stdout.trim().split("\n")) {
    const { id, issues, failed } = JSON.parse(line);
    if (failed !== undefined) throw new Error(`${id}: ${failed}`);
    const [at, name, by] = JSON.parse(id);
    const errors = issues.filter(({ severity }) => severity === "error" || severity === "fatal");
    constructs[at].instances[name].hl7[by] = [...new Set(errors.map((one) => one.id || one.text))].sort();
  }
  writeFileSync(path, `${JSON.stringify(constructs, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
