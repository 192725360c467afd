// `fhirpost check --compare`: an outcome that HL7's validator saved, beside ours.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { command } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "fhirpost-"));
after(() => rmSync(folder, { recursive: true }));

const write = (name, value) => writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));

function compare(saved, ...args) {
  write("hl7.json", saved);
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "check", "--compare", "hl7.json", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, lines: stdout.trim().split("\n"), stderr };
}

const extension = (name, value) => ({ url: `http://hl7.org/fhir/StructureDefinition/operationoutcome-${name}`, ...value });

/** An outcome as HL7's validator saves it: of a file, with issues of so many [severity, line, id, expression]. */
const outcome = (file, issues) => ({
  resourceType: "OperationOutcome",
  ...(file !== undefined && { extension: [extension("file", { valueString: `/somewhere/else/${file}` })] }),
  issue: issues.map(([severity, line, id, expression]) => ({
    extension: [
      extension("issue-line", { valueInteger: line }),
      extension("issue-col", { valueInteger: 3 }),
      extension("message-id", { valueCode: id }),
    ],
    severity,
    code: "invalid",
    details: { text: `Of Okafor: ${id}` },
    expression: [expression],
  })),
});

write("right.json", '{\n  "resourceType": "Patient"\n}');
write("wrong.json", '{\n  "resourceType": "Patient",\n  "gender": "xyzzy",\n  "birthDate": "x",\n  "gendr": 1\n}');

test("errors that only one of both has are told by their place", () => {
  const saved = outcome(undefined, [
    ["error", 3, "Terminology_PassThrough_TX_Message", "Patient.gender"],
    ["error", -1, "Type_Specific_Checks_DT_Date_Valid", "Patient.birthDate/*Okafor*/"],
    ["error", 2, "SOMETHING_ELSE", "Patient.name"],
    ["warning", 5, "A_WARNING", "Patient"],
  ]);
  const { status, lines } = compare(saved, "wrong.json");
  assert.deepEqual(lines, [
    "wrong.json:2:3 only HL7's: SOMETHING_ELSE (Patient.name)",
    "wrong.json:5:3 only ours: element-unknown: Patient has no element '…'. (Patient)",
    "1 text compared: 1 verdict agree, 0 not; 2 errors at both, 1 only HL7's, 1 only ours",
  ]);
  assert.equal(status, 0);
  assert.match(compare(saved, "--show-values", "wrong.json").lines[0], /Of Okafor: SOMETHING_ELSE$/);
});

test("a Bundle of outcomes is told apart by the names of their files, and verdicts that differ are an exit code", () => {
  const of = (...outcomes) => ({ resourceType: "Bundle", type: "collection", entry: outcomes.map((resource) => ({ resource })) });
  const saved = of(outcome("wrong.json", []), outcome("right.json", [["fatal", 1, "ID", "Patient"]]));
  write("another.json", '{"resourceType":"Patient"}');
  const { status, lines } = compare(saved, "right.json", "wrong.json", "another.json");
  assert.equal(status, 1);
  assert.ok(lines.includes("right.json: valid here, not for HL7's validator"), lines.join("\n"));
  assert.ok(lines.includes("wrong.json: valid for HL7's validator, not here"), lines.join("\n"));
  assert.ok(lines.includes("another.json: nothing of it was saved"), lines.join("\n"));
  assert.match(lines.at(-1), /^2 texts compared: 0 verdicts agree, 2 not; .* of 1 text nothing was saved$/);
  const json = compare(saved, "--format", "json", "right.json").lines.map((line) => JSON.parse(line));
  assert.deepEqual(json, [
    {
      file: "right.json",
      compared: true,
      agrees: false,
      both: 0,
      onlyHl7: [{ line: 1, column: 3, expression: "Patient", id: "ID" }],
      onlyOurs: [],
    },
  ]);
});

test("what is no outcome is told so", () => {
  assert.match(compare("{", "right.json").stderr, /--compare: hl7\.json could not be read: it is not JSON/);
  assert.match(compare({ resourceType: "Patient" }, "right.json").stderr, /neither an OperationOutcome nor a Bundle of those/);
  assert.equal(compare("null", "right.json").status, 2);
  const { status, stderr } = compare(outcome(undefined, []), "--fix", "right.json");
  assert.equal(status, 2);
  assert.match(stderr, /exclude each other/);
  for (const issue of ["x", [null, 1], [{ severity: "error", extension: [null] }].slice(1)]) {
    assert.equal(compare({ resourceType: "OperationOutcome", issue }, "right.json").status, 0, JSON.stringify(issue));
  }
});

test("files of one name are told apart by their folders, and one outcome is of one text", () => {
  for (const name of ["a", "b"]) {
    mkdirSync(join(folder, name), { recursive: true });
    write(`${name}/same.json`, '{"resourceType":"Patient"}');
  }
  const entry = ["b/same.json", "a/same.json"].map((file) => ({
    resource: outcome(file, file[0] === "a" ? [["error", 1, "ID", "Patient"]] : []),
  }));
  const { lines } = compare({ resourceType: "Bundle", type: "collection", entry }, "a/same.json", "b/same.json");
  assert.deepEqual(lines.slice(0, -1), ["a/same.json:1:3 only HL7's: ID (Patient)", "a/same.json: valid here, not for HL7's validator"]);
  const one = compare(outcome(undefined, []), "a/same.json", "b/same.json");
  assert.match(one.lines.at(-1), /^1 text compared: .* of 1 text nothing was saved$/);
});
