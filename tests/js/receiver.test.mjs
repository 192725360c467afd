// Posts to the receiver through real HTTP, as a sender would.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
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
    // The structure of any R4 resource is validated where it is in a message.
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

  test("a Bundle in a Parameters resource is validated as its text is, repeated names and all", async () => {
    const twice = submit.replace('"type": "message"', '"type": "message", "type": "message"');
    assert.notEqual(twice, submit);
    const outcome = await assertRefused(
      await receiver.post(`{"resourceType":"Parameters","parameter":[{"name":"content","resource":${twice}}]}`),
      422,
    );
    assert.deepEqual(
      outcome.issue.filter(({ severity }) => severity === "error").map(({ details }) => details.coding[0].code),
      ["json-duplicate-key"],
    );
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

  test("an event that it has no handler for is refused", async () => {
    const unknown = submit.replace('"code": "submit-service-request"', '"code": "close-service-request"');
    await assertRefused(await receiver.post(unknown), 422, "not-supported");
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
      "",
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

  test("the type that the sender prefers: Accept with its weights, and _format before it", async () => {
    const typeOf = async (accept, path) => {
      const response = await receiver.post(submit, { path, headers: accept === undefined ? {} : { Accept: accept } });
      return response.status === 200 ? response.headers.get("content-type").split(";")[0] : response.status;
    };
    for (const [accept, type] of [
      ["application/json, application/fhir+json", FHIR_JSON],
      ["application/fhir+json;q=0.5, application/json", "application/json"],
      ["application/fhir+json;q=0, */*", "application/json"],
      ["application/*;q=0.1", FHIR_JSON],
      ["application/fhir+json; fhirVersion=4.0", FHIR_JSON],
      ["application/fhir+json; fhirVersion=5.0", 406],
      ["*/*;q=0", 406],
      ["text/html", 406],
    ]) {
      assert.equal(await typeOf(accept), type, accept);
    }
    for (const [format, type] of [
      ["json", FHIR_JSON],
      ["text/json", FHIR_JSON],
      ["application/json", FHIR_JSON],
      ["application/fhir%2Bjson", FHIR_JSON],
      ["application/fhir+json", FHIR_JSON],
      ["application/fhir%2Bjson;fhirVersion=4.0", FHIR_JSON],
      ["application/fhir%2Bjson;fhirVersion=3.0", 406],
      ["application/fhir%2Bxml", 406],
      ["", 406],
    ]) {
      assert.equal(await typeOf("text/html", `/$process-message?_format=${format}`), type, format);
    }
    assert.equal((await fetch(`${receiver.base}/metadata?_format=ttl`)).status, 406);
  });

  test("a body that is compressed is refused, and says so", async () => {
    for (const encoding of ["gzip", "br", "identity, gzip"]) {
      const response = await receiver.post(gzipSync(submit), { headers: { "Content-Encoding": encoding } });
      assert.equal(response.headers.get("accept-encoding"), "identity");
      await assertRefused(response, 415, "not-supported");
    }
    assert.equal((await receiver.post(submit, { headers: { "Content-Encoding": "identity" } })).status, 200);
  });

  test("a body that breaks off is not an error of the receiver: it may come again", async () => {
    const errors = [];
    const handler = createReceiver({ onError: (error) => errors.push(error) });
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(submit.slice(0, 100))),
      pull: (controller) => controller.error(new Error("cut")),
    });
    const headers = { "Content-Type": FHIR_JSON };
    const request = new Request("http://a.example/$process-message", { method: "POST", headers, body, duplex: "half" });
    await assertRefused(await handler(request), 408, "timeout");
    assert.deepEqual(errors, []);
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
    for (const method of ["PUT", "PATCH", "DELETE"]) await assertRefused(await receiver.post(submit, { method }), 405, "not-supported");
    const elsewhere = await fetch(`${receiver.base}/Patient/1`, { method: "OPTIONS" });
    await assertRefused(elsewhere, 404, "not-found");
    assert.equal((await receiver.post(submit, { path: "/%24process-message" })).status, 200);
  });

  test("a request of HTTP/1.0 names no host", async () => {
    const { hostname, port } = new URL(receiver.base);
    const socket = connect(Number(port), hostname);
    socket.end("GET /fhir/metadata HTTP/1.0\r\n\r\n");
    const answer = await text(socket);
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /"url":"http:\/\/localhost\/fhir"/);
  });

  test("HEAD is answered as GET is, without a body, by the handler itself", async () => {
    const handler = createReceiver();
    const ask = (path, method) => handler(new Request(`http://a.example/fhir${path}`, { method }));
    for (const [path, status] of [
      ["/metadata", 200],
      ["/Patient/1", 404],
      ["/$process-message", 405],
    ]) {
      const head = await ask(path, "HEAD");
      assert.deepEqual([head.status, head.body], [status, null], path);
      assert.equal(head.headers.get("content-type"), (await ask(path, "GET")).headers.get("content-type"));
    }
    assert.equal((await ask("/$process-message", "HEAD")).headers.get("allow"), "POST, OPTIONS");
  });

  test("a bearer token is asked for where the receiver wants one", async () => {
    const guarded = await start({ authorize: async (token) => token === "letter-box" });
    const refused = await guarded.post(submit);
    assert.equal(refused.headers.get("www-authenticate"), 'Bearer realm="fhirpost"');
    await assertRefused(refused, 401, "login");
    const other = await guarded.post(submit, { headers: { Authorization: "Bearer other" } });
    assert.equal(other.headers.get("www-authenticate"), 'Bearer realm="fhirpost", error="invalid_token"');
    await assertRefused(other, 401, "login");
    await assertRefused(await guarded.post(submit, { headers: { Authorization: "Basic letter-box" } }), 401, "login");
    assert.equal((await guarded.post(submit, { headers: { Authorization: "Bearer letter-box" } })).status, 200);
    assert.equal((await fetch(`${guarded.base}/metadata`)).status, 200);
    await guarded.stop();
  });

  test("messages are validated as the receiver was told to", async () => {
    const invalid = submit.replace('"intent"', '"intend"');
    const statusOf = async (validate, body) => {
      const validating = await start({
        validate,
        handlers: { "http://ntst.com/fhir/message-events|submit-service-request": () => undefined },
      });
      const response = await validating.post(body);
      const text = await response.text();
      await validating.stop();
      // What the receiver lets pass is not validated anew when it is answered.
      if (response.status === 200) assert.equal(JSON.parse(text).entry[0].resource.response.code, "ok");
      return response.status;
    };
    assert.equal(await statusOf({}, invalid), 422);
    assert.equal(await statusOf({ severities: { "element-unknown": "warning", "element-missing": "warning" } }, invalid), 200);
    assert.equal(await statusOf(false, invalid), 200);
    // What is not read as a message cannot be processed, validated or not.
    assert.equal(await statusOf(false, "{"), 400);
    assert.equal(await statusOf(false, '{"resourceType":"Bundle","type":"message"}'), 422);
    assert.equal(await statusOf(false, submit.replace(/"id": "[^"]+"/, '"id": 7')), 422);
    let given;
    const own = async (message) => {
      given = message;
      return { ...validateBundle(message), valid: false, counts: { fatal: 0, error: 1, warning: 0, information: 0 } };
    };
    assert.equal(await statusOf(own, submit), 422);
    assert.equal(given.text, submit);
    assert.throws(() => createReceiver({ validate: { showValue: true } }), TypeError);
    // The Bundle has to be a message, whatever the options say.
    assert.equal(await statusOf({ as: "bundle" }, '{"resourceType":"Bundle","type":"collection"}'), 422);
  });

  test("the answer to a message that was not validated is valid nevertheless", async () => {
    const careless = await start({ validate: false });
    const broken = submit.replace(/"endpoint": "[^"]+"/g, '"endpoint": 7').replace("submit-service-request", "submit-service-request ");
    await assertRefused(await careless.post(broken), 422, "not-supported");
    const response = await careless.post(submit.replace(/"endpoint": "[^"]+"/g, '"endpoint": 7'));
    assert.equal(response.status, 200);
    assert.ok(validateBundle(await response.text()).valid);
    await careless.stop();
  });

  test("a handler returns resources, or issues, or nothing", async () => {
    const answers = [];
    const issue = (severity) => ({ severity, code: "processing", details: { text: "about the referral" } });
    for (const outcome of [
      undefined,
      { resources: [{ resourceType: "Patient", id: "p" }] },
      { issues: [issue("warning")] },
      { issues: [issue("error")] },
      { code: "transient-error", issues: [issue("error")] },
      { resources: [{ resourceType: "Patient", birthDate: "yesterday" }] },
      { code: "fine" },
      "transient-error",
      { code: undefined, issues: [issue("error")] },
    ]) {
      const errors = [];
      const handler = createReceiver({ onError: (error) => errors.push(error) });
      handler.on({ system: "http://ntst.com/fhir/message-events", code: "submit-service-request" }, () => outcome);
      const headers = { "Content-Type": FHIR_JSON };
      const response = await handler(new Request("http://a.example/fhir/$process-message", { method: "POST", headers, body: submit }));
      const text = await response.text();
      assert.ok(validateBundle(text).valid);
      const { code } = JSON.parse(text).entry[0].resource.response;
      answers.push([code, JSON.parse(text).entry.some(({ resource }) => resource.resourceType === "Patient"), errors.length]);
    }
    assert.deepEqual(answers, [
      ["ok", false, 0],
      ["ok", true, 0],
      ["ok", false, 0],
      ["fatal-error", false, 0],
      ["transient-error", false, 0],
      // An answer that would not be valid is the handler's fault, and not for the sender.
      ["transient-error", false, 1],
      ["transient-error", false, 1],
      ["transient-error", false, 1],
      ["fatal-error", false, 0],
    ]);
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
