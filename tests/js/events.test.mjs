// Events that users bring, and composing.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { checkCapability, createReceiver, eventKey, nodeListener, sendMessage, Validator, validateBundle } from "fhirpost";

const validator = new Validator();

const SYSTEM = "https://example.org/events";
const definition = {
  resourceType: "MessageDefinition",
  url: "https://example.org/MessageDefinition/patient-merge",
  status: "active",
  date: "2026-01-01",
  eventCoding: { system: SYSTEM, code: "patient-merge" },
  category: "notification",
  responseRequired: "always",
  focus: [{ code: "Patient", min: 2, max: "2" }],
};
const source = { endpoint: "https://clinic.example.org/fhir" };
const patients = (...ids) => ids.map((id) => ({ resourceType: "Patient", id }));
const rules = ({ issues }) => issues.map(({ rule }) => rule);

test("a validator knows what the built-in one does not", () => {
  const own = new Validator({ resources: [definition] });
  assert.deepEqual(own.issues, []);
  const { bundle, report } = own.compose("patient-merge", { focus: patients("a", "b"), source });
  assert.deepEqual(report.issues, []);
  assert.deepEqual(bundle.entry[0].resource.eventCoding, { system: SYSTEM, code: "patient-merge" });
  assert.deepEqual(rules(own.validate(bundle)), []);
  assert.deepEqual(rules(validateBundle(bundle)), ["msg-event-unknown"], "nobody else has to know it");
  assert.equal(own.route(bundle).category, "notification");
  assert.equal(validator.route(bundle).supported, false);
  assert.deepEqual(rules(own.compose("patient-merge", { focus: patients("a"), source }).report), ["msg-focus"]);
});

test("validators do not mix", () => {
  const codes = (one) => one.events().map(({ event }) => event.code);
  const other = { ...definition, url: `${definition.url}2`, eventCoding: { system: SYSTEM, code: "other" } };
  const [one, two] = [new Validator({ resources: definition }), new Validator({ resources: JSON.stringify(other) })];
  const builtIn = ["submit-service-request", "update-service-request"];
  assert.deepEqual(codes(one), ["patient-merge", ...builtIn]);
  assert.deepEqual(codes(two), ["other", ...builtIn]);
  assert.deepEqual(codes(validator), builtIn);
  // One inside the other, and after an error: an object may ask anything while it is written.
  const asks = [];
  const { bundle } = one.compose("patient-merge", { focus: patients("a", "b"), source });
  const asking = (call) => ({
    toJSON() {
      call();
      return bundle;
    },
  });
  const ask = () => asks.push(codes(two), codes(validator), codes(new Validator()), codes(one));
  assert.deepEqual(rules(one.validate(asking(ask))), []);
  assert.deepEqual(asks, [codes(two), builtIn, builtIn, codes(one)]);
  assert.throws(() => one.validate(asking(() => assert.fail("inside"))), TypeError);
  assert.deepEqual(codes(validator), builtIn);
  assert.deepEqual(one.events()[0].focus, [{ type: "Patient", min: 2, max: 2 }]);
  // In the middle of its own work it is known to the end.
  assert.deepEqual(rules(one.validate(asking(() => one.free()))), []);
  assert.throws(() => codes(one), TypeError);
});

test("what makes no sense is named", () => {
  const own = new Validator({ resources: [{ ...definition, category: "sometimes" }, "{", definition] });
  assert.deepEqual(
    own.issues.map(({ severity, resource, url }) => ({ severity, resource, url })),
    [
      { severity: "error", resource: 1, url: undefined },
      { severity: "warning", resource: 2, url: definition.url },
      { severity: "error", resource: 0, url: definition.url },
    ],
  );
  assert.equal(own.events().length, 3);
  const [other] = new Validator({ resources: [{ resourceType: "Patient" }] }).issues;
  assert.match(other.message, /^is not a definition/);
  assert.deepEqual({ ...other, message: "" }, { severity: "warning", kind: "not-supported", resource: 0, message: "" });
  const [nameless] = new Validator({ resources: { ...definition, url: undefined } }).issues;
  const of = { severity: "error", kind: "invalid", resource: 0, resourceType: "MessageDefinition" };
  assert.deepEqual(nameless, { ...of, message: "has no url" });
  assert.throws(() => new Validator({ resources: [7] }), { name: "TypeError", message: /^options\.resources\[0\] must be/ });
  const bundle = { resourceType: "Bundle", type: "collection", entry: [{ resource: definition }] };
  assert.equal(new Validator({ resources: new TextEncoder().encode(JSON.stringify(bundle)) }).events().length, 3);
});

