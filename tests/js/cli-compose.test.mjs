// `fhirpost compose`: what it writes, from what, and its exit codes.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { toOperationOutcome, validateBundle } from "fhirpost";
import { run } from "./command.mjs";

const TEXT = { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml">A referral</div>' };
const SOURCE = "https://clinic.example.org/fhir";
const referral = `{ "resourceType": "ServiceRequest", "id": "s1", "text": ${JSON.stringify(TEXT)},
  "status": "active", "intent": "order", "quantityQuantity": { "value": 1.00 }, "subject": { "reference": "Patient/p1" } }`;
const patient = JSON.stringify({ resourceType: "Patient", id: "p1", text: TEXT });
const place = (id) => JSON.stringify({ resourceType: "Location", id, text: TEXT });
const merge = {
  resourceType: "MessageDefinition",
  url: "https://example.org/MessageDefinition/patient-merge",
  status: "active",
  date: "2026-01-01",
  eventCoding: { system: "https://example.org/events", code: "patient-merge" },
  category: "notification",
  focus: [{ code: "Patient", min: 1, max: "1" }],
};

const folder = mkdtempSync(join(tmpdir(), "fhirpost-compose-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const files = {
  "referral.json": referral,
  "patient.json": patient,
  "wrong.json": referral.replace('"active"', '"acktive"'),
  "places.ndjson": `${place("l1")}\n${place("l2")}\n`,
  "bundle.json": `{ "resourceType": "Bundle", "type": "collection", "entry": [
    { "fullUrl": "https://clinic.example.org/fhir/MessageHeader/h", "resource": { "resourceType": "MessageHeader", "id": "h" } },
    { "fullUrl": "https://clinic.example.org/fhir/ServiceRequest/s1", "resource": ${referral} },
    { "fullUrl": "https://clinic.example.org/fhir/Patient/p1", "resource": ${patient} }] }`,
  "header.json": JSON.stringify({ reason: { text: "a second opinion" } }),
  "taken.json": '{ "focus": [] }',
  "list.json": "[1]",
  "broken.json": "{ broken Chalmers",
  "merge.json": JSON.stringify(merge),
  "nonsense.json": JSON.stringify({ ...merge, category: "sometimes" }),
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

const EVENT = "submit-service-request";
const compose = (args, input) => run(["compose", ...args], { cwd: folder, input });
const parts = ["--focus", "referral.json", "--resource", "patient.json", "--source", SOURCE];

test("a valid message goes to stdout on one line, with every digit", async () => {
  const { status, stdout, stderr, lines } = await compose([EVENT, ...parts]);
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.equal(lines.length, 1);
  assert.match(stdout, /"value":1\.00\}/);
  assert.equal(validateBundle(stdout, { as: "message" }).valid, true);
  const { entry } = JSON.parse(stdout);
  assert.deepEqual(
    entry.map(({ resource }) => resource.resourceType),
    ["MessageHeader", "ServiceRequest", "Patient"],
  );
  assert.deepEqual(entry[0].resource.focus, [{ reference: entry[1].fullUrl }]);
  assert.deepEqual(entry[1].resource.subject, { reference: entry[2].fullUrl });
});

test("--out and --pretty: the same message in a file, on many lines", async () => {
  const { status, stdout } = await compose([EVENT, ...parts, "--out", "message.json", "--pretty"]);
  assert.deepEqual([status, stdout], [0, ""]);
  const text = readFileSync(join(folder, "message.json"), "utf8");
  assert.match(text, /^\{\n {2}"resourceType": "Bundle",\n/);
  assert.match(text, /\n {10}"value": 1\.00\n/);
  const message = JSON.parse(text);
  assert.equal(text.replace("1.00", "1"), `${JSON.stringify(message, null, 2)}\n`);
  assert.equal(validateBundle(text).valid, true);
});

test("what it writes is its owner's alone, also where a file was there that others could read", {
  skip: process.platform === "win32" && "its files have no modes",
}, async () => {
  const mode = (name) => statSync(join(folder, name)).mode & 0o777;
  const compose = () => run(["compose", "submit-service-request", "--focus", "referral.json", "--out", "owned.json"], { cwd: folder });
  const umask = process.umask(0);
  await compose();
  process.umask(umask);
  assert.equal(mode("owned.json"), 0o600);
  chmodSync(join(folder, "owned.json"), 0o644);
  await compose();
  assert.equal(mode("owned.json"), 0o600);
});

test("the entries of a Bundle keep their fullUrls, and its MessageHeader is left out aloud", async () => {
  const { status, stdout, stderr, lines } = await compose([EVENT, "--focus", "bundle.json", "--source", SOURCE]);
  assert.match(stderr, /^fhirpost: bundle\.json: its MessageHeader is left out; --header/);
  assert.equal(lines.length, 1, "the line ends of the file do not come along");
  const { entry } = JSON.parse(stdout);
  assert.deepEqual(
    entry.slice(1).map(({ fullUrl }) => fullUrl),
    ["https://clinic.example.org/fhir/ServiceRequest/s1", "https://clinic.example.org/fhir/Patient/p1"],
  );
  assert.match(stdout, /"value":1\.00\}/);
  // All of them are its focus, and the event wants to be about the referral alone.
  assert.equal(status, 0);
  assert.match(stderr, /\nstdout:1:\d+ warning msg-focus: /);
});

test("NDJSON, globs and stdin give resources too", async () => {
  const args = ["--focus", "-", "--resource", "{patient,none}.json", "--resource", "places.ndjson"];
  const { stdout } = await compose(["https://example.org/event", ...args], referral);
  const [header, ...others] = JSON.parse(stdout).entry.map(({ resource }) => resource);
  assert.equal(header.eventUri, "https://example.org/event");
  assert.deepEqual(
    others.map(({ id }) => id),
    ["s1", "p1", "l1", "l2"],
  );
});

test("the header: source, destinations, other elements; fullUrls below a base", async () => {
  const { stdout, status } = await compose([
    ...["http://ntst.com/fhir/message-events|submit-service-request", ...parts, "--header", "header.json"],
    ...["--destination", "https://one.example.org/fhir", "--destination", "https://two.example.org/fhir"],
    ...["--base", "https://two.example.org/fhir"],
  ]);
  assert.equal(status, 0);
  const { entry } = JSON.parse(stdout);
  const { source, destination, reason, eventCoding } = entry[0].resource;
  assert.deepEqual(source, { endpoint: SOURCE });
  assert.deepEqual(destination, [{ endpoint: "https://one.example.org/fhir" }, { endpoint: "https://two.example.org/fhir" }]);
  assert.deepEqual(reason, { text: "a second opinion" });
  assert.deepEqual(eventCoding, { system: "http://ntst.com/fhir/message-events", code: EVENT });
  assert.equal(entry[2].fullUrl, "https://two.example.org/fhir/Patient/p1");
});

test("what is not valid is written all the same, and its issues to stderr in every format", async () => {
  const args = [EVENT, "--focus", "wrong.json", "--resource", "patient.json", "--source", SOURCE, "--pretty", "--out"];
  const [human, json, outcome, github] = await Promise.all(
    [["human"], ["json"], ["operation-outcome"], ["github", "--show-values"]].map(([format, ...more]) =>
      compose([...args, `${format}.json`, "--format", format, ...more]),
    ),
  );
  for (const { status } of [human, json, outcome, github]) assert.equal(status, 1);
  const report = (name) => validateBundle(readFileSync(join(folder, `${name}.json`), "utf8"), { showValues: false });
  const { line, column } = report("human").issues.find(({ rule }) => rule === "binding-required");
  assert.ok(line > 20, "places are those of the indented text");
  assert.match(human.stderr, new RegExp(`^human\\.json:${line}:${column} error binding-required: The code '…'`));
  assert.doesNotMatch(human.stderr, /acktive/);
  assert.deepEqual(JSON.parse(json.stderr), { file: "json.json", report: JSON.parse(JSON.stringify(report("json"))) });
  const { meta, ...rest } = JSON.parse(outcome.stderr);
  assert.deepEqual([meta, rest], [{ source: "operation-outcome.json" }, toOperationOutcome(report("operation-outcome"))]);
  assert.ok(github.stderr.startsWith(`::error file=github.json,line=${line},col=${column},title=binding-required::The code 'acktive'`));
});

test("--definitions: events of one's own; what makes no sense ends it", async () => {
  const [known, nonsense] = await Promise.all(
    ["merge.json", "nonsense.json"].map((definitions) =>
      compose(["patient-merge", "--focus", "patient.json", "--source", SOURCE, "--definitions", definitions]),
    ),
  );
  assert.deepEqual([known.status, known.stderr], [0, ""]);
  assert.equal(JSON.parse(known.stdout).entry[0].resource.eventCoding.system, "https://example.org/events");
  assert.deepEqual([nonsense.status, nonsense.stdout], [2, ""]);
  assert.match(nonsense.stderr, /^fhirpost: --definitions: https:\/\/example\.org\/MessageDefinition\/patient-merge: /);
});

test("what cannot be read ends it with 2, before anything is written", async () => {
  const cases = [
    [["--focus", "broken.json"], /^fhirpost: broken\.json: the resource is not JSON, at byte 2: /],
    [["--focus", "header.json"], /^fhirpost: header\.json: it is not a resource: resourceType is missing\n$/],
    [["--resource", "no-*.json"], /^fhirpost: nothing matches no-\*\.json\n$/],
    [["--header", "taken.json"], /^fhirpost: --header\.focus is written from the other arguments/],
    [["--focus", "-", "--resource", "-"], /^fhirpost: stdin can be read only once\nfhirpost compose --help says how it is used\.\n$/],
  ];
  await Promise.all(
    cases.map(async ([args, said], at) => {
      const { status, stdout, stderr } = await compose([EVENT, ...args, "--out", `never${at}.json`]);
      assert.deepEqual([status, stdout, existsSync(join(folder, `never${at}.json`))], [2, "", false], stderr);
      assert.match(stderr, said);
      assert.doesNotMatch(stderr, /Chalmers/);
    }),
  );
  const { status, stderr } = await compose([EVENT, "--out", "missing/message.json"]);
  assert.deepEqual([status, stderr], [2, "fhirpost: missing/message.json: there is no such file\n"]);
});
