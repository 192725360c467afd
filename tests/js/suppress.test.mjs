// Issues that are suppressed, each with a reason: as an option, as a file of the command, and as an advisor file of HL7's validator.
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { buildResponse, createReceiver, readAdvisorFile, toOperationOutcome, Validator, validateMany } from "fhirpost";
import { run } from "./command.mjs";
import { smallMessage } from "./small-message.mjs";

const validator = new Validator();
const patient = '{"resourceType":"Patient","gender":"femal","contact":[{"gender":"x","name":{"text":"Ana"}}]}';
const gender = { rule: "binding-required", path: "Patient.gender", reason: "the old system" };
const contact = { hl7Id: "Terminology_TX_NoValid_16", path: "Patient.contact.*", severity: "warning", reason: "contacts" };

test("what is suppressed is counted, and the verdict follows", () => {
  const report = validator.validate(patient, { suppress: [gender, contact, { rule: "txt-1", reason: "none" }] });
  assert.deepEqual(
    report.issues.map(({ severity, expression }) => `${severity} ${expression}`),
    ["warning Patient.contact[0].gender"],
  );
  assert.deepEqual([report.valid, report.counts.error, report.counts.warning], [true, 0, 1]);
  assert.deepEqual(report.suppressed, [
    { reason: "the old system", issues: 1, errors: 1 },
    { reason: "contacts", issues: 1, errors: 1 },
    { reason: "none", issues: 0, errors: 0 },
  ]);
  assert.equal("suppressed" in validator.validate(patient), false);
  const outcome = toOperationOutcome(report);
  assert.equal(outcome.issue.at(-1).details.text, "Suppressed issues: 2; errors among them: 2. Reasons: the old system; contacts.");
});

test("issues carry HL7's message ids where that is asked for", () => {
  assert.equal("hl7Id" in validator.validate(patient, { suppress: [contact] }).issues[0], false);
  const report = validator.validate(patient, { hl7Ids: true });
  assert.deepEqual(
    report.issues.map(({ hl7Id }) => hl7Id),
    ["Terminology_TX_NoValid_16", "Terminology_TX_NoValid_16"],
  );
  const url = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id";
  assert.deepEqual(toOperationOutcome(report).issue[0].extension.at(-1), { url, valueString: "Terminology_TX_NoValid_16" });
  assert.ok(
    validator
      .rules()
      .find(({ name }) => name === "binding-required")
      .hl7Ids.includes("Terminology_TX_NoValid_16"),
  );
});

test("an entry says what it is for, and why", () => {
  const refused = (entry, problem) => {
    assert.throws(() => validator.validate(patient, { suppress: [gender, entry] }), { name: "TypeError", message: problem });
  };
  refused({ rule: "txt-1" }, "options.suppress has an entry, [1], that has no reason");
  refused({ rule: "txt-1", reason: " " }, "options.suppress has an entry, [1], that has no reason");
  refused({ reason: "all" }, "options.suppress has an entry, [1], that says of nothing what it is for: one of rule, path, profile, hl7Id");
  refused(
    { rule: "binding-requird", reason: "a slip" },
    'options.suppress has an entry, [1], that names the rule "binding-requird", which does not exist: is binding-required meant?',
  );
  refused(
    { rules: "txt-1", reason: "a slip" },
    'options.suppress has an entry, [1], that has "rules", which is none of rule, path, profile, hl7Id, severity, reason',
  );
  refused(
    { rule: "txt-1", severity: "fatal", reason: "x" },
    "options.suppress has an entry, [1], that has a severity that is none of error, warning, information, off",
  );
  assert.throws(() => validator.validate(patient, { suppress: gender }), /^TypeError: options\.suppress must be a list of entries/);
});

test("rules of definitions of one's own can be suppressed", async () => {
  const differential = {
    element: [
      { id: "Patient", path: "Patient", constraint: [{ key: "own-1", severity: "error", human: "A name", expression: "name.exists()" }] },
    ],
  };
  const structure = {
    resourceType: "StructureDefinition",
    url: "http://example.org/p",
    name: "P",
    status: "active",
    fhirVersion: "4.0.1",
    kind: "resource",
    abstract: false,
    type: "Patient",
    baseDefinition: "http://hl7.org/fhir/StructureDefinition/Patient",
    derivation: "constraint",
    differential,
  };
  const own = new Validator({ resources: [structure] });
  assert.deepEqual(own.issues, []);
  const text = '{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]}}';
  const ids = own.validate(text, { hl7Ids: true }).issues.map(({ hl7Id }) => hl7Id);
  assert.deepEqual(ids, ["http://example.org/p#own-1"]);
  for (const of of [{ rule: "own-1" }, { profile: "http://example.org/p" }, { hl7Id: "http://example.org/p#own-1" }]) {
    const options = { suppress: [{ ...of, reason: "known" }] };
    assert.equal(own.validate(text, options).valid, true, JSON.stringify(of));
    for await (const { report } of validateMany([text], { ...options, validator: own })) assert.equal(report.valid, true);
  }
  assert.throws(() => validator.validate(text, { suppress: [{ rule: "own-1", reason: "known" }] }), /which does not exist/);
});

