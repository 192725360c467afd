// Events that users bring, and composing.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import {
  checkCapability,
  composeMessage,
  createReceiver,
  eventKey,
  knownEvents,
  Messaging,
  nodeListener,
  routeMessage,
  sendMessage,
  validateBundle,
} from "fhirpost";

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

test("a set of events knows what the built-in one does not", () => {
  const messaging = new Messaging({ definitions: [definition] });
  assert.deepEqual(messaging.problems, []);
  const { message, report } = messaging.composeMessage("patient-merge", { focus: patients("a", "b"), source });
  assert.deepEqual(report.issues, []);
  assert.deepEqual(message.entry[0].resource.eventCoding, { system: SYSTEM, code: "patient-merge" });
  assert.deepEqual(rules(messaging.validateBundle(message)), []);
  assert.deepEqual(rules(validateBundle(message)), ["msg-event-unknown"], "nobody else has to know it");
  assert.equal(messaging.routeMessage(message).category, "notification");
  assert.equal(routeMessage(message).supported, false);
  assert.deepEqual(rules(messaging.composeMessage("patient-merge", { focus: patients("a"), source }).report), ["msg-focus"]);
});

test("sets do not mix", () => {
  const codes = ({ events }) => events.map(({ event }) => event.code);
  const other = { ...definition, url: `${definition.url}2`, eventCoding: { system: SYSTEM, code: "other" } };
  const [one, two] = [new Messaging({ definitions: definition }), new Messaging({ definitions: JSON.stringify(other) })];
  const builtIn = ["submit-service-request", "update-service-request"];
  assert.deepEqual(codes(one), ["patient-merge", ...builtIn]);
  assert.deepEqual(codes(two), ["other", ...builtIn]);
  assert.deepEqual(codes({ events: knownEvents() }), builtIn);
  // One inside the other, and after an error.
  assert.deepEqual(
    one.with(() => [codes(two), codes({ events: knownEvents() })]),
    [codes(two), codes(one)],
  );
  one.with(() => {
    assert.deepEqual(codes(new Messaging()), builtIn);
    assert.deepEqual(codes({ events: knownEvents() }), codes(one), "a set that is made inside changes nothing there");
  });
  assert.throws(() => one.with(() => assert.fail("inside")));
  assert.throws(() => one.with(async () => {}), { name: "TypeError", message: /synchronous calls only/ });
  assert.deepEqual(codes({ events: knownEvents() }), builtIn);
  assert.deepEqual(one.events[0].focus, [{ type: "Patient", min: 2, max: 2 }]);
});

test("what makes no sense is named", () => {
  const messaging = new Messaging({ definitions: [{ ...definition, category: "sometimes" }, "{", definition] });
  assert.deepEqual(
    messaging.problems.map((problem) => problem.definition),
    ["definitions[1]", definition.url],
  );
  assert.equal(messaging.events.length, 3);
  const [other] = new Messaging({ definitions: [{ resourceType: "Patient" }] }).problems;
  assert.equal(other.definition, "definitions[0]");
  assert.match(other.problem, /^is not a MessageDefinition or GraphDefinition/);
  assert.throws(() => new Messaging({ definitions: [7] }), { name: "TypeError", message: /^definitions\[0\] must be/ });
  const bundle = { resourceType: "Bundle", type: "collection", entry: [{ resource: definition }] };
  assert.equal(new Messaging({ definitions: new TextEncoder().encode(JSON.stringify(bundle)) }).events.length, 3);
});

test("composing says what is missing, and throws only for what is no material", () => {
  const { message, text, report } = composeMessage("submit-service-request", { source });
  assert.deepEqual(JSON.parse(text), message);
  assert.equal(report.valid, false);
  assert.ok(report.issues.some(({ rule }) => rule === "msg-focus" || rule === "msg-content"));
  const now = new Date("2026-11-28T12:00:00Z");
  const ids = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
  assert.equal(composeMessage({ uri: "https://example.org/event" }, { now, ids, source }).message.timestamp, "2026-11-28T12:00:00.000Z");
  assert.equal(
    composeMessage("https://example.org/event", { ids, source }).message.entry[0].resource.eventUri,
    "https://example.org/event",
  );
  const wrong = (event, composition, message) => assert.throws(() => composeMessage(event, composition), { name: "TypeError", message });
  wrong(7, {}, /^event must be/);
  wrong("x", { focus: [1] }, /^options\.focus must be/);
  wrong("x", { source: "https://example.org" }, /^options\.source must be/);
  wrong("x", { header: { focus: [] } }, /^options\.header\.focus/);
  wrong("x", { base: "v4" }, /^options\.base must be/);
  wrong("x", { ids: ["1", "2"] }, /^options\.ids\[0\] must be/);
  wrong("x", { focusing: [] }, /options\.focusing is not an option/);
});

test("an event of the user's own, sent and received", async () => {
  const messaging = new Messaging({ definitions: [definition] });
  const bundleIds = [];
  let calls = 0;
  const receiver = createReceiver({ messaging, handlers: {} });
  receiver.on({ system: SYSTEM, code: "patient-merge" }, ({ route }) => {
    bundleIds.push(route.bundleId);
    calls += 1;
    return { code: calls === 1 ? "transient-error" : "ok", resources: calls === 1 ? [] : patients("merged") };
  });
  const server = createServer(nodeListener(receiver)).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  try {
    const base = `http://127.0.0.1:${server.address().port}/fhir`;
    const { message } = messaging.composeMessage("patient-merge", { focus: patients("a", "b"), source });
    const result = await sendMessage(message, { base, messaging, capability: true, sleep: async () => {} });
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
    assert.deepEqual(
      messaging.with(() => checkCapability(statement, message)),
      [],
    );
  } finally {
    server.close();
  }
});

