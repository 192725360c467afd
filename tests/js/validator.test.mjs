// The front door: one Validator, what it is told that a text is, and messages that are read once.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";
import * as fhirpost from "fhirpost";
import { PATIENT_LINK } from "./patient-link.mjs";
import { smallMessage } from "./small-message.mjs";
import { eventOf, messageDefinition } from "./tgz.mjs";

const { CoreError, Message, Validator, checkCapability, prepareRequest, readAnswer, sendMessage, validateBundle, validateMany } = fhirpost;

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const text = read("www/examples/submit-service-request-broken.json").toString();
const link = read("www/examples/patient-link.json").toString();
const validator = new Validator();
const rules = ({ issues }) => issues.map(({ rule }) => rule);

test("a text is validated as what it is, unless it must be something", () => {
  const collection = '{"resourceType":"Bundle","type":"collection"}';
  const patient = '{"resourceType":"Patient"}';
  const type = (report) => rules(report).find((rule) => rule.endsWith("-type"));
  const found = (input) =>
    Object.fromEntries(["auto", "message", "bundle", "resource"].map((as) => [as, type(validator.validate(input, { as }))]));
  assert.deepEqual(found(patient), { auto: undefined, message: "msg-type", bundle: "resource-type", resource: undefined });
  assert.deepEqual(found(collection), { auto: undefined, message: "msg-type", bundle: undefined, resource: undefined });
  assert.deepEqual(validator.validate(text), validator.validate(text, { as: "message" }));
  assert.deepEqual(rules(validator.validate(collection)), []);
  assert.deepEqual(rules(validateBundle(patient)), ["resource-type"]);
  assert.deepEqual(rules(validateBundle(patient, { as: "auto" })), []);
  assert.throws(
    () => validator.validate(patient, { as: "Patient" }),
    /^TypeError: options\.as must be one of auto, message, bundle, resource$/,
  );
});

test("a report lists what would have to be known for what was not decided", () => {
  const nothing = { profiles: [], valueSets: [], codes: [], resources: [] };
  assert.deepEqual(validator.validate({ resourceType: "Patient", gender: "male" }).wanted, nothing);
  const coding = [{ system: "http://snomed.info/sct", version: "2026", code: "22298006", display: "x" }];
  const basic = { resourceType: "Basic", meta: { profile: ["http://example.org/p|1"] }, code: { coding: [...coding, ...coding] } };
  assert.deepEqual(validator.validate(basic).wanted, {
    ...nothing,
    profiles: ["http://example.org/p|1"],
    codes: [{ system: "http://snomed.info/sct", version: "2026", code: "22298006" }],
  });
  assert.deepEqual(validator.validate(basic, { showValues: false }).wanted, nothing);
});

test("what is decided otherwise than by HL7's validator, by choice, is as that has it where it is asked for", () => {
  const empty = '{"resourceType":"Patient","name":[{"family":"Rivera","given":[]}]}';
  const severities = (options) => validator.validate(empty, options).issues.map(({ severity }) => severity);
  assert.deepEqual([severities(), severities({ agree: "none" }), severities({ agree: "hl7" })], [["error"], ["error"], ["information"]]);
  assert.throws(() => validator.validate(empty, { agree: "HL7" }), /^TypeError: options\.agree must be one of none, hl7$/);
});

test("options of HL7's validator are severities of rules here", () => {
  for (const [rule, usual, text] of [
    ["extension-unknown", ["information"], '{"resourceType":"Patient","extension":[{"url":"http://xyzzy.test/a","valueCode":"a"}]}'],
    ["url-example", [], '{"resourceType":"Patient","identifier":[{"system":"http://example.org/a","value":"1"}]}'],
    ["string-html", ["warning"], '{"resourceType":"Patient","name":[{"text":"<b>Ana</b>"}]}'],
    ["ref-type", ["warning"], '{"resourceType":"Patient","managingOrganization":{"reference":"Location/1"}}'],
  ]) {
    const severities = (options) => validator.validate(text, options).issues.flatMap((one) => (one.rule === rule ? [one.severity] : []));
    assert.deepEqual([severities(), severities({ severities: { [rule]: "error" } })], [usual, ["error"]], rule);
  }
});

