// What JavaScript gets: the same verdicts as the core, in the shapes that the types promise, and TypeErrors for wrong arguments.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import init, { buildResponse, FhirPathError, toOperationOutcome, Validator, validateBundle } from "fhirpost";

const validator = new Validator();

const text = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const message = () => JSON.parse(text);
const event = { system: "http://ntst.com/fhir/message-events", code: "submit-service-request" };

test("a valid message is valid as text, as bytes and as an object", async () => {
  await init();
  for (const input of [text, new TextEncoder().encode(text), Buffer.from(text), message(), `\ufeff${text}`]) {
    const report = validateBundle(input);
    // SNOMED CT and the like are not held, nor is the Questionnaire: that is said, each once, and nothing else.
    assert.deepEqual(
      report.issues.map((issue) => issue.rule),
      ["questionnaire-unknown", "code-unchecked"],
    );
    assert.equal(report.valid, true);
    assert.equal(report.truncated, false);
    assert.deepEqual(report.event, event);
    assert.equal(report.messageId, message().entry[0].resource.id);
    assert.equal(report.bundleId, message().id);
    assert.equal(report.resources.ServiceRequest, 1);
  }
});

test("issues point at the text, in the units of the input", () => {
  const broken = text.replace('"resourceType": "Bundle"', '"x😀": "é", "resourceType": "Bundle"').replace('"active"', '"activ"');
  const [unknown, code] = validateBundle(broken).issues;
  assert.equal(unknown.rule, "element-unknown");
  assert.equal(broken.slice(unknown.start, unknown.end), '"x😀"');
  assert.equal(code.rule, "binding-required");
  assert.equal(broken.slice(code.start, code.end), '"activ"');
  assert.deepEqual(code.suggestion, {
    value: "active",
    action: "replace",
    edits: [{ start: code.start, end: code.end, text: '"active"' }],
  });
  const lines = broken.split("\n");
  assert.ok(lines[code.line - 1].slice(code.column - 1).startsWith('"activ"'));

  const bytes = Buffer.from(broken);
  const inBytes = validateBundle(bytes).issues[1];
  assert.equal(bytes.subarray(inBytes.start, inBytes.end).toString(), '"activ"');
  assert.equal(inBytes.column, code.column);

  const ofObject = validateBundle(JSON.parse(broken)).issues[1];
  assert.equal(ofObject.pointer, code.pointer);
  for (const name of ["line", "column", "start", "end"]) assert.equal(Object.hasOwn(ofObject, name), false, name);
});

test("half a surrogate pair in a string is reported where it is, not replaced without a word", () => {
  const report = validateBundle(text.replace('"active"', '"act\ud83dive"'));
  assert.equal(report.issues[0].rule, "json-syntax");
  const { start } = report.issues[0];
  assert.equal(start, text.indexOf('"active"') + 4);
});

test("whatever the message is, there is a report", () => {
  for (const broken of [
    "",
    "{",
    "null",
    "[]",
    "42",
    '"x"',
    "{}",
    new Uint8Array([0xff]),
    {},
    [],
    "[".repeat(200),
    '{"resourceType":"Bundle"}',
  ]) {
    const report = validateBundle(broken);
    assert.equal(report.valid, false);
    assert.ok(report.issues.length > 0);
    assert.deepEqual(validator.route(broken).focus, []);
  }
});

test("a Uint8Array of another realm is one too", () => {
  const bytes = runInNewContext("new Uint8Array([0x7b, 0x7d])");
  assert.equal(validateBundle(bytes).issues[0].rule, "resource-type");
});

test("options change the verdict", () => {
  const unknown = text.replace("submit-service-request", "other-event");
  assert.equal(validateBundle(unknown).valid, true);
  assert.equal(validateBundle(unknown, { severities: { "msg-event-unknown": "error" } }).valid, false);
  assert.equal(
    validateBundle(unknown, { severities: { "msg-event-unknown": "off", "code-unchecked": "off", "questionnaire-unknown": "off" } }).issues
      .length,
    0,
  );
  const broken = text.replace('"active"', '"Hamlet"');
  assert.match(validateBundle(broken).issues[0].message, /Hamlet/);
  assert.doesNotMatch(JSON.stringify(validateBundle(broken, { showValues: false })), /Hamlet/);
  assert.equal(validateBundle(text, { maxDepth: 2 }).issues[0].rule, "json-syntax");
  assert.equal(validateBundle(text, { maxBytes: 100 }).issues[0].rule, "json-syntax");
  const many = validateBundle('{"resourceType":"Bundle","a":1,"b":1,"c":1}', { maxIssues: 2 });
  assert.equal(many.truncated, true);
  assert.equal(many.issues.length, 2);
});