test("a set that was freed says so, and frees nothing of the others", async () => {
  const [messaging, other] = [new Messaging({ definitions: definition }), new Messaging({ definitions: definition })];
  const { message, text } = messaging.composeMessage("patient-merge", { focus: patients("a", "b"), source });
  const receiver = createReceiver({ messaging, handlers: { [eventKey(definition.eventCoding)]: () => undefined } });
  const post = async (body) => {
    const headers = { "Content-Type": "application/fhir+json" };
    return (await receiver(new Request("https://example.org/$process-message", { method: "POST", headers, body }))).status;
  };
  assert.equal(await post(text), 200);
  messaging.free();
  messaging.free();
  const freed = { name: "TypeError", message: /^messaging was freed/ };
  assert.throws(() => messaging.validateBundle(message), freed);
  assert.throws(() => messaging.events, freed);
  assert.throws(() => messaging.with(() => 1), freed);
  assert.throws(() => createReceiver({ messaging }), freed);
  await assert.rejects(sendMessage(message, { base: "https://fhir.example.org", messaging, fetch: () => assert.fail() }), freed);
  assert.equal(await post(text), 500);
  assert.deepEqual(rules(other.validateBundle(message)), []);
  assert.deepEqual(rules(new Messaging({ definitions: definition }).validateBundle(message)), []);
  assert.deepEqual(rules(validateBundle(message)), ["msg-event-unknown"]);

  // In the middle of its own work it is known to the end.
  const [one, two] = [new Messaging({ definitions: definition }), new Messaging({ definitions: definition })];
  one.with(() => {
    one.free();
    assert.deepEqual(rules(validateBundle(message)), []);
    two.with(() => {
      two[Symbol.dispose]();
      assert.deepEqual(rules(validateBundle(message)), []);
    });
    assert.deepEqual(rules(validateBundle(message)), []);
  });
  assert.throws(() => two.events, freed);
  assert.deepEqual(rules(validateBundle(message)), ["msg-event-unknown"]);
  assert.deepEqual(rules(other.validateBundle(message)), []);
});

test("more sets than the core holds at once are all known", () => {
  const event = (code) => ({ system: SYSTEM, code });
  const set = (code) => new Messaging({ definitions: { ...definition, url: `${definition.url}-${code}`, eventCoding: event(code) } });
  const sets = Array.from({ length: 600 }, (_, index) => set(`event-${index}`));
  const [first] = sets;
  const { message } = first.composeMessage("event-0", { focus: patients("a", "b"), source });
  for (let round = 0; round < 2; round += 1) {
    sets.forEach((one, index) => {
      assert.deepEqual(one.events[0].event, event(`event-${index}`));
      first.with(() => {
        assert.deepEqual(one.events[0].event, event(`event-${index}`));
        assert.deepEqual(rules(validateBundle(message)), []);
      });
    });
  }
  assert.deepEqual(rules(validateBundle(message)), ["msg-event-unknown"]);
});

test("responseRequired says which answers there are, and both ends know it", async () => {
  const known = {
    always: { ok: "200 ok", "fatal-error": "200 refused", "transient-error": "200 failed" },
    never: { ok: "204 accepted", "fatal-error": "422 refused", "transient-error": "503 failed" },
    "on-error": { ok: "204 accepted", "fatal-error": "200 refused", "transient-error": "200 failed" },
    "on-success": { ok: "200 ok", "fatal-error": "422 refused", "transient-error": "503 failed" },
  };
  for (const [responseRequired, expected] of Object.entries(known)) {
    const messaging = new Messaging({ definitions: { ...definition, responseRequired } });
    const { text } = messaging.composeMessage("patient-merge", { focus: patients("a", "b"), source });
    // A code that is none is the handler's fault, whether or not there would be an answer.
    for (const [code, what] of Object.entries({ ...expected, fine: expected["transient-error"] })) {
      const errors = [];
      const receiver = createReceiver({
        messaging,
        handlers: { [eventKey(definition.eventCoding)]: () => ({ code }) },
        onError: (error) => errors.push(error),
      });
      const statuses = [];
      const fetch = async (url, init) => {
        const response = await receiver(new Request(url, init));
        statuses.push(response.status);
        return response;
      };
      const { outcome } = await sendMessage(text, { base: "https://fhir.example.org", messaging, fetch, retry: false });
      assert.equal(`${statuses} ${outcome}`, what, `${responseRequired}: ${code}`);
      assert.equal(errors.length, code === "fine" ? 1 : 0);
    }
  }
});

test("the same object given twice to composeMessage is one entry", () => {
  const source = { endpoint: "http://a.example" };
  const referral = { resourceType: "ServiceRequest", status: "active", intent: "order", subject: { reference: "Patient/p" } };
  const patient = { resourceType: "Patient", id: "p" };
  const entry = { fullUrl: "http://a.example/Patient/p", resource: patient };
  const types = (composition) =>
    composeMessage("submit-service-request", { source, ...composition }).message.entry.map(({ resource }) => resource.resourceType);
  for (const composition of [
    { focus: [referral, referral], resources: [patient, patient] },
    { focus: referral, resources: [patient, referral] },
    { focus: referral, resources: [entry, entry] },
    { focus: referral, resources: [entry, referral, entry, referral] },
  ]) {
    assert.deepEqual(types(composition), ["MessageHeader", "ServiceRequest", "Patient"]);
  }
  const { message } = composeMessage("submit-service-request", { source, focus: [referral, referral], resources: patient });
  assert.equal(message.entry[0].resource.focus.length, 1);
  // Two that are alike are two.
  assert.equal(types({ focus: [referral, { ...referral }], resources: patient }).length, 4);
});