test("composing says what is missing, and throws only for what is not material", () => {
  const { bundle, text, report } = validator.compose("submit-service-request", { source });
  assert.deepEqual(JSON.parse(text), bundle);
  assert.equal(report.valid, false);
  assert.ok(report.issues.some(({ rule }) => rule === "msg-focus" || rule === "msg-content"));
  const now = new Date("2026-11-28T12:00:00Z");
  const ids = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
  assert.equal(validator.compose({ uri: "https://example.org/event" }, { now, ids, source }).bundle.timestamp, "2026-11-28T12:00:00.000Z");
  assert.equal(
    validator.compose("https://example.org/event", { ids, source }).bundle.entry[0].resource.eventUri,
    "https://example.org/event",
  );
  const wrong = (event, composition, message) => assert.throws(() => validator.compose(event, composition), { name: "TypeError", message });
  wrong(7, {}, /^event must be/);
  wrong("x", { focus: [1] }, /^options\.focus\[0\] must be/);
  wrong("x", { focus: 1 }, /^options\.focus must be/);
  wrong("x", { focus: "{" }, /^options\.focus\[0\] must be an object, or its JSON text$/);
  wrong("x", { source: "https://example.org" }, /^options\.source must be/);
  wrong("x", { header: { focus: [] } }, /^options\.header\.focus/);
  wrong("x", { base: "v4" }, /^options\.base must be/);
  wrong("x", { ids: ["1", "2"] }, /^options\.ids\[0\] must be/);
  wrong("x", { focusing: [] }, /options\.focusing is not an option/);
});

test("an event of the user's own, sent and received", async () => {
  const own = new Validator({ resources: [definition] });
  const bundleIds = [];
  let calls = 0;
  const receiver = createReceiver({ validator: own, handlers: {} });
  receiver.on({ system: SYSTEM, code: "patient-merge" }, ({ route }) => {
    bundleIds.push(route.bundleId);
    calls += 1;
    return { code: calls === 1 ? "transient-error" : "ok", resources: calls === 1 ? [] : patients("merged") };
  });
  const server = createServer(nodeListener(receiver)).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  try {
    const base = `http://127.0.0.1:${server.address().port}/fhir`;
    const { bundle } = own.compose("patient-merge", { focus: patients("a", "b"), source });
    const result = await sendMessage(bundle, { base, validator: own, capability: true, sleep: async () => {} });
    assert.equal(result.outcome, "ok", JSON.stringify(result.issues));
    assert.deepEqual(result.issues, []);
    assert.deepEqual(
      result.answer.created.map(({ type, id }) => [type, id]),
      [["Patient", "merged"]],
    );
    // A notification is sent again with another Bundle.id.
    assert.equal(new Set(bundleIds).size, 2);
    const statement = await (await fetch(`${base}/metadata`)).json();
    assert.deepEqual(statement.messaging[0].supportedMessage, [{ mode: "receiver", definition: definition.url }]);
    assert.deepEqual(checkCapability(statement, bundle, { validator: own }), []);
    assert.deepEqual(rules({ issues: checkCapability(statement, bundle) }), ["capability-event-unsaid"]);
  } finally {
    server.close();
  }
});