/** The same message in each form, and what is asked of it everywhere. */
const forms = {
  text,
  bytes: new TextEncoder().encode(text),
  object: JSON.parse(text),
  "half a surrogate pair": text.replace("Avery", "\ud800"),
};
const PROCESS_MESSAGE = "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message";
const statement = JSON.stringify({
  resourceType: "CapabilityStatement",
  fhirVersion: "4.0.1",
  format: ["json"],
  rest: [{ mode: "server", operation: [{ name: "process-message", definition: PROCESS_MESSAGE }] }],
});
const asked = {
  validate: (input) => validator.validate(input),
  validateBundle: (input) => validateBundle(input),
  route: (input) => validator.route(input),
  outline: (input) => validator.outline(input),
  evaluate: (input) => validator.evaluate(input, "1 + 1"),
  respond: (input) => validator.respond(input, { code: "ok" }, { now: new Date(0), ids: Array.from({ length: 3 }, (_, at) => uuid(at)) }),
  prepareRequest: (input) => prepareRequest("https://fhir.example.org", input),
  readAnswer: (input) => readAnswer(200, {}, "{}", { message: input }),
  checkCapability: (input) => checkCapability(statement, input),
  "another handle": (input) => validator.validate(validator.read(input)),
  validateMany: async (input) => {
    const reports = [];
    for await (const { report } of validateMany([input], { concurrency: 1 })) reports.push(report);
    return reports;
  },
};
const uuid = (at) => `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`;

for (const [form, input] of Object.entries(forms)) {
  test(`a Message of ${form} is taken everywhere as what it was read of`, async () => {
    const outcome = async (ask, given) => {
      try {
        return await ask(given);
      } catch (error) {
        return String(error);
      }
    };
    for (const [name, ask] of Object.entries(asked)) {
      const message = validator.read(input);
      assert.deepEqual(await outcome(ask, message), await outcome(ask, input), name);
      assert.deepEqual(await outcome(ask, message), await outcome(ask, input), `${name}, again`);
    }
  });
}

test("a Message stays what was read, whatever becomes of that", () => {
  const [bytes, object] = [Buffer.from(text), JSON.parse(text)];
  const messages = [validator.read(bytes), validator.read(object)];
  const before = messages.map((message) => validator.validate(message));
  bytes.fill(0x20);
  object.type = "collection";
  assert.deepEqual(
    messages.map((message) => validator.validate(message)),
    before,
  );
  assert.deepEqual(
    messages.map((message) => message.text),
    [text, JSON.stringify(JSON.parse(text))],
  );
  assert.equal(validator.fix(messages[0]).text.constructor, Uint8Array);
  // An object has no text; what was read of it has.
  const fixed = validator.fix(messages[1]);
  assert.equal(fixed.text, fhirpost.applyEdits(messages[1].text, fixed.edits));
  assert.ok(fixed.edits.length > 0);
});

test("what was freed says so, and frees nothing of others", () => {
  const [message, other] = [validator.read(text), validator.read(text)];
  const same = validator.read(message);
  message.free();
  message[Symbol.dispose]();
  const freed = { name: "TypeError", message: /was freed: read it again$/ };
  for (const ask of [...Object.values(asked).slice(0, -1), (input) => input.text]) assert.throws(() => ask(message), freed);
  assert.throws(() => validator.validate(new Message()), freed);
  for (const one of [same, other]) assert.deepEqual(validator.validate(one), validator.validate(text));
});

test("a message is read once, however often it is sent", async () => {
  let written = 0;
  const object = {
    toJSON() {
      written += 1;
      return JSON.parse(link);
    },
  };
  const own = new Validator({ resources: PATIENT_LINK });
  // Each time the core reads a text, it is written into its memory.
  const write = mock.method(Buffer.prototype, "write");
  const send = (message) =>
    sendMessage(message, {
      base: "https://fhir.example.org",
      validator: own,
      capability: statement,
      check: {},
      category: "consequence",
      fetch: async () => new Response("", { status: 503 }),
      sleep: async () => {},
    });
  const { attempts, issues } = await send(link);
  await send(object);
  const times = write.mock.calls.filter(({ arguments: [given] }) => given === link || given === JSON.stringify(JSON.parse(link))).length;
  write.mock.restore();
  assert.equal(attempts.length, 3, JSON.stringify(issues));
  assert.deepEqual([times, written], [2, 1]);
});

test("validateMany knows on every thread what the validator knows", async () => {
  const own = new Validator({ resources: PATIENT_LINK });
  const verdicts = async (options) => {
    const found = [];
    for await (const { report } of validateMany(Array(200).fill(link), { concurrency: 2, ...options })) found.push(rules(report));
    return new Set(found.map(String));
  };
  assert.deepEqual(await verdicts({ validator: own }), new Set([""]));
  assert.deepEqual(await verdicts({}), new Set(["msg-event-unknown"]));
  own.free();
  assert.throws(() => validateMany([link], { validator: own }), /^TypeError: validator was freed/);
});

