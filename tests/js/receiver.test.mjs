// Posts to the receiver through real HTTP, as a sender would.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import init, { createReceiver, nodeListener, validateBundle } from "fhirpost";

const FHIR_JSON = "application/fhir+json";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const example = (name) => readFile(new URL(`../../www/examples/${name}.json`, import.meta.url), "utf8");
const [submit, update, broken] = await Promise.all(
  ["submit-service-request", "update-service-request", "submit-service-request-broken"].map(example),
);

/** Starts a receiver on a free port; `post` sends to it as the specification says, but for what `changes` say. */
async function start(options) {
  const server = createServer(nodeListener(createReceiver(options)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${server.address().port}/fhir`;
  return {
    base,
    post: (body, { path = "/$process-message", headers, method = "POST" } = {}) =>
      fetch(base + path, { method, body, headers: { "Content-Type": FHIR_JSON, Accept: FHIR_JSON, ...headers } }),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function assertRefused(response, status, code) {
  assert.equal(response.status, status);
  assert.match(response.headers.get("content-type"), /^application\/fhir\+json/);
  const outcome = await response.json();
  assert.equal(outcome.resourceType, "OperationOutcome");
  assert.ok(outcome.issue.length > 0);
  if (code !== undefined) assert.equal(outcome.issue[0].code, code);
  return outcome;
}

async function assertAnswered(response, request) {
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^application\/fhir\+json/);
  assert.equal(response.headers.get("cache-control"), "no-store");
  const text = await response.text();
  const report = validateBundle(text);
  assert.deepEqual(
    report.issues.filter((issue) => issue.severity === "error" || issue.severity === "fatal"),
    [],
  );
  const bundle = JSON.parse(text);
  const header = bundle.entry[0].resource;
  const sent = JSON.parse(request);
  assert.equal(header.response.identifier, sent.entry[0].resource.id);
  assert.equal(header.response.code, "ok");
  assert.notEqual(bundle.id, sent.id);
  assert.notEqual(header.id, sent.entry[0].resource.id);
  const named = header.focus.map(({ reference }) => bundle.entry.find(({ fullUrl }) => fullUrl.endsWith(reference))?.resource);
  return { bundle, header, named };
}

/** Every string value of a message that could tell something about a person or a system. */
function valuesOf(message) {
  const values = [];
  JSON.stringify(JSON.parse(message), (_, value) => {
    if (typeof value === "string" && value.length > 5) values.push(value);
    return value;
  });
  return values;
}

/** Codes and names of the specification, which a text may use whether or not the message does. */
const WORDS_OF_R4 = new Set(["QuestionnaireResponse", "ServiceRequest", "MessageHeader", "message", "active", "completed"]);

describe("the receiver", () => {
  let receiver;
  before(async () => {
    await init();
    receiver = await start({ maxBytes: 100_000 });
  });
  after(() => receiver.stop());

  test("metadata says what it can do, in R4", async () => {
    const response = await fetch(`${receiver.base}/metadata`);
    assert.equal(response.status, 200);
    const statement = await response.json();
    assert.equal(statement.fhirVersion, "4.0.1");
    assert.equal(statement.kind, "instance");
    assert.equal(statement.implementation.url, receiver.base);
    assert.equal(statement.rest[0].operation[0].definition, "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message");
    assert.deepEqual(
      statement.messaging[0].supportedMessage.map(({ definition }) => definition),
      ["submit", "update"].map((verb) => `http://ntst.com/fhir/MessageDefinition/${verb}-service-request`),
    );
    // The structure of any R4 resource is judged where it stands in a message.
    const message = {
      resourceType: "Bundle",
      id: "b",
      type: "message",
      entry: [
        {
          fullUrl: "http://a.example/fhir/MessageHeader/h",
          resource: {
            resourceType: "MessageHeader",
            id: "h",
            eventUri: "http://a.example/e",
            source: { endpoint: "http://a.example" },
            focus: [{ reference: "CapabilityStatement/c" }],
          },
        },
        { fullUrl: "http://a.example/fhir/CapabilityStatement/c", resource: { ...statement, id: "c" } },
      ],
    };
    assert.deepEqual(
      validateBundle(message)
        .issues.filter(({ severity }) => severity !== "information")
        .map(({ rule }) => rule),
      ["msg-event-unknown"],
    );
  });

  test("a new referral is created under a new id", async () => {
    const { named } = await assertAnswered(await receiver.post(submit), submit);
    assert.equal(named.length, 1);
    assert.equal(named[0].resourceType, "ServiceRequest");
    assert.match(named[0].id, UUID);
    assert.equal(named[0].meta.versionId, "1");
    assert.equal(named[0].code.text, "Referral to outpatient psychiatry");
  });

  test("a referral that is changed keeps its id", async () => {
    const { named } = await assertAnswered(await receiver.post(update), update);
    assert.deepEqual(
      [named.length, named[0].resourceType, named[0].id, named[0].priority],
      [1, "ServiceRequest", "referral-2093", "urgent"],
    );
  });

  test("the time and the ids of the answer are those that it is given", async () => {
    let last = 0;
    const ids = () => `00000000-0000-4000-8000-${String(++last).padStart(12, "0")}`;
    const other = await start({ now: () => new Date("2026-01-31T12:00:00Z"), ids, base: "https://receiver.example.org/fhir/" });
    const { bundle, header } = await assertAnswered(await other.post(submit), submit);
    assert.equal(new Date(bundle.timestamp).toISOString(), "2026-01-31T12:00:00.000Z");
    assert.match(bundle.id, /^00000000-0000-4000-8000-/);
    assert.equal(header.source.endpoint, "https://receiver.example.org/fhir");
    assert.equal(header.destination[0].endpoint, "https://riverbend.example.org/fhir");
    await other.stop();
  });

  test("a message of urns is answered with references that lead somewhere or say so", async () => {
    const urns = new Map();
    const bundle = JSON.parse(submit);
    for (const [index, entry] of bundle.entry.entries()) {
      const { resourceType, id } = entry.resource;
      urns.set(`${resourceType}/${id}`, `urn:uuid:00000000-0000-4000-8000-${String(index).padStart(12, "0")}`);
      entry.fullUrl = urns.get(`${resourceType}/${id}`);
    }
    const renamed = JSON.stringify(bundle).replace(/"reference":"([^"]+)"/g, (whole, reference) =>
      urns.has(reference) ? `"reference":"${urns.get(reference)}"` : whole,
    );
    await assertAnswered(await receiver.post(renamed), renamed);
  });

  test("the Bundle may come in a Parameters resource", async () => {
    const parameters = (...parameter) => JSON.stringify({ resourceType: "Parameters", parameter });
    const content = { name: "content", resource: JSON.parse(submit) };
    await assertAnswered(await receiver.post(parameters(content)), submit);
    await assertAnswered(await receiver.post(parameters(content, { name: "async", valueBoolean: false })), submit);
    await assertRefused(await receiver.post(parameters(content, { name: "async", valueBoolean: true })), 400, "not-supported");
    await assertRefused(
      await receiver.post(parameters(content, { name: "response-url", valueUrl: "https://a.example" })),
      400,
      "not-supported",
    );
    await assertRefused(await receiver.post(parameters(content, content)), 400, "required");
    await assertRefused(await receiver.post(parameters()), 400, "required");
    await assertRefused(await receiver.post('{"resourceType":"Parameters","parameter":[null,7]}'), 400, "required");
  });

  test("an invalid message is refused with every error, and without its values", async () => {
    const outcome = await assertRefused(await receiver.post(broken), 422);
    assert.equal(outcome.issue.filter(({ severity }) => severity === "error").length, 5);
    // Where and what kind of fault, but never the words of the message: an answer may end up in a log.
    const texts = outcome.issue.flatMap(({ details, diagnostics }) => [details.text, diagnostics ?? ""]).join("\n");
    const told = valuesOf(broken).filter((value) => texts.includes(value) && !WORDS_OF_R4.has(value));
    assert.deepEqual(told, []);
  });

  test("what cannot be read is told from what is not valid", async () => {
    await assertRefused(await receiver.post(submit.slice(0, 500)), 400, "structure");
    await assertRefused(await receiver.post(""), 400);
    await assertRefused(
      await receiver.post(Buffer.concat([Buffer.from('{"resourceType":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])),
      400,
    );
    await assertRefused(await receiver.post("[".repeat(50_000)), 400);
    await assertRefused(await receiver.post('{"resourceType":"Patient"}'), 400, "invalid");
    await assertRefused(await receiver.post("null"), 400, "invalid");
    await assertRefused(await receiver.post('{"resourceType":"Bundle","type":"batch"}'), 422);
  });

  test("an event that it has no handler for, and an answer, are refused", async () => {
    const unknown = submit.replace('"code": "submit-service-request"', '"code": "close-service-request"');
    await assertRefused(await receiver.post(unknown), 422, "not-supported");
    const answer = await (await receiver.post(submit)).text();
    await assertRefused(await receiver.post(answer), 422, "not-supported");
  });

  test("asynchronous sending is refused, not ignored", async () => {
    await assertRefused(await receiver.post(submit, { path: "/$process-message?async=true" }), 400, "not-supported");
    await assertRefused(await receiver.post(submit, { path: "/$process-message?response-url=https://a.example" }), 400, "not-supported");
    assert.equal((await receiver.post(submit, { path: "/$process-message?async=false" })).status, 200);
  });

  test("media types", async () => {
    for (const type of [
      "application/xml",
      "text/plain",
      "application/fhir+json; charset=latin1",
      "application/fhir+json; fhirVersion=3.0",
    ]) {
      await assertRefused(await receiver.post(submit, { headers: { "Content-Type": type } }), 415, "not-supported");
    }
    assert.equal((await receiver.post(submit, { headers: { "Content-Type": 'application/json; charset="UTF-8"' } })).status, 200);
    await assertRefused(await receiver.post(submit, { headers: { Accept: "application/fhir+xml" } }), 406, "not-supported");
    await assertRefused(await receiver.post(submit, { headers: { Accept: "application/fhir+json;q=0" } }), 406, "not-supported");
    await assertRefused(await receiver.post(submit, { path: "/$process-message?_format=xml" }), 406, "not-supported");
    assert.equal((await receiver.post(submit, { headers: { Accept: "text/html, */*;q=0.1" } })).status, 200);
    const plain = await receiver.post(submit, { headers: { Accept: "application/json" } });
    assert.match(plain.headers.get("content-type"), /^application\/json/);
  });

  test("a body that is too long is refused, whether or not it says its length", async () => {
    const long = " ".repeat(2_000_000);
    await assertRefused(await receiver.post(long), 413, "too-long");
    const stream = new Blob([long]).stream();
    const response = await fetch(`${receiver.base}/$process-message`, {
      method: "POST",
      body: stream,
      duplex: "half",
      headers: { "Content-Type": FHIR_JSON },
    });
    await assertRefused(response, 413, "too-long");
  });

  test("other methods and addresses", async () => {
    const get = await fetch(`${receiver.base}/$process-message`);
    assert.equal(get.headers.get("allow"), "POST, OPTIONS");
    await assertRefused(get, 405);
    await assertRefused(await fetch(`${receiver.base}/metadata`, { method: "DELETE" }), 405);
    await assertRefused(await fetch(`${receiver.base}/Patient/1`), 404, "not-found");
    const options = await fetch(`${receiver.base}/$process-message`, { method: "OPTIONS" });
    assert.deepEqual([options.status, options.headers.get("allow")], [204, "POST, OPTIONS"]);
    const head = await fetch(`${receiver.base}/metadata`, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
    assert.equal((await receiver.post(submit, { path: "/%24process-message" })).status, 200);
  });

  test("a bearer token is asked for where the receiver wants one", async () => {
    const guarded = await start({ authorize: async (token) => token === "letter-box" });
    const refused = await guarded.post(submit);
    assert.match(refused.headers.get("www-authenticate"), /^Bearer/);
    await assertRefused(refused, 401, "login");
    await assertRefused(await guarded.post(submit, { headers: { Authorization: "Bearer other" } }), 401, "login");
    assert.equal((await guarded.post(submit, { headers: { Authorization: "Bearer letter-box" } })).status, 200);
    assert.equal((await fetch(`${guarded.base}/metadata`)).status, 200);
    await guarded.stop();
  });

  test("a handler that throws leaks nothing", async () => {
    const handlers = {
      "http://ntst.com/fhir/message-events|submit-service-request": ({ bundle }) => {
        throw new Error(`no place for ${bundle.entry[2].resource.birthDate}`);
      },
    };
    const failing = await start({ handlers });
    const response = await failing.post(submit);
    const text = await response.text();
    await failing.stop();
    assert.equal(response.status, 200);
    assert.equal(JSON.parse(text).entry[0].resource.response.code, "transient-error");
    assert.doesNotMatch(text, /1987/);
  });

  test("nothing is written to the log", async (t) => {
    const logs = ["log", "info", "warn", "error", "debug"].map((name) => t.mock.method(console, name, () => {}));
    await receiver.post(submit);
    await receiver.post(broken);
    await receiver.post("{");
    for (const log of logs) assert.equal(log.mock.callCount(), 0);
  });
});
