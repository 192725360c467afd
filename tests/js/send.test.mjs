// Sends messages through real HTTP: to servers that behave in every way that a server can, and to the project's own receiver.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import init, {
  checkCapability,
  checkScopes,
  createReceiver,
  explainNetworkFailure,
  nodeListener,
  prepareRequest,
  readAnswer,
  readCapability,
  sendMessage,
} from "fhirpost";

await init();

const FHIR_JSON = "application/fhir+json";
const text = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const message = () => JSON.parse(text);
const BUNDLE_ID = message().id;
const MESSAGE_ID = message().entry[0].resource.id;
const TOKEN = "letter-box-token";

const servers = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server on a free port. `answers` are taken in turn, the last one for all that follow; `requests` is what came. */
async function start(...answers) {
  const requests = [];
  const server = createServer((incoming, outgoing) => {
    const chunks = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      requests.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body });
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      if (typeof answer === "function") return answer(outgoing, body);
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  servers.push(server);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { base: `http://127.0.0.1:${server.address().port}/fhir`, requests, server };
}

async function startReceiver(options) {
  const seen = [];
  const receiver = createReceiver(options);
  const server = createServer(
    nodeListener((request) => {
      seen.push(request.headers.get("authorization"));
      return receiver(request);
    }),
  );
  servers.push(server);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { base: `http://127.0.0.1:${server.address().port}/fhir`, seen };
}

/** Sends without waiting, and keeps what was waited for and what was told. */
async function send(options, what = text) {
  const waits = [];
  const progress = [];
  const sleep = async (milliseconds) => void waits.push(milliseconds);
  const onProgress = (event) => void progress.push(event);
  const result = await sendMessage(what, { token: TOKEN, random: () => 1, sleep, onProgress, ...options });
  return { ...result, waits, progress };
}

const outcome = (severity, code, words) => ({
  resourceType: "OperationOutcome",
  issue: [{ severity, code, details: { text: words }, location: ["Bundle.entry[1]"] }],
});
const fhir = (status, resource, headers = {}) => ({
  status,
  headers: { "Content-Type": FHIR_JSON, ...headers },
  body: JSON.stringify(resource),
});
const page = (status, type, body, headers = {}) => ({ status, headers: { "Content-Type": type, ...headers }, body });

/** An answer to the message that came in. */
const answered =
  (code, change = {}) =>
  (outgoing, body) => {
    const header = JSON.parse(body).entry[0].resource;
    const answer = {
      resourceType: "Bundle",
      id: "answer-1",
      type: "message",
      entry: [
        {
          fullUrl: "urn:uuid:5f2b3c1e-0000-4000-8000-000000000001",
          resource: {
            resourceType: "MessageHeader",
            id: "h-1",
            eventCoding: header.eventCoding,
            source: { endpoint: "http://receiver.example" },
            response: { identifier: header.id, code, ...change },
          },
        },
        { fullUrl: "http://receiver.example/ServiceRequest/sr-1", resource: { resourceType: "ServiceRequest", id: "sr-1" } },
      ],
    };
    outgoing.writeHead(200, { "Content-Type": FHIR_JSON }).end(JSON.stringify(answer));
  };