test("what is suppressed is answered as valid, and not fixed", async () => {
  const text = smallMessage();
  const broken = validator.validate(text);
  assert.equal(broken.valid, false);
  const suppress = [...new Set(broken.issues.map(({ rule }) => rule))].map((rule) => ({ rule, reason: "known" }));
  const code = (options) => buildResponse(text, { code: "ok" }, options).entry[0].resource.response.code;
  assert.deepEqual([code({}), code({ suppress })], ["fatal-error", "ok"]);
  const empty = '{"resourceType":"Patient","name":{"family":"Rivera"}}';
  assert.notEqual(validator.fix(empty).text, empty);
  assert.equal(validator.fix(empty, { suppress: [{ rule: "element-array", reason: "known" }] }).text, empty);
  assert.throws(() => createReceiver({ validate: { suppress: [{ rule: "txt-1" }] } }), /options\.validate\.suppress has an entry/);
});

test("an advisor file of HL7's validator is read in both forms", () => {
  const json = `{ // what is known
    "suppress" : [ "MSG_DRAFT", "Terminology_TX_NoValid_16@Patient.gender", "http://hl7.org/fhir/StructureDefinition/DomainResource#dom-6",
      "A@Bundle.entry[0].resource/*Patient/x*/.name", "B@^Patient\\\\..*", 7, ],
    "rules" : [{ "type" : "element" }], "suppress-complies-with" : ["x"], "comment" : "/* stays */ // too, ]" }`;
  const reason = "the advisor file of HL7's validator says so";
  const { suppress, ignored } = readAdvisorFile(json);
  assert.deepEqual(suppress, [
    { hl7Id: "MSG_DRAFT", reason },
    { hl7Id: "Terminology_TX_NoValid_16", path: "Patient.gender", reason },
    { hl7Id: "http://hl7.org/fhir/StructureDefinition/DomainResource#dom-6", reason },
    { hl7Id: "A", path: "Bundle.entry[0].resource.name", reason },
  ]);
  assert.deepEqual(
    ignored.map(({ what }) => what),
    ["B@^Patient\\..*", "an item of suppress", "rules", "suppress-complies-with"],
  );
  const lines = readAdvisorFile(
    "# old records\n- A@Patient.gender\n\n-http://x/Y#dom-6 # no narrative\nelement (path=Patient.name): fixed\n= http://x@Patient\n",
  );
  assert.deepEqual(lines.suppress, [
    { hl7Id: "A", path: "Patient.gender", reason: "old records" },
    { hl7Id: "http://x/Y#dom-6", reason: "no narrative" },
  ]);
  assert.equal(lines.ignored.length, 2);
  assert.throws(() => readAdvisorFile("{ no"), { name: "TypeError", message: "it is not JSON" });
  assert.equal(validator.validate(patient, readOnly(suppress)).counts.error, 1);
});

const readOnly = (suppress) => Object.freeze({ suppress });

test("the command counts what was suppressed, and names entries that did nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fhirpost-suppress-"));
  const file = (name, content) => {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
    return name;
  };
  file("patient.json", patient);
  const entries = file("suppress.json", [gender, { rule: "txt-1", reason: "no narratives" }]);
  const advisor = file("advisor.txt", "- Terminology_TX_NoValid_16@Patient.contact.gender # contacts\n- MSG_DRAFT\nelement(): x\n");
  const check = (...args) => run(["check", ...args, "patient.json"], { cwd: folder });
  const both = await check("--suppress", entries, "--advisor-file", advisor);
  assert.equal(both.status, 0, both.stderr);
  assert.match(
    both.stdout,
    /^1 text: 1 valid, 0 not; .*; 2 issues suppressed, 2 of them errors; .*\nsuppressed nothing: no narratives\nsuppressed nothing: the/,
  );
  assert.match(both.stderr, /advisor\.txt: element\(\): x is passed over: /);
  assert.match(both.stderr, /advisor\.txt: no rule here has the message id MSG_DRAFT/);
  const one = await check("--suppress", entries, "--hl7-ids");
  assert.equal(one.status, 1);
  assert.match(one.stdout, /patient\.json:1:\d+ error binding-required: .* \[Terminology_TX_NoValid_16\]\n/);
  assert.match(one.stdout, /; 1 issue suppressed, 1 of them an error; /);
  const wrong = await check("--suppress", file("wrong.json", [{ rule: "txt-1" }]));
  assert.deepEqual([wrong.status, wrong.stderr.trim()], [2, "fhirpost: wrong.json: it has an entry, [0], that has no reason"]);
});
