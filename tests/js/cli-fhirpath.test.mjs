// `fhirpost fhirpath`: one line for each item, and its exit codes.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { run } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "fhirpost-fhirpath-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const patient = '{"resourceType":"Patient","name":[{"family":"Chalmers","given":["Peter","James"]}],"birthDate":"1974-12-25"}';
const other = '{"resourceType":"Patient","name":[{"family":"A\\nB"}]}';
const files = {
  "patient.json": patient,
  "many.ndjson": `${patient}\n\n${other}\n`,
  "weight.json": '{ "resourceType": "Observation",\n "valueQuantity": { "value": 1.00,\n "unit": "kg" } }',
  "broken.json": "{ broken Chalmers",
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

const fhirpath = (args, input) => run(["fhirpath", ...args], { cwd: folder, input });

test("each item is a line: where, which type, which value", async () => {
  const { status, stdout, stderr } = await fhirpath(["name.family | name.given.count() | %context.birthDate", "patient.json"]);
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.equal(
    stdout,
    "patient.json:/name/0/family FHIR.string Chalmers\npatient.json: System.Integer 2\npatient.json:/birthDate FHIR.date 1974-12-25\n",
  );
});

test("NDJSON has lines, objects keep their digits, and a terminal obeys nothing", async () => {
  const [named, piped] = await Promise.all([
    fhirpath(["name.family | value", "*.ndjson", "weight.json"]),
    fhirpath(["name.given", "--ndjson"], files["many.ndjson"]),
  ]);
  assert.deepEqual(named.lines, [
    "many.ndjson:1:/name/0/family FHIR.string Chalmers",
    "many.ndjson:3:/name/0/family FHIR.string A\\u000aB",
    'weight.json:/valueQuantity FHIR.Quantity {"value":1.00,"unit":"kg"}',
  ]);
  assert.deepEqual(piped.lines, ["stdin:1:/name/0/given/0 FHIR.string Peter", "stdin:1:/name/0/given/1 FHIR.string James"]);
});

test("json: one object for each resource", async () => {
  const { status, lines } = await fhirpath(["name.given", "--format", "json", "patient.json", "many.ndjson"]);
  assert.equal(status, 0);
  const [first, , third] = lines.map((line) => JSON.parse(line));
  assert.equal(first.file, "patient.json");
  assert.deepEqual(
    first.items.map(({ value, pointer }) => [value, pointer]),
    [
      ["Peter", "/name/0/given/0"],
      ["James", "/name/0/given/1"],
    ],
  );
  assert.deepEqual(third, { file: "many.ndjson", line: 3, items: [] });
});

test("variables are numbers, booleans or texts", async () => {
  const expression = "%n + 1 | %yes.not() | %text & '!' | %quoted";
  const variables = ["n=2", "yes=true", "%text=a=b", 'quoted="5"'].flatMap((variable) => ["--variable", variable]);
  const { stdout } = await fhirpath([expression, ...variables, "patient.json"]);
  assert.deepEqual(
    stdout.trim().split("\n").sort(),
    ["System.Boolean false", "System.Integer 3", "System.String 5", "System.String a=b!"].map((item) => `patient.json: ${item}`),
  );
});

test("exit codes: 1 when one could not be evaluated, or nothing was found and that was asked; 2 for trouble", async () => {
  const cases = [
    [["nme", "--exit-status", "patient.json"], 1, ""],
    [["name", "--exit-status", "weight.json", "patient.json"], 0, ""],
    [["Patient.nme", "--strict", "patient.json"], 1, "fhirpost: patient.json: Patient has no element nme\n"],
    [["true", "broken.json", "patient.json"], 1, /^fhirpost: broken\.json: the resource is not JSON, at byte 2: /],
    [["true", "missing.json", "patient.json"], 2, "fhirpost: missing.json: there is no such file\n"],
    [["name(", "patient.json"], 2, /^fhirpost: at 5 of the expression: .+\nfhirpost fhirpath --help says how it is used\.\n$/],
    [["true", "--variable", "x", "patient.json"], 2, /^fhirpost: --variable must be name=value\n/],
  ];
  await Promise.all(
    cases.map(async ([args, code, said]) => {
      const { status, stderr } = await fhirpath(args);
      assert.equal(status, code, `${args} ${stderr}`);
      if (typeof said === "string") assert.equal(stderr, said);
      else assert.match(stderr, said);
      assert.doesNotMatch(stderr, /Chalmers/);
    }),
  );
  const { status, lines, stderr } = await fhirpath(["Patient.nme", "--strict", "--format", "json", "patient.json"]);
  assert.deepEqual([status, stderr, JSON.parse(lines[0])], [1, "", { file: "patient.json", error: "Patient has no element nme" }]);
});