test("in a page, load loads the module; before that it says what to wait for", async () => {
  const { fetch } = globalThis;
  const fetched = [];
  globalThis.fetch = async (url) => {
    fetched.push(String(url).replace(/.*\//, ""));
    return new Response(readFileSync(new URL(url)), { headers: { "Content-Type": "application/wasm" } });
  };
  try {
    for (const entry of ["web", "validate"]) {
      const loaded = await import(`../../pkg/${entry}.js`);
      assert.throws(() => new loaded.Validator(), /^Error: fhirpost is not ready: await Validator\.load\(\)/);
      assert.throws(() => loaded.validateBundle("{}"), /^Error: fhirpost is not ready/);
      const [one, two] = await Promise.all([loaded.Validator.load(), loaded.Validator.load()]);
      const report = new loaded.Validator().validate(link);
      assert.deepEqual(rules(report), ["msg-event-unknown"]);
      for (const each of [one, two]) assert.deepEqual(each.validate(each.read(link)), report);
      assert.deepEqual(one.route(link), validator.route(link));
      assert.equal(one.rules().length, validator.rules().length);
    }
    assert.deepEqual(fetched, ["fhirpost_bg.wasm", "validate_bg.wasm"]);
    const { Validator: Small } = await import("../../pkg/validate.js");
    assert.throws(() => new Small({ resources: [] }), /^TypeError: options\.resources are known by the Validator of "fhirpost"/);
    const compiled = new fhirpost.Validator({ resources: messageDefinition("merge") }).compiled();
    const unknown = (small) => small.validate(own).issues.some(({ rule }) => rule === "msg-event-unknown");
    const own = smallMessage("m1", "b1", { event: { eventCoding: eventOf("merge") } });
    assert.deepEqual(
      [{}, { packages: compiled }].map((options) => unknown(new Small(options))),
      [true, false],
    );
    const [{ kind, package: of, message }] = new Small({ packages: Buffer.from("no such") }).issues;
    assert.deepEqual([kind, of], ["unreadable", "packages[0]"]);
    assert.match(message, /^is not compiled: /);
    await assert.rejects(Small.load({ resource: [] }), /^TypeError: options\.resource is not an option/);
  } finally {
    globalThis.fetch = fetch;
  }
});

test("classes are called what they are", async () => {
  assert.deepEqual([Validator.name, Message.name, CoreError.name], ["Validator", "Message", "CoreError"]);
  const own = await Validator.load({ resources: PATIENT_LINK });
  assert.ok(own instanceof Validator && validator.read("{}") instanceof Message);
  assert.deepEqual(rules(own.validate(link)), []);
});

/** A resource type with these elements, each of this type. */
const type = (name, elements, of = "string") => ({
  resourceType: "StructureDefinition",
  url: `https://example.org/StructureDefinition/${name}`,
  status: "active",
  kind: "resource",
  abstract: false,
  type: name,
  derivation: "specialization",
  baseDefinition: "http://hl7.org/fhir/StructureDefinition/DomainResource",
  snapshot: {
    element: [
      { id: name, path: name, min: 0, max: "*" },
      ...elements.map((one) => ({ id: `${name}.${one}`, path: `${name}.${one}`, min: 0, max: "1", type: [{ code: of }] })),
    ],
  },
});

// A name that resources bring has a number of its own in each validator.
test("what one validator has read, another answers as it answers the text", () => {
  const make = (...resources) => {
    const made = new Validator({ resources });
    assert.deepEqual(made.issues, []);
    return made;
  };
  const own = make(type("Linking", ["linked"], "Reference"));
  const others = [new Validator(), make(type("Wide", ["a", "b", "c"])), make(type("Wide", ["a"]), type("Narrow", ["linked"]))];
  const url = (at) => `urn:uuid:${uuid(at)}`;
  const message = JSON.parse(link);
  message.entry.push({
    fullUrl: url(7),
    resource: { resourceType: "Linking", linked: { reference: url(7) }, Linked: 1, _linked: { id: "x" } },
  });
  const text = JSON.stringify(message);
  const outcome = [{ code: "ok" }, { now: new Date(0), ids: [uuid(1), uuid(2), uuid(3)] }];
  const answers = (validator, input) => ({
    validate: validator.validate(input),
    fix: validator.fix(input),
    outline: validator.outline(input),
    route: validator.route(input),
    respond: validator.respond(input, ...outcome),
    evaluate: validator.evaluate(input, "Bundle.entry.resource.linked.reference"),
    prepareRequest: prepareRequest("https://fhir.example.org", input, { validator }),
    checkCapability: checkCapability(statement, input, { validator }),
  });
  const byText = answers(own, text);
  assert.equal(byText.evaluate.length, 1);
  assert.ok(byText.outline.references.some(({ reference, resolves }) => reference === url(7) && resolves === "entry"));
  for (const reader of [...others, own]) {
    assert.deepEqual(answers(own, reader.read(text)), byText);
    // In turn, and the other way round.
    const read = own.read(text);
    for (const validator of [own, reader, own]) assert.deepEqual(answers(validator, read), answers(validator, text));
  }
});