test("a validator that was freed says so, and frees nothing of the others", async () => {
  const [own, other] = [new Validator({ resources: definition }), new Validator({ resources: definition })];
  const { bundle, text } = own.compose("patient-merge", { focus: patients("a", "b"), source });
  const receiver = createReceiver({ validator: own, handlers: { [eventKey(definition.eventCoding)]: () => undefined } });
  const post = async (body) => {
    const headers = { "Content-Type": "application/fhir+json" };
    return (await receiver(new Request("https://example.org/$process-message", { method: "POST", headers, body }))).status;
  };
  assert.equal(await post(text), 200);
  own.free();
  own.free();
  const freed = { name: "TypeError", message: /^validator was freed/ };
  assert.throws(() => own.validate(bundle), freed);
  assert.throws(() => own.events(), freed);
  assert.throws(() => createReceiver({ validator: own }), freed);
  await assert.rejects(sendMessage(bundle, { base: "https://fhir.example.org", validator: own, fetch: () => assert.fail() }), freed);
  assert.equal(await post(text), 500);
  assert.deepEqual(rules(other.validate(bundle)), []);
  assert.deepEqual(rules(new Validator({ resources: definition }).validate(bundle)), []);
  assert.deepEqual(rules(validateBundle(bundle)), ["msg-event-unknown"]);
});

test("more validators than the core holds at once are all known", () => {
  const event = (code) => ({ system: SYSTEM, code });
  const set = (code) => new Validator({ resources: { ...definition, url: `${definition.url}-${code}`, eventCoding: event(code) } });
  const sets = Array.from({ length: 600 }, (_, index) => set(`event-${index}`));
  const [first] = sets;
  const { bundle } = first.compose("event-0", { focus: patients("a", "b"), source });
  for (let round = 0; round < 2; round += 1) {
    sets.forEach((one, index) => {
      assert.deepEqual(one.events()[0].event, event(`event-${index}`));
      assert.deepEqual(rules(first.validate(bundle)), []);
    });
  }
  assert.deepEqual(rules(validateBundle(bundle)), ["msg-event-unknown"]);
});

test("responseRequired says which answers there are, and both ends know it", async () => {
  const known = {
    always: { ok: "200 ok", "fatal-error": "200 refused", "transient-error": "200 failed" },
    never: { ok: "204 accepted", "fatal-error": "422 refused", "transient-error": "503 failed" },
    "on-error": { ok: "204 accepted", "fatal-error": "200 refused", "transient-error": "200 failed" },
    "on-success": { ok: "200 ok", "fatal-error": "422 refused", "transient-error": "503 failed" },
  };
  for (const [responseRequired, expected] of Object.entries(known)) {
    const own = new Validator({ resources: { ...definition, responseRequired } });
    const { text } = own.compose("patient-merge", { focus: patients("a", "b"), source });
    // A code that does not exist is the handler's fault, whether or not there would be an answer.
    for (const [code, what] of Object.entries({ ...expected, fine: expected["transient-error"] })) {
      const errors = [];
      const receiver = createReceiver({
        validator: own,
        handlers: { [eventKey(definition.eventCoding)]: () => ({ code }) },
        onError: (error) => errors.push(error),
      });
      const statuses = [];
      const fetch = async (url, init) => {
        const response = await receiver(new Request(url, init));
        statuses.push(response.status);
        return response;
      };
      const { outcome } = await sendMessage(text, { base: "https://fhir.example.org", validator: own, fetch, retry: false });
      assert.equal(`${statuses} ${outcome}`, what, `${responseRequired}: ${code}`);
      assert.equal(errors.length, code === "fine" ? 1 : 0);
    }
  }
});

test("the same object given twice to compose is one entry", () => {
  const source = { endpoint: "http://a.example" };
  const referral = { resourceType: "ServiceRequest", status: "active", intent: "order", subject: { reference: "Patient/p" } };
  const patient = { resourceType: "Patient", id: "p" };
  const entry = { fullUrl: "http://a.example/Patient/p", resource: patient };
  const types = (composition) =>
    validator.compose("submit-service-request", { source, ...composition }).bundle.entry.map(({ resource }) => resource.resourceType);
  for (const composition of [
    { focus: [referral, referral], resources: [patient, patient] },
    { focus: referral, resources: [patient, referral] },
    { focus: referral, resources: [entry, entry] },
    { focus: referral, resources: [entry, referral, entry, referral] },
  ]) {
    assert.deepEqual(types(composition), ["MessageHeader", "ServiceRequest", "Patient"]);
  }
  const { bundle } = validator.compose("submit-service-request", { source, focus: [referral, referral], resources: patient });
  assert.equal(bundle.entry[0].resource.focus.length, 1);
  // Two that are alike are two.
  assert.equal(types({ focus: [referral, { ...referral }], resources: patient }).length, 4);
});