test("a Bundle is validated as what it is, unless it must be a message", () => {
  const collection = { resourceType: "Bundle", type: "collection", entry: [{ fullUrl: "urn:a", resource: { resourceType: "Patient" } }] };
  assert.equal(validateBundle(collection).valid, true);
  assert.ok(validateBundle(collection, { as: "message" }).issues.some((issue) => issue.rule === "msg-type"));
  assert.equal(validateBundle({ resourceType: "Patient" }).valid, false);
});

test("one resource is validated, by the constraints of R4 as well", () => {
  const { valid, issues } = validator.validate({ resourceType: "Patient", contact: [{ gender: "other" }] });
  assert.equal(valid, false);
  assert.deepEqual(
    issues.map(({ rule, severity, code, expression }) => ({ rule, severity, code, expression })),
    [{ rule: "pat-1", severity: "error", code: "invariant", expression: "Patient.contact[0]" }],
  );
  // Best practice is asked for, not imposed; the rule has a name like all others.
  const patient = { resourceType: "Patient" };
  assert.deepEqual(validator.validate(patient).issues, []);
  assert.equal(validator.validate(patient, { severities: { "dom-6": "warning" } }).issues[0].rule, "dom-6");
  assert.ok(validator.rules().some((rule) => rule.name === "pat-1"));
});

test("FHIRPath gives values, types and places", () => {
  const patient = '{ "resourceType": "Patient", "name": [{ "family": "Ré", "given": ["Ann", "Bo"] }], "birthDate": "1984-05-02" }';
  const [first, second] = validator.evaluate(patient, "name.given");
  assert.deepEqual(first, {
    type: "FHIR.string",
    value: "Ann",
    text: "Ann",
    expression: "Patient.name[0].given[0]",
    pointer: "/name/0/given/0",
    start: patient.indexOf('"Ann"'),
    end: patient.indexOf('"Ann"') + 5,
  });
  assert.equal(second.value, "Bo");
  assert.deepEqual(validator.evaluate(patient, "1.50 + 1"), [{ type: "System.Decimal", value: 2.5, text: "2.50" }]);
  assert.deepEqual(validator.evaluate(JSON.parse(patient), "name")[0].value, { family: "Ré", given: ["Ann", "Bo"] });
  assert.equal(Object.hasOwn(validator.evaluate(JSON.parse(patient), "name")[0], "start"), false);
  const older = "birthDate < today() - %years years";
  assert.throws(() => validator.evaluate(patient, older), FhirPathError);
  const born = validator.evaluate(patient, "birthDate <= now() and name.given contains %given", {
    now: "2026-01-31T12:00:00Z",
    variables: { given: "Bo" },
  });
  assert.equal(born[0].value, true);
  assert.deepEqual(validator.evaluate(patient, "nam"), []);
  assert.throws(() => validator.evaluate(patient, "nam", { strict: true }), /Patient has no element nam/);
  assert.throws(
    () => validator.evaluate(patient, "name.where(é = 1)"),
    (error) => error instanceof FhirPathError && error.position === 11,
  );
  assert.throws(
    () => validator.evaluate(patient, "1.repeat($this + 1)"),
    (error) => error instanceof FhirPathError && error.tooCostly && error.position === undefined,
  );
  assert.throws(
    () => validator.evaluate(patient, "name.given + 1"),
    (error) => error instanceof FhirPathError && !error.tooCostly,
  );
  for (const wrong of [
    () => validator.evaluate(patient, 1),
    () => validator.evaluate(undefined, "name"),
    () => validator.evaluate(patient, "name", { variables: { a: {} } }),
    () => validator.evaluate(patient, "name", { now: 1 }),
  ]) {
    assert.throws(wrong, TypeError);
  }
});