const rulesOf = (issues) => issues.map(({ rule }) => rule);
const jwt = (claims) => `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

describe("prepareRequest", () => {
  const base = "https://fhirtest.netsmartcloud.com/v4";

  test("gives what Netsmart documents, and the message as it was given", () => {
    const prepared = prepareRequest(base, text, { token: TOKEN });
    assert.deepEqual(
      { ...prepared, body: undefined },
      {
        method: "POST",
        url: `${base}/$process-message`,
        metadataUrl: `${base}/metadata`,
        headers: { Accept: FHIR_JSON, "Content-Type": FHIR_JSON, Authorization: `Bearer ${TOKEN}` },
        profile: "netsmart",
        issues: [],
        body: undefined,
      },
    );
    assert.equal(prepared.body, text);
    const bytes = new TextEncoder().encode(text);
    assert.equal(prepareRequest(base, bytes).body, bytes);
    assert.equal(prepareRequest(base, message()).body, JSON.stringify(message()));
  });

  test("async is in the URL, or an issue where it cannot be", () => {
    const other = text.replace("http://ntst.com/fhir/message-events", "http://example.org/events");
    const elsewhere = prepareRequest("https://fhir.example.org", other, { async: true, responseUrl: "https://me.example.org/a?b" });
    assert.equal(elsewhere.url, "https://fhir.example.org/$process-message?async=true&response-url=https%3A%2F%2Fme.example.org%2Fa%3Fb");
    assert.deepEqual(elsewhere.issues, []);
    for (const [to, what, options] of [
      ["https://fhir.example.org", text, {}],
      [base, other, {}],
      ["https://fhir.example.org", other, { profile: "netsmart" }],
    ]) {
      const { issues } = prepareRequest(to, what, { async: true, token: TOKEN, ...options });
      assert.deepEqual(rulesOf(issues), ["send-async"]);
    }
    assert.deepEqual(prepareRequest(base, other, { async: true, token: TOKEN, profile: "fhir" }).issues, []);
  });

  test("a JWT is read, not verified, and not quoted", () => {
    const now = new Date("2026-11-28T12:00:00Z");
    const exp = now.getTime() / 1000;
    const ask = (claims) => prepareRequest(base, text, { token: jwt(claims), now }).issues;
    assert.deepEqual(rulesOf(ask({ exp })), ["token-expired"]);
    assert.deepEqual(rulesOf(ask({ exp: exp + 1 })), []);
    assert.deepEqual(rulesOf(ask({ scope: "openid" })), ["send-scope"]);
    assert.ok(!JSON.stringify(ask({ exp })).includes(jwt({ exp })));
  });

  test("arguments of the wrong kind throw a TypeError that names them", () => {
    for (const [call, name] of [
      [() => prepareRequest(1, text), "base"],
      [() => prepareRequest("nowhere", text), "base"],
      [() => prepareRequest("https://user:word@a.example", text), "base"],
      [() => prepareRequest("https://a.example/?x", text), "base"],
      [() => prepareRequest(base, 1), "message"],
      [() => prepareRequest(base, text, { token: 1 }), "options.token"],
      [() => prepareRequest(base, text, { tokn: "x" }), "options.tokn"],
      [() => prepareRequest(base, text, { profile: "epic" }), "options.profile"],
      [() => prepareRequest(base, text, { responseUrl: "nowhere" }), "options.responseUrl"],
      [() => prepareRequest(base, text, { now: 1 }), "options.now"],
      [() => readAnswer("200", {}, ""), "status"],
      [() => readAnswer(200, 1, ""), "headers"],
      [() => readAnswer(200, [1], ""), "headers"],
      [() => readAnswer(200, {}, {}), "body"],
      [() => readAnswer(200, {}, "", { failure: "x" }), "options.failure"],
      [() => readCapability(1), "capabilityStatement"],
      [() => checkCapability(1, text), "capabilityStatement"],
      [() => checkCapability({}, 1), "message"],
      [() => checkScopes(1), "scopes"],
    ]) {
      assert.throws(call, (error) => error instanceof TypeError && error.message.includes(name), name);
    }
  });
});

test("scopes of both versions of SMART", () => {
  assert.deepEqual(checkScopes("openid system/Messaging.write"), {
    allowed: true,
    matching: [{ scope: "system/Messaging.write", context: "system", version: 1 }],
    issues: [],
  });
  const second = checkScopes("user/Messaging.cruds");
  assert.deepEqual([second.allowed, second.matching[0].version, rulesOf(second.issues)], [true, 2, ["scope-v2"]]);
  const none = checkScopes("patient/Patient.read");
  assert.deepEqual([none.allowed, none.matching, rulesOf(none.issues)], [false, [], ["send-scope"]]);
});

test("the receiver's own CapabilityStatement is read and fits its messages", async () => {
  const { base } = await startReceiver();
  const statement = await (await fetch(`${base}/metadata`)).text();
  const read = readCapability(statement);
  assert.equal(read.operation, true);
  assert.equal(read.fhirVersion, "4.0.1");
  assert.deepEqual(read.formats, ["json"]);
  assert.equal(read.reliableCache, 24 * 60);
  const system = "http://ntst.com/fhir/message-events";
  assert.deepEqual(
    read.events.map(({ mode, event }) => [mode, event]),
    ["submit-service-request", "update-service-request"].map((code) => ["receiver", { system, code }]),
  );
  assert.deepEqual(checkCapability(statement, text), []);
  const other = text.replace('"submit-service-request"', '"cancel-service-request"');
  assert.deepEqual(rulesOf(checkCapability(statement, other)), ["capability-event"]);
  assert.deepEqual(rulesOf(readCapability("<html>").issues), ["capability-type"]);
});

describe("readAnswer", () => {
  test("takes headers in every form", () => {
    const read = (headers) => readAnswer(503, headers, null).retryAfter;
    assert.equal(read(new Headers({ "Retry-After": "9" })), 9);
    assert.equal(read({ "retry-after": "9", "set-cookie": ["a", "b"], x: undefined }), 9);
    assert.equal(read([["RETRY-AFTER", "9"]]), 9);
    assert.equal(read(new Map([["Retry-After", "9"]])), 9);
    assert.equal(read(undefined), undefined);
  });

  test("says whether the answer is to our message", () => {
    const answer = (identifier) => ({
      resourceType: "Bundle",
      type: "message",
      entry: [{ resource: { resourceType: "MessageHeader", response: { identifier, code: "ok" } } }],
    });
    const read = (identifier, options) => readAnswer(200, {}, JSON.stringify(answer(identifier)), options);
    assert.deepEqual([read(MESSAGE_ID, { message: text }).outcome, read(MESSAGE_ID, { message: text }).isOurs], ["ok", true]);
    const other = read("another", { messageId: MESSAGE_ID });
    assert.deepEqual([other.outcome, other.isOurs, rulesOf(other.issues)], ["not-fhir", false, ["answer-identifier"]]);
    assert.equal(Object.hasOwn(read("another"), "isOurs"), false);
  });
});

describe("sendMessage", () => {
  test("to the project's own receiver", async () => {
    const { base, seen } = await startReceiver({ authorize: (token) => token === TOKEN });
    const { outcome: came, answer, attempts, messageId, report, progress, body } = await send({ base, capability: true });
    assert.equal(came, "ok");
    assert.deepEqual([report.valid, messageId, answer.code, answer.isOurs, answer.status], [true, MESSAGE_ID, "ok", true, 200]);
    assert.equal(JSON.parse(body).entry[0].resource.response.identifier, MESSAGE_ID);
    assert.equal(answer.created.length, 1);
    assert.deepEqual([answer.created[0].type, answer.created[0].version, answer.created[0].from], ["ServiceRequest", "1", "entry"]);
    assert.deepEqual([attempts.length, attempts[0].bundleId], [1, BUNDLE_ID]);
    assert.deepEqual(
      progress.map(({ type }) => type),
      ["attempt", "answer"],
    );
    // What the receiver can do is asked without the token.
    assert.deepEqual(seen, [null, `Bearer ${TOKEN}`]);
  });

  test("every kind of message arrives as the bytes that it was", async () => {
    const odd = `\n${text.replace('"priority": "routine"', '"priority" :\t"rou\\u0074ine"')}\n`;
    const bytes = new TextEncoder().encode(odd);
    for (const [what, expected] of [
      [odd, Buffer.from(odd)],
      [bytes, Buffer.from(bytes)],
      [message(), Buffer.from(JSON.stringify(message()))],
    ]) {
      const { base, requests } = await start(fhir(500, outcome("error", "exception", "x")), answered("ok"));
      const { outcome: came } = await send({ base }, what);
      assert.equal(came, "ok");
      // A consequence is sent again as it was.
      for (const request of requests) assert.deepEqual(request.body, expected);
      assert.equal(requests.length, 2);
      assert.equal(requests[0].method, "POST");
      assert.equal(requests[0].url, "/fhir/$process-message");
      assert.equal(requests[0].headers["content-type"], FHIR_JSON);
      assert.equal(requests[0].headers.accept, FHIR_JSON);
      assert.equal(requests[0].headers.authorization, `Bearer ${TOKEN}`);
      assert.equal(requests[0].headers.referer, undefined);
    }
  });

  test("bytes that their owner uses again are sent as they were", async () => {
    const bytes = new TextEncoder().encode(text);
    const bodies = [];
    const fetch = async (_, { body }) => {
      bodies.push(new TextDecoder().decode(body));
      bytes.fill(32);
      return new Response(null, { status: 503 });
    };
    const { attempts } = await send({ base: "https://fhir.example.org", fetch }, bytes);
    assert.equal(attempts.length, 3);
    assert.deepEqual(bodies, [text, text, text]);
  });

  test("an invalid message is not sent", async () => {
    const { base, requests } = await start(answered("ok"));
    const broken = text.replace('"active"', '"Hamlet"');
    const result = await send({ base, getToken: () => assert.fail("no token is needed") }, broken);
    assert.deepEqual([result.outcome, result.report.valid, result.attempts, requests.length], ["invalid", false, [], 0]);
    assert.equal(result.answer, undefined);
    assert.doesNotMatch(JSON.stringify(result), /Hamlet/);
    assert.match(JSON.stringify((await send({ base, check: { showValues: true } }, broken)).report), /Hamlet/);
    assert.equal((await send({ base, check: { severities: { "binding-required": "warning" } } }, broken)).outcome, "ok");
    assert.equal((await send({ base, check: false }, broken)).report, undefined);
    assert.equal(requests.length, 2);
  });

  test("what is wrong with the request keeps it back", async () => {
    const { base, requests } = await start(answered("ok"));
    const now = () => new Date("2026-11-28T12:00:00Z");
    for (const [options, rule] of [
      [{ async: true }, "send-async"],
      [{ token: jwt({ exp: now().getTime() / 1000 - 1 }), now }, "token-expired"],
      [{ token: "two words" }, "send-token"],
      [{ profile: "netsmart", scope: "openid" }, "send-scope"],
      [{ base: "http://fhir.example.org" }, "send-plain-http"],
    ]) {
      for (const check of [true, false]) {
        const result = await send({ base, check, ...options });
        assert.deepEqual([result.outcome, rulesOf(result.issues), result.attempts], ["invalid", [rule], []]);
      }
    }
    assert.equal(requests.length, 0);
  });

  test("a receiver that declares something else gets no message", async () => {
    const { base, requests } = await start(fhir(200, { resourceType: "CapabilityStatement", fhirVersion: "3.0.2", format: ["xml"] }));
    const result = await send({ base, capability: true });
    assert.equal(result.outcome, "invalid");
    assert.deepEqual(rulesOf(result.issues), [
      "capability-operation",
      "capability-version",
      "capability-format",
      "capability-event-unsaid",
    ]);
    assert.deepEqual(
      requests.map(({ method, url }) => [method, url]),
      [["GET", "/fhir/metadata"]],
    );
    // One that takes messages and is not a REST server declares no operation.
    const messagingOnly = {
      resourceType: "CapabilityStatement",
      fhirVersion: "4.0.1",
      format: ["json"],
      messaging: [{ supportedMessage: [{ mode: "receiver", definition: "http://example.org/MessageDefinition/unknown" }] }],
    };
    const queue = await start(fhir(200, messagingOnly), answered("ok"));
    const taken = await send({ base: queue.base, capability: true });
    assert.deepEqual([taken.outcome, rulesOf(taken.issues)], ["ok", ["capability-event-unsaid"]]);
    assert.deepEqual([readCapability(messagingOnly).operation, readCapability(messagingOnly).messaging], [false, true]);
    // With check: false nothing that is declared keeps it back.
    const forced = await send({ base, capability: true, check: false });
    assert.deepEqual([forced.attempts.length, requests.at(-1).method], [1, "POST"]);
    // One that cannot say at the moment what it can do is asked all the same.
    const busy = await start({ status: 503 }, answered("ok"));
    const sent = await send({ base: busy.base, capability: true });
    assert.equal(sent.outcome, "ok");
    assert.deepEqual(
      sent.issues.map(({ rule, severity }) => [rule, severity]),
      [["capability-type", "warning"]],
    );
  });

  describe("errors that Netsmart documents", () => {
    for (const [status, code, expected, attempts] of [
      [400, "invalid", "refused", 1],
      [401, "security", "refused", 1],
      [403, "forbidden", "refused", 1],
      [404, "not-found", "refused", 1],
      [422, "structure", "refused", 1],
      [500, "exception", "failed", 3],
    ]) {
      test(`${status} is ${expected}`, async () => {
        const { base, requests } = await start(fhir(status, outcome("error", code, "what the server says")));
        const result = await send({ base });
        assert.deepEqual([result.outcome, result.answer.status, requests.length], [expected, status, attempts]);
        assert.equal(result.answer.mayResend, expected === "failed");
        assert.deepEqual(result.answer.outcomeIssues, outcome("error", code, "what the server says").issue);
        assert.doesNotMatch(JSON.stringify(result.issues), /what the server says/);
      });
    }

    test("the XML page of a gateway, when the path is wrong", async () => {
      const denied = "<?xml version='1.0'?><Error><Code>AccessDenied</Code><RequestId>1</RequestId></Error>";
      const { base } = await start(page(403, "application/xml", denied));
      const result = await send({ base });
      assert.deepEqual([result.outcome, rulesOf(result.issues)], ["refused", ["answer-gateway", "answer-refused"]]);
      assert.equal(result.body, denied);
    });

    test("an HTML page", async () => {
      const html = "<!doctype html><title>Bad gateway</title>";
      const failing = await start(page(502, "text/html", html));
      const failed = await send({ base: failing.base });
      assert.deepEqual([failed.outcome, rulesOf(failed.issues)], ["failed", ["answer-not-fhir", "answer-failed"]]);
      const wrong = await start(page(200, "text/html", html));
      const result = await send({ base: wrong.base });
      assert.deepEqual([result.outcome, rulesOf(result.issues), wrong.requests.length], ["not-fhir", ["answer-not-fhir"], 1]);
    });
  });

  test("response.code decides whether it is sent again", async () => {
    const transient = await start(answered("transient-error"), answered("ok"));
    const again = await send({ base: transient.base });
    assert.deepEqual([again.outcome, transient.requests.length], ["ok", 2]);
    const fatal = await start(answered("fatal-error"));
    const refused = await send({ base: fatal.base });
    assert.deepEqual([refused.outcome, refused.answer.code, fatal.requests.length], ["refused", "fatal-error", 1]);
    assert.deepEqual(refused.answer.created, []);
  });

  test("an answer to another message is not ok", async () => {
    const { base, requests } = await start(answered("ok", { identifier: "another" }));
    const result = await send({ base });
    assert.deepEqual([result.outcome, result.answer.isOurs, requests.length], ["not-fhir", false, 1]);
    assert.deepEqual(rulesOf(result.issues), ["answer-identifier"]);
  });

  test("an empty answer is accepted with async only", async () => {
    const other = text.replaceAll("http://ntst.com/fhir/message-events", "http://example.org/events");
    const { base, requests } = await start({ status: 200 });
    const accepted = await send({ base, async: true, responseUrl: "https://me.example.org/in" }, other);
    assert.equal(accepted.outcome, "accepted");
    const acknowledging = await start(fhir(200, outcome("information", "informational", "taken")));
    assert.equal((await send({ base: acknowledging.base, async: true }, other)).outcome, "accepted");
    for (const body of ["Accepted", "<html>queued</html>", '{"status":"queued"}']) {
      const queueing = await start(page(202, "text/plain", body));
      assert.equal((await send({ base: queueing.base }, other)).outcome, "accepted", body);
    }
    assert.equal(requests[0].url, "/fhir/$process-message?async=true&response-url=https%3A%2F%2Fme.example.org%2Fin");
    assert.equal((await send({ base }, other)).outcome, "not-fhir");
  });

  describe("messages that no answer is due to", () => {
    const asking = (code, change = (header) => header) => {
      const asked = message();
      const header = asked.entry[0].resource;
      header.extension = [{ url: "http://hl7.org/fhir/StructureDefinition/messageheader-response-request", valueCode: code }];
      change(header);
      return asked;
    };

    test("by the extension of the message itself", async () => {
      for (const status of [200, 204]) {
        const { base } = await start({ status });
        for (const code of ["never", "on-error"]) {
          const { outcome: came, issues } = await send({ base }, asking(code));
          assert.deepEqual([came, issues], ["accepted", []], `${code} ${status}`);
        }
        const unsure = await send({ base }, asking("on-success"));
        assert.deepEqual([unsure.outcome, rulesOf(unsure.issues)], ["accepted", ["answer-empty"]]);
        assert.equal((await send({ base }, asking("always"))).outcome, "not-fhir");
        assert.equal((await send({ base })).outcome, "not-fhir");
      }
      // An answer that comes all the same is read, and is not an acknowledgement of something that comes later.
      const { base } = await start(fhir(200, outcome("information", "informational", "done")));
      assert.equal((await send({ base }, asking("on-error"))).outcome, "ok");
    });

    test("and answers get no answer", async () => {
      const { base } = await start({ status: 200 });
      const isAnswer = (header) => {
        header.response = { identifier: "5c1ad5c0-0000-4000-8000-000000000001", code: "ok" };
      };
      const answer = asking("always", isAnswer);
      delete answer.entry[0].resource.extension;
      assert.equal((await send({ base, check: false }, answer)).outcome, "accepted");
      assert.equal(readAnswer(204, {}, "", { message: answer }).outcome, "accepted");
    });

    test("readAnswer knows it from the message, or is told", () => {
      assert.equal(readAnswer(204, {}, "", { message: asking("never") }).outcome, "accepted");
      assert.equal(readAnswer(204, {}, "", { message: asking("always") }).outcome, "not-fhir");
      assert.equal(readAnswer(204, {}, "", { responseRequired: "on-error" }).outcome, "accepted");
      assert.equal(readAnswer(204, {}, "", { message: asking("never"), responseRequired: "always" }).outcome, "not-fhir");
      assert.equal(readAnswer(204, {}, "").outcome, "not-fhir");
      assert.throws(() => readAnswer(204, {}, "", { responseRequired: "sometimes" }), /options\.responseRequired/);
    });

    test("the project's own receiver and sender understand each other", async () => {
      const { base } = await startReceiver();
      for (const code of ["never", "on-error"]) {
        const [bundleId, messageId] = [crypto.randomUUID(), crypto.randomUUID()];
        const asked = JSON.stringify(asking(code)).replaceAll(BUNDLE_ID, bundleId).replaceAll(MESSAGE_ID, messageId);
        const { outcome: came, answer } = await send({ base }, asked);
        assert.deepEqual([came, answer.status], ["accepted", 204], code);
      }
    });
  });

  describe("ids of what is sent again", () => {
    const ids = (requests) => requests.map(({ body }) => [JSON.parse(body).id, JSON.parse(body).entry[0].resource.id]);
    const other = text.replaceAll("http://ntst.com/fhir/message-events", "http://example.org/events");

    test("a consequence, and what is not known, keep both", async () => {
      for (const what of [text, other]) {
        const { base, requests } = await start({ status: 503 });
        const result = await send({ base, ids: () => "new" }, what);
        assert.deepEqual(ids(requests), Array(3).fill([BUNDLE_ID, MESSAGE_ID]));
        assert.deepEqual(
          result.attempts.map(({ bundleId }) => bundleId),
          Array(3).fill(BUNDLE_ID),
        );
        assert.ok(requests.every(({ body }) => body.toString() === what));
      }
    });

    test("a currency and a notification take a new Bundle.id, and nothing else changes", async () => {
      for (const [category, what] of [
        ["currency", other],
        ["notification", new TextEncoder().encode(other)],
      ]) {
        const { base, requests } = await start({ status: 503 });
        let count = 0;
        const result = await send({ base, category, ids: () => `new-${++count}` }, what);
        assert.deepEqual(ids(requests), [
          [BUNDLE_ID, MESSAGE_ID],
          ["new-1", MESSAGE_ID],
          ["new-2", MESSAGE_ID],
        ]);
        assert.equal(requests[2].body.toString(), other.replace(`"${BUNDLE_ID}"`, '"new-2"'));
        assert.deepEqual(
          result.attempts.map(({ bundleId }) => bundleId),
          [BUNDLE_ID, "new-1", "new-2"],
        );
        assert.equal(result.messageId, MESSAGE_ID);
      }
    });

    test("a receiver that lost only the answer processes a consequence once", async () => {
      let processed = 0;
      const handlers = {
        "http://ntst.com/fhir/message-events|submit-service-request": () => {
          processed += 1;
          return { code: "ok", resources: [] };
        },
      };
      const { base } = await startReceiver({ handlers });
      let calls = 0;
      const losing = async (url, init) => {
        const response = await fetch(url, init);
        if (++calls > 1) return response;
        await response.text();
        throw new TypeError("the connection was lost");
      };
      const result = await send({ base, fetch: losing });
      assert.deepEqual([result.outcome, result.attempts.length, processed], ["ok", 2, 1]);
    });
  });

  describe("retries", () => {
    test("as many as asked for, with waits that double", async () => {
      const { base, requests } = await start({ status: 503 });
      const { waits, attempts, progress, outcome: came } = await send({ base, retry: { attempts: 5, delay: 100, maxDelay: 300 } });
      assert.deepEqual([came, requests.length, attempts.length], ["failed", 5, 5]);
      assert.deepEqual(waits, [100, 200, 300, 300]);
      assert.deepEqual(progress.slice(0, 3), [
        { type: "attempt", attempt: 1 },
        { type: "answer", attempt: 1, status: 503, outcome: "failed", milliseconds: progress[1].milliseconds },
        { type: "waiting", attempt: 1, milliseconds: 100 },
      ]);
      const once = await start({ status: 503 });
      await send({ base: once.base, retry: false });
      assert.equal(once.requests.length, 1);
      const usual = await start({ status: 503 });
      assert.deepEqual((await send({ base: usual.base, random: () => 0.5 })).waits, [500, 1000]);
    });

    test("429, 408 and 425 say later, and are sent again", async () => {
      for (const status of [408, 425, 429]) {
        const { base, requests } = await start({ status }, answered("ok"));
        assert.equal((await send({ base })).outcome, "ok");
        assert.equal(requests.length, 2, String(status));
      }
    });

    test("a duplicate is refused and not sent again", async () => {
      const { base, requests } = await start(fhir(409, outcome("error", "duplicate", "x")));
      assert.equal((await send({ base })).outcome, "refused");
      assert.equal(requests.length, 1);
    });

    describe("Retry-After", () => {
      const now = new Date("2026-11-28T12:00:00Z");
      const asked = async (value, retry) => {
        const { base } = await start({ status: 503, headers: { "Retry-After": value } }, answered("ok"));
        return send({ base, now: () => now, retry });
      };

      test("is heard, as seconds and as a date", async () => {
        const wait = async (value, retry) => (await asked(value, retry)).waits;
        assert.deepEqual(await wait("7"), [7000]);
        assert.deepEqual(await wait("120"), [120_000]);
        assert.deepEqual(await wait("3600", { maxRetryAfter: 3_600_000 }), [3_600_000]);
        assert.deepEqual(await wait("Sat, 28 Nov 2026 12:00:40 GMT"), [40_000]);
        assert.deepEqual(await wait("Saturday, 28-Nov-26 12:00:40 GMT"), [40_000]);
        assert.deepEqual(await wait("Sat Nov 28 12:00:40 2026"), [40_000]);
        // What cannot be read, or is not a day, asks for nothing.
        assert.deepEqual(await wait("soon"), [1000]);
        assert.deepEqual(await wait("Mon, 31 Nov 2026 12:00:40 GMT"), [1000]);
      });

      test("is never shortened: a wait that is too long is handed back", async () => {
        for (const [value, seconds, retry] of [
          ["3600", 3600],
          ["121", 121],
          ["7", 7, { maxRetryAfter: 5000 }],
          ["Sat, 28 Nov 2026 13:00:00 GMT", 3600],
          ["99999999999999999999", 2 ** 64],
        ]) {
          const { outcome: came, waits, attempts, retryAfter, answer } = await asked(value, retry);
          assert.deepEqual([came, waits, attempts.length, retryAfter], ["failed", [], 1, seconds], value);
          assert.deepEqual([answer.mayResend, answer.retryAfter], [true, seconds]);
        }
      });

      test("is handed back when there are no more attempts, and not where nothing has failed", async () => {
        assert.equal((await asked("7", false)).retryAfter, 7);
        assert.equal((await asked("0", false)).retryAfter, undefined);
        assert.equal((await asked("7")).retryAfter, undefined);
        const { base } = await start({ status: 404, headers: { "Retry-After": "7" } });
        assert.equal((await send({ base })).retryAfter, undefined);
      });
    });

    test("not beyond the time for which the receiver knows the message", async () => {
      const statement = {
        resourceType: "CapabilityStatement",
        rest: [{ mode: "server", operation: [{ name: "process-message" }] }],
        messaging: [{ reliableCache: 1 }],
      };
      const { base, requests } = await start({ status: 503, headers: { "Retry-After": "40" } });
      let time = Date.parse("2026-11-28T12:00:00Z");
      const sleep = async (milliseconds) => {
        time += milliseconds;
      };
      await send({ base, capability: statement, now: () => new Date(time), sleep, retry: { attempts: 10 } });
      assert.equal(requests.length, 2);
    });

    test("it really waits", async (t) => {
      const { base } = await start({ status: 503 }, answered("ok"));
      const timers = t.mock.method(globalThis, "setTimeout");
      await sendMessage(text, { base, random: () => 1, retry: { delay: 83 } });
      assert.equal(timers.mock.calls.filter(({ arguments: [, wait] }) => wait === 83).length, 1);
    });
  });

  describe("what happens on the way", () => {
    test("nobody is there", async () => {
      const { base, server } = await start({ status: 200 });
      await new Promise((resolve) => server.close(resolve));
      const result = await send({ base });
      assert.deepEqual([result.outcome, result.answer.status, result.attempts.length], ["failed", 0, 3]);
      assert.deepEqual(rulesOf(result.issues), ["network-unreachable"]);
      assert.equal(result.answer.failure, "connection-refused");
      assert.match(result.issues[0].message, /refused.*was not sent/);
    });

    test("the connection is closed when all was sent: whether it was processed is not known", async () => {
      let length = 0;
      const { base, requests } = await start((outgoing, body) => {
        length = body.length;
        outgoing.destroy();
      });
      const result = await send({ base, retry: false });
      assert.deepEqual([length, requests.length], [Buffer.byteLength(text), 1]);
      assert.deepEqual([result.outcome, result.answer.status, result.answer.failure], ["failed", 0, "broken"]);
      assert.deepEqual(rulesOf(result.issues), ["network-broken"]);
      assert.match(result.issues[0].message, /not known/);
      // So do a reset, and something that is not HTTP.
      const reset = await start((outgoing) => outgoing.socket.resetAndDestroy());
      const garbage = await start((outgoing) => outgoing.socket.end("\0\u00ff garbage\r\n\r\n"));
      for (const { base: other } of [reset, garbage]) {
        assert.deepEqual(rulesOf((await send({ base: other, retry: false })).issues), ["network-broken"]);
      }
    });

    test("what the platform knows of the cause is said, and quotes nothing", async () => {
      const base = "https://secret-host.example/secret-path";
      const caused = (properties) => new TypeError("fetch failed", { cause: Object.assign(new Error("secret"), properties) });
      const of = async (error) => {
        const { answer, issues, outcome: came } = await send({ base, retry: false, fetch: () => Promise.reject(error) });
        assert.equal(came, "failed");
        assert.doesNotMatch(JSON.stringify(issues), /secret/);
        const isKnown = /was not sent/.test(issues[0].message);
        assert.equal(isKnown, !/not known/.test(issues[0].message));
        return `${answer.failure} ${rulesOf(issues)}${isKnown ? " unsent" : ""}`;
      };
      for (const code of ["ENOTFOUND", "EAI_AGAIN"]) {
        assert.equal(await of(caused({ code, syscall: "getaddrinfo", hostname: "secret" })), "unknown-host network-unreachable unsent");
      }
      const refused = { code: "ECONNREFUSED", syscall: "connect" };
      assert.equal(await of(caused(refused)), "connection-refused network-unreachable unsent");
      // Several addresses are tried.
      const several = new AggregateError([Object.assign(new Error("secret"), refused)]);
      assert.equal(await of(new TypeError("fetch failed", { cause: several })), "connection-refused network-unreachable unsent");
      for (const code of [
        "CERT_HAS_EXPIRED",
        "CERT_NOT_YET_VALID",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "ERR_TLS_CERT_ALTNAME_INVALID",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        "UNABLE_TO_GET_CRL",
        "CERT_REVOKED",
      ]) {
        assert.equal(await of(caused({ code })), "certificate network-certificate unsent", code);
      }
      for (const properties of [{ code: "UND_ERR_CONNECT_TIMEOUT" }, { code: "ETIMEDOUT", syscall: "connect" }, { code: "EPROTO" }]) {
        assert.equal(await of(caused(properties)), "unreachable network-unreachable");
      }
      for (const code of ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "HPE_INVALID_CONSTANT"]) {
        assert.equal(await of(caused({ code })), "broken network-broken", code);
      }
      assert.equal(await of(new TypeError("Failed to fetch")), "unreachable network-unreachable");
      assert.equal(await of("no error at all"), "unreachable network-unreachable");
      const circular = new Error("secret");
      circular.cause = circular;
      assert.equal(await of(circular), "unreachable network-unreachable");
    });

    test("a browser that is offline says so, but not of its own machine", async (t) => {
      const value = { onLine: false };
      const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
      Object.defineProperty(globalThis, "navigator", { value, configurable: true });
      t.after(() => (before === undefined ? delete globalThis.navigator : Object.defineProperty(globalThis, "navigator", before)));
      const failing = () => Promise.reject(new TypeError("Failed to fetch"));
      const from = async (base) => (await send({ base, retry: false, fetch: failing })).answer.failure;
      assert.equal(await from("https://fhir.example.org"), "offline");
      for (const base of ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"])
        assert.equal(await from(base), "unreachable");
      value.onLine = true;
      assert.equal(await from("https://fhir.example.org"), "unreachable");
    });

    test("answers of HTTP/1.0, compressed ones, and ones with a byte order mark", async () => {
      const answerTo = (body) => {
        const written = [];
        answered("ok")({ writeHead: () => ({ end: (words) => written.push(words) }) }, body);
        return written.join("");
      };
      const old = await start((outgoing, body) =>
        outgoing.socket.end(`HTTP/1.0 200 OK\r\nContent-Type: ${FHIR_JSON}\r\n\r\n${answerTo(body)}`),
      );
      const zipped = await start((outgoing, body) =>
        outgoing.writeHead(200, { "Content-Type": FHIR_JSON, "Content-Encoding": "gzip" }).end(gzipSync(answerTo(body))),
      );
      const marked = await start((outgoing, body) =>
        outgoing.writeHead(200, { "Content-Type": FHIR_JSON }).end(`\u{feff}${answerTo(body)}`),
      );
      for (const { base } of [old, zipped, marked]) {
        const { outcome: came, answer } = await send({ base });
        assert.deepEqual([came, answer.isOurs, answer.issues], ["ok", true, []]);
      }
    });

    test("no answer in time, or half of one that never ends", async () => {
      const silent = await start(() => {});
      const result = await send({ base: silent.base, timeout: 60, retry: { attempts: 2 } });
      assert.deepEqual([result.outcome, rulesOf(result.issues), silent.requests.length], ["failed", ["network-timeout"], 2]);
      const endless = await start((outgoing) => outgoing.writeHead(200, { "Content-Type": FHIR_JSON }).write("{"));
      const half = await send({ base: endless.base, timeout: 60, retry: false });
      assert.deepEqual([half.outcome, rulesOf(half.issues)], ["failed", ["network-timeout"]]);
    });

    test("the connection ends in the middle of the answer", async () => {
      const cut = (outgoing) => {
        outgoing.writeHead(200, { "Content-Type": FHIR_JSON, "Content-Length": "1000" });
        outgoing.write('{"resourceType":"Bundle"', () => outgoing.destroy());
      };
      const { base, requests } = await start(cut, answered("ok"));
      const result = await send({ base });
      assert.deepEqual([result.outcome, requests.length], ["ok", 2]);
      const always = await start(cut);
      assert.deepEqual(rulesOf((await send({ base: always.base, retry: false })).issues), ["network-broken"]);
    });

    test("an answer without an end is read up to a limit", async () => {
      let written = 0;
      const { base } = await start((outgoing) => {
        outgoing.writeHead(200, { "Content-Type": FHIR_JSON });
        const more = () => {
          if (outgoing.destroyed) return;
          written += 65_536;
          outgoing.write(" ".repeat(65_536), more);
        };
        more();
      });
      const result = await send({ base, maxAnswerBytes: 100_000 });
      assert.deepEqual([result.outcome, rulesOf(result.issues)], ["not-fhir", ["answer-too-long"]]);
      assert.ok(result.body.length <= 100_000);
      assert.ok(written < 50_000_000);
    });

    test("a redirect is not followed: no token, no message for another origin", async () => {
      const elsewhere = await start(answered("ok"));
      for (const status of [301, 302, 303, 307, 308]) {
        const location = `${elsewhere.base}/$process-message`;
        const { base, requests } = await start({ status, headers: { Location: location } });
        const result = await send({ base, capability: undefined });
        assert.deepEqual([result.outcome, result.answer.location, requests.length], ["refused", location, 1]);
        assert.deepEqual(rulesOf(result.issues), ["answer-redirect"]);
      }
      const metadata = await start({ status: 302, headers: { Location: `${elsewhere.base}/metadata` } }, answered("ok"));
      await send({ base: metadata.base, capability: true });
      assert.equal(elsewhere.requests.length, 0);
    });

    test("a redirect as browsers give it", async () => {
      const opaque = Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
      const result = await send({ base: "https://fhir.example.org", fetch: async () => opaque });
      assert.deepEqual([result.outcome, rulesOf(result.issues), result.attempts.length], ["refused", ["answer-redirect"], 1]);
    });

    test("fetch is told to keep everything back", async () => {
      let given;
      const stub = async (url, init) => {
        given = { url, init };
        return new Response(null, { status: 404 });
      };
      await send({ base: "https://fhir.example.org/r4", fetch: stub });
      assert.equal(given.url, "https://fhir.example.org/r4/$process-message");
      const { redirect, credentials, referrerPolicy, cache } = given.init;
      assert.deepEqual([redirect, credentials, referrerPolicy, cache], ["manual", "omit", "no-referrer", "no-store"]);
    });
  });

  describe("tokens", () => {
    test("after a 401 a fresh one is asked for, once", async () => {
      const asked = [];
      const getToken = async (why) => {
        asked.push(why);
        return `token-${asked.length}`;
      };
      const { base, requests } = await start({ status: 401 }, answered("ok"));
      const result = await send({ base, getToken, token: undefined });
      assert.equal(result.outcome, "ok");
      assert.deepEqual(asked, [{ refused: false }, { refused: true }]);
      assert.deepEqual(
        requests.map(({ headers }) => headers.authorization),
        ["Bearer token-1", "Bearer token-2"],
      );
      assert.deepEqual(result.waits, []);
      const never = await start({ status: 401 });
      const refused = await send({ base: never.base, getToken, retry: { attempts: 9 } });
      assert.deepEqual([refused.outcome, never.requests.length], ["refused", 2]);
      const fixed = await start({ status: 401 });
      assert.deepEqual([(await send({ base: fixed.base })).outcome, fixed.requests.length], ["refused", 1]);
    });

    test("one that expires while it waits is replaced", async () => {
      let time = Date.parse("2026-11-28T12:00:00Z");
      const first = jwt({ exp: time / 1000 + 5 });
      const tokens = [first, "second"];
      const { base, requests } = await start({ status: 503, headers: { "Retry-After": "10" } }, answered("ok"));
      const sleep = async (milliseconds) => {
        time += milliseconds;
      };
      await send({ base, getToken: () => tokens.shift(), now: () => new Date(time), sleep });
      assert.deepEqual(
        requests.map(({ headers }) => headers.authorization),
        [`Bearer ${first}`, "Bearer second"],
      );
    });

    test("none is in a result, in progress, or in a log", async (t) => {
      const logs = ["log", "info", "warn", "error", "debug"].map((name) => t.mock.method(console, name, () => {}));
      const failing = async (_, init) => {
        throw new TypeError(`${init.headers.Authorization} is not a header`);
      };
      const results = [await send({ base: "https://fhir.example.org", fetch: failing })];
      for (const answer of [{ status: 401 }, { status: 500 }, { status: 302 }, answered("ok")]) {
        const { base } = await start(answer);
        results.push(await send({ base }));
      }
      assert.doesNotMatch(JSON.stringify(results), new RegExp(TOKEN));
      for (const log of logs) assert.equal(log.mock.callCount(), 0);
    });

    test("what getToken throws is thrown, and what it gives must be a string", async () => {
      const { base, requests } = await start(answered("ok"));
      const mine = new Error("no login");
      await assert.rejects(send({ base, getToken: () => Promise.reject(mine) }), mine);
      await assert.rejects(send({ base, getToken: () => undefined }), TypeError);
      assert.equal(requests.length, 0);
    });
  });

  describe("abort", () => {
    test("before, during an attempt, and while waiting it throws the signal's reason", async () => {
      const reason = new Error("enough");
      const during = new AbortController();
      const silent = await start(() => during.abort(reason));
      const getToken = () => assert.fail("nobody is asked for a token");
      await assert.rejects(send({ base: silent.base, signal: AbortSignal.abort(reason), getToken }), reason);
      assert.equal(silent.requests.length, 0);
      await assert.rejects(send({ base: silent.base, signal: during.signal }), reason);
      assert.equal(silent.requests.length, 1);
      const waiting = new AbortController();
      const busy = await start((outgoing) => {
        outgoing.writeHead(503).end();
        setTimeout(() => waiting.abort(reason), 100);
      });
      // A wait that goes on to its end would outlast every test.
      const days = { delay: 2_000_000_000, maxDelay: 2_000_000_000 };
      await assert.rejects(send({ base: busy.base, signal: waiting.signal, sleep: undefined, retry: days }), reason);
      assert.equal(busy.requests.length, 1);
    });

    test("one signal may end any number of sendings, and a getToken that hangs", async (t) => {
      const ending = new AbortController();
      const warn = t.mock.method(process, "emitWarning", () => {});
      const all = Array.from({ length: 20 }, (_, index) =>
        send({
          base: "https://fhir.example.org",
          signal: ending.signal,
          ...(index % 2 === 0 ? { getToken: () => new Promise(() => {}) } : { fetch: () => new Promise(() => {}) }),
        }),
      );
      const reason = new Error("enough");
      setTimeout(() => ending.abort(reason), 20);
      for (const { reason: thrown } of await Promise.allSettled(all)) assert.equal(thrown, reason);
      assert.equal(warn.mock.callCount(), 0);
    });

    test("a fetch that does not heed the signal is left", async () => {
      const forever = () => new Promise(() => {});
      const result = await send({ base: "https://fhir.example.org", fetch: forever, timeout: 30, retry: false });
      assert.deepEqual(rulesOf(result.issues), ["network-timeout"]);
    });
  });

  describe("CORS", () => {
    const base = "https://fhir.example.org/r4";
    const inPage = async (origin, run) => {
      globalThis.location = { origin };
      try {
        return await run();
      } finally {
        delete globalThis.location;
      }
    };
    const asked = [];
    /** A browser's fetch: it tells nothing of an answer that the page may not see. */
    const browser = (isThere) => async (url, init) => {
      asked.push({ url, init });
      if (isThere && init.mode === "no-cors") return Object.defineProperty(new Response(null), "type", { value: "opaque" });
      throw new TypeError("Failed to fetch");
    };

    test("a refusal is told apart from a receiver that is not there, and explained", async () => {
      asked.length = 0;
      const refused = await inPage("https://app.example.org", () => send({ base, fetch: browser(true) }));
      assert.deepEqual([refused.outcome, rulesOf(refused.issues), refused.attempts.length], ["refused", ["network-cors"], 1]);
      assert.match(refused.issues[0].message, /CORS/);
      assert.deepEqual(
        asked.map(({ url }) => url),
        [`${base}/$process-message`, `${base}/metadata`],
      );
      // The second question carries nothing.
      assert.deepEqual([asked[1].init.headers, asked[1].init.body, asked[1].init.credentials], [undefined, undefined, "omit"]);
      const missing = await inPage("https://app.example.org", () => send({ base, fetch: browser(false), retry: false }));
      assert.deepEqual([missing.outcome, rulesOf(missing.issues)], ["failed", ["network-unreachable"]]);
    });

    test("there is none on the page's own origin, or outside of browsers", async () => {
      const fetch = browser(true);
      const url = `${base}/$process-message`;
      assert.equal(await inPage("https://fhir.example.org", () => explainNetworkFailure(url, { fetch })), "unreachable");
      assert.equal(await explainNetworkFailure(url, { fetch }), "unreachable");
      assert.equal(await inPage("https://app.example.org", () => explainNetworkFailure(url, { fetch })), "cors");
    });
  });

  test("arguments of the wrong kind reject with a TypeError that names them", async () => {
    const { base, requests } = await start(answered("ok"));
    for (const [what, options, name] of [
      [1, { base }, "message"],
      [text, undefined, "options.base"],
      [text, {}, "options.base"],
      [text, { base: "nowhere" }, "base"],
      [text, { base, timeout: 0 }, "options.timeout"],
      [text, { base, retry: 3 }, "options.retry"],
      [text, { base, retry: { attempts: 0 } }, "options.retry.attempts"],
      [text, { base, retry: { atempts: 1 } }, "options.retry.atempts"],
      [text, { base, check: "no" }, "options.check"],
      [text, { base, check: { maxIsues: 1 } }, "maxIsues"],
      [text, { base, capability: 1 }, "capabilityStatement"],
      [text, { base, category: "order" }, "options.category"],
      [text, { base, signal: {} }, "options.signal"],
      [text, { base, fetch: 1 }, "options.fetch"],
      [text, { base, baseUrl: base }, "options.baseUrl"],
    ]) {
      await assert.rejects(
        sendMessage(what, options),
        (error) => error instanceof TypeError && error.message.includes(name),
        `${name} should be named`,
      );
    }
    assert.equal(requests.length, 0);
  });
});