test("arguments of the wrong kind throw a TypeError that names them", () => {
  const fails = (call, name) => assert.throws(call, (error) => error instanceof TypeError && error.message.includes(name));
  for (const wrong of [undefined, null, 1, true, Symbol("x"), () => 1, new Float64Array(1)]) {
    fails(() => validateBundle(wrong), "bundle");
    fails(() => validator.route(wrong), "input");
    fails(() => buildResponse(wrong, { code: "ok" }), "request");
  }
  const circle = {};
  circle.self = circle;
  fails(() => validateBundle(circle), "bundle");
  fails(() => validateBundle({ a: 1n }), "bundle");
  fails(() => validateBundle(text, 1), "options");
  fails(() => validateBundle(text, { showValues: "no" }), "showValues");
  fails(() => validateBundle(text, { maxIssues: -1 }), "maxIssues");
  fails(() => validateBundle(text, { maxIsues: 1 }), "maxIsues");
  fails(() => validateBundle(text, { severities: { "msg-id": "bad" } }), "severities");
  fails(() => validator.route(text, { showValues: true }), "showValues");
  fails(() => buildResponse(text, { code: "done" }), "outcome.code");
  fails(() => buildResponse(text, undefined), "outcome");
  fails(() => buildResponse(text, { code: "ok", resources: [1] }), "outcome.resources");
  fails(() => buildResponse(text, { code: "ok", resources: [{}] }), "outcome.resources[0]");
  fails(() => buildResponse(text, { code: "ok" }, { now: "yesterday" }), "now");
  fails(() => buildResponse(text, { code: "ok" }, { ids: ["x"] }), "ids");
  fails(() => buildResponse(text, { code: "ok" }, { source: { endpoint: "here" } }), "source");
  fails(() => toOperationOutcome({}), "report");
  fails(() => toOperationOutcome({ issues: [{}] }), "report");
  fails(() => validateBundle(text, { severities: { nope: "error" } }), "nope");
  fails(() => validateBundle(text, { maxDepth: 513 }), "maxDepth");
  fails(() => buildResponse(text, { code: "ok", resources: [circle] }), "outcome");
  fails(() => buildResponse(text, { code: "ok" }, { now: "yesterday" }), "options.now");
  fails(() => buildResponse(text, { code: "ok", resources: [{ resourceType: "Slot" }] }), "outcome.resources[0]");
});

test("a route says what the message is about", () => {
  const route = validator.route(text);
  assert.equal(route.kind, "request");
  assert.deepEqual(route.event, event);
  assert.equal(route.supported, true);
  assert.equal(route.category, "consequence");
  assert.equal(route.responseRequired, "always");
  const [focus] = route.focus;
  assert.equal(focus.type, "ServiceRequest");
  assert.equal(message().entry[focus.entry].resource.id, focus.id);
});

test("an answer can be routed back to its request and what was created", () => {
  const created = { resourceType: "ServiceRequest", id: "new-1", status: "active", intent: "order", subject: { display: "A" } };
  const answer = buildResponse(text, { code: "ok", resources: [created] }, { now: new Date(0), source: { endpoint: "https://a.example" } });
  assert.equal(answer.timestamp, "1970-01-01T00:00:00.000Z");
  assert.deepEqual(validateBundle(answer).counts, { fatal: 0, error: 0, warning: 0, information: 0 });
  const route = validator.route(answer);
  assert.equal(route.kind, "response");
  assert.deepEqual(route.response, { identifier: message().entry[0].resource.id, code: "ok" });
  assert.deepEqual(
    route.focus.map(({ type, id }) => ({ type, id })),
    [{ type: "ServiceRequest", id: "new-1" }],
  );
});

test("a report becomes an OperationOutcome", () => {
  const outcome = toOperationOutcome(validateBundle(text.replace('"active"', '"activ"')));
  assert.equal(outcome.resourceType, "OperationOutcome");
  assert.equal(outcome.issue[0].details.coding[0].code, "binding-required");
  assert.equal(outcome.issue[0].extension[0].valueInteger, text.slice(0, text.indexOf('"active"')).split("\n").length);
  assert.equal(toOperationOutcome(validateBundle(text)).issue[0].severity, "information");
});

test("rules are listed once each", () => {
  const names = validator.rules().map((rule) => rule.name);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.includes("msg-focus-unresolved"));
});

test("CommonJS gets the same functions", async () => {
  const required = createRequire(import.meta.url)("fhirpost");
  assert.deepEqual(required.validateBundle(text), validateBundle(text));
});
