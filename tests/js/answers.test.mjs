// Answers between receivers: where they are sent, that they are taken, when none is due, and what /metadata says of it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import Database from "better-sqlite3";
import { buildResponse, checkCapability, createReceiver, memoryStore, sendMessage, sqliteStore, Validator } from "fhirpost";
import { SUBMIT, smallMessage } from "./small-message.mjs";
import { stores } from "./stores.mjs";

const validator = new Validator();

const FHIR_JSON = "application/fhir+json";
const EVENT = "http://sender.example.org/events/referral-seen";
const REQUESTED = "http://hl7.org/fhir/StructureDefinition/messageheader-response-request";

const message = (messageId, bundleId, options) => smallMessage(messageId, bundleId, { event: { eventUri: EVENT }, ...options });

async function post(receiver, body, query = "") {
  const url = `http://receiver.example.org/fhir/$process-message${query}`;
  const response = await receiver(new Request(url, { method: "POST", body, headers: { "Content-Type": FHIR_JSON } }));
  return { status: response.status, text: await response.text() };
}

/** A receiver, and what comes of the first answer that it posts. */
function asynchronous({ fetch, ...options } = {}) {
  let tell;
  const delivered = new Promise((resolve) => {
    tell = resolve;
  });
  const own = async (request) => {
    const response = (await fetch?.(request.clone())) ?? new Response(null, { status: 202 });
    tell({ url: request.url, body: await request.text(), status: response.status });
    return response;
  };
  const receiver = createReceiver({ asynchronous: { targets: ["http://sender.example.org/"], fetch: own }, ...options });
  receiver.on({ uri: EVENT }, () => undefined);
  return { receiver, delivered };
}

describe("where an answer goes", () => {
  const query = (url) => `?async=true&response-url=${encodeURIComponent(url)}`;
  for (const [what, endpoint, responseUrl, expected] of [
    ["an endpoint", "/fhir", undefined, "/fhir/$process-message?async=true"],
    ["one with slashes", "/fhir//".replace("//", "/"), undefined, "/fhir/$process-message?async=true"],
    ["one with a query", "/fhir?tenant=1&x=a%20b", undefined, "/fhir/$process-message?tenant=1&x=a%20b&async=true"],
    ["one with async", "/fhir?async=false&tenant=1", undefined, "/fhir/$process-message?tenant=1&async=true"],
    ["one with a fragment", "/fhir/$delete-all#", undefined, "/fhir/$delete-all/$process-message?async=true"],
    ["the operation itself", "/fhir/$process-message", undefined, "/fhir/$process-message?async=true"],
    ["a response-url", "/fhir", "/inbox", "/inbox?async=true"],
    ["one with a query", "/fhir", "/inbox?box=7", "/inbox?box=7&async=true"],
  ]) {
    test(`${what}: ${expected}`, async () => {
      const origin = "http://sender.example.org";
      const { receiver, delivered } = asynchronous();
      const body = message("m1", "b1", { endpoint: origin + endpoint });
      assert.equal((await post(receiver, body, responseUrl === undefined ? "?async=true" : query(origin + responseUrl))).status, 202);
      assert.equal((await delivered).url, origin + expected);
    });
  }

  test("what every server reads in its own way is not an address below a target", async () => {
    const origin = "https://clinic.example.org";
    const { receiver } = asynchronous({ asynchronous: { targets: [`${origin}/fhir/`, "http://sender.example.org/fhir"] } });
    const paths = [
      "..%2fadmin",
      "..%5cadmin",
      "..;/admin",
      "%2e%2e;/admin",
      "%252e%252e/admin",
      "%c0%ae%c0%ae/admin",
      "a//b",
      "..%00/admin",
    ];
    const odd = [
      ".%2e;x/a",
      "...;/a",
      "..%20/a",
      "%e2%80%a5/a",
      "..%ef%bc%8fadmin",
      "%u002e%u002e/a",
      "..%25252fa",
      "a\\..\\..\\b",
      "..%09/a",
    ];
    for (const url of [
      ...[...paths, ...odd].map((path) => `${origin}/fhir/${path}`),
      "https:\\\\clinic.example.org\\fhir\\x",
      "https:clinic.example.org/fhir/x",
      "https:///clinic.example.org/fhir/x",
      `${origin}/fhir/\t../admin`,
      `https://user@clinic.example.org/fhir/x`,
      `${origin}@evil.example/fhir/x`,
    ]) {
      const { status } = await post(receiver, message("m1", "b1"), query(url));
      assert.equal(status, 422, url);
      // The endpoint is the sender's word, too.
      const asEndpoint = await post(receiver, message("m1", "b1", { endpoint: url }), "?async=true");
      assert.equal(asEndpoint.status, 422, url);
    }
  });

  test("a function allows with true alone", async () => {
    for (const given of ["no", 1, {}, undefined, Promise.resolve("yes")]) {
      const { receiver } = asynchronous({ asynchronous: { targets: () => given } });
      assert.equal((await post(receiver, message("m1", "b1"), "?async=true")).status, 422);
    }
  });
});

for (const [name, newStore] of Object.entries(stores)) {
  describe(`an answer that comes in, with what is known in ${name}`, () => {
    const answerTo = (id, outcome = { code: "ok" }) => JSON.stringify(buildResponse(smallMessage(id, `b-${id}`), outcome));

    test("is accepted, handed over once, and gets no answer", async () => {
      const answers = [];
      const receiver = createReceiver({ store: newStore(), onAnswer: (answer) => void answers.push(answer) });
      const sent = answerTo("m1", { code: "fatal-error", issues: [{ severity: "error", code: "processing" }] });
      for (const query of ["?async=true", "", "?async=true"]) {
        assert.deepEqual(await post(receiver, sent, query), { status: 202, text: "" });
      }
      assert.equal(answers.length, 1);
      const [{ route, text, bundle, now }] = answers;
      assert.deepEqual(route.response, { identifier: "m1", code: "fatal-error" });
      assert.equal(text, sent);
      assert.deepEqual(bundle, JSON.parse(sent));
      assert.ok(now instanceof Date);
      // The same answer under another Bundle.id does no harm; another one under the same is refused.
      assert.equal((await post(receiver, JSON.stringify({ ...bundle, id: "other" }))).status, 202);
      const [{ fullUrl: _, resource }, ...others] = bundle.entry;
      const another = {
        ...bundle,
        entry: [{ fullUrl: "urn:uuid:00000000-0000-4000-8000-000000000001", resource: { ...resource, id: "other" } }, ...others],
      };
      assert.equal((await post(receiver, JSON.stringify(another))).status, 409);
    });

    test("is refused where it is not valid or nobody who is known sends it, and comes again where onAnswer fails", async () => {
      const errors = [];
      let fails = true;
      const taken = [];
      const onAnswer = async ({ route }) => {
        if (fails) throw new Error("Rivera, Ana");
        taken.push(route.response.identifier);
      };
      const receiver = createReceiver({ store: newStore(), onAnswer, onError: (error) => errors.push(error.message) });
      const sent = answerTo("m1");
      assert.equal((await post(receiver, sent.replace('"code":"ok"', '"code":"fine"'))).status, 422);
      const failed = await post(receiver, sent);
      assert.equal(failed.status, 500);
      assert.doesNotMatch(failed.text, /Rivera/);
      fails = false;
      assert.equal((await post(receiver, sent)).status, 202);
      assert.deepEqual([taken, errors], [["m1"], ["Rivera, Ana"]]);
      const guarded = createReceiver({ authorize: () => false, onAnswer: () => assert.fail("it was handed over") });
      assert.equal((await post(guarded, sent)).status, 401);
    });
  });
}

test("what one receiver answers later, another takes", async () => {
  const answers = [];
  const clinic = createReceiver({ onAnswer: ({ route }) => void answers.push(route.response) });
  const { receiver, delivered } = asynchronous({ fetch: clinic });
  await post(receiver, message("m1", "b1"), "?async=true");
  assert.equal((await delivered).status, 202);
  assert.deepEqual(answers, [{ identifier: "m1", code: "ok" }]);
});

describe("a target that asks for time", () => {
  const HOUR = 3_600_000;
  /** What is kept as soon as delivery is put off. */
  async function postponed(store, retryAfter, options) {
    const owe = store.owe.bind(store);
    const kept = new Promise((resolve) => {
      store.owe = async (owed, ...rest) => {
        await owe(owed, ...rest);
        if (owed.notBefore !== undefined) resolve(owed);
      };
    });
    const fetch = async () => new Response(null, { status: 503, headers: { "Retry-After": retryAfter } });
    const { receiver } = asynchronous({ store, fetch, ...options });
    assert.equal((await post(receiver, message("m1", "b1"), "?async=true")).status, 202);
    return kept;
  }

  for (const [name, newStore] of Object.entries(stores)) {
    test(`gets it, also after a restart and after the answer has expired, in ${name}`, async () => {
      const store = newStore();
      const start = Date.parse("2026-11-29T10:00:00Z");
      const options = { reliableCache: 1, now: () => new Date(start) };
      const { notBefore } = await postponed(store, "3600", options);
      assert.equal(notBefore, start + HOUR);
      assert.equal(store.owed()[0].notBefore, notBefore);
      // A process that starts before that waits with this answer, and not with another one; one that starts after it tries at once.
      const [owed] = store.owed();
      const { notBefore: _, ...another } = { ...owed, messageId: "m2", bundleId: "b2", body: owed.body.replace('"m1"', '"m2"') };
      const both = newStore();
      for (const one of [owed, another]) await both.owe(one, start);
      const early = asynchronous({ store: both, ...options, now: () => new Date(notBefore - 60_000) });
      assert.match((await early.delivered).body, /"identifier":"m2"/);
      const late = asynchronous({ store, ...options, now: () => new Date(notBefore) });
      assert.match((await late.delivered).body, /"identifier":"m1"/);
    });
  }

  test("by a date, or for longer than a timer takes", async () => {
    const now = () => new Date("2026-11-29T10:00:00Z");
    for (const [retryAfter, moment] of [
      ["Sun, 29 Nov 2026 12:00:00 GMT", Date.parse("2026-11-29T12:00:00Z")],
      ["31536000", Date.parse("2027-11-29T10:00:00Z")],
      ["99999999999999999999", Number.MAX_SAFE_INTEGER],
    ]) {
      assert.equal((await postponed(memoryStore(), retryAfter, { now })).notBefore, moment);
    }
  });

  test("a database of an earlier version is read", () => {
    const database = new Database(":memory:");
    sqliteStore(database);
    database.exec("ALTER TABLE fhirpost_owed DROP COLUMN not_before");
    database.exec(
      "INSERT INTO fhirpost_owed (sender, bundle_id, message_id, target, base, body, again, expires) VALUES ('', 'b', 'm', 't', '', '{}', 0, 9)",
    );
    assert.deepEqual(sqliteStore(database).owed()[0].bundleId, "b");
  });
});

describe("whether an answer is due", () => {
  const asking = (code, extra = {}) => {
    const bundle = JSON.parse(smallMessage("m1", "b1", extra));
    bundle.entry[0].resource.extension = [
      { url: "http://a.example/other", valueCode: "never" },
      { url: REQUESTED, valueCode: code },
    ].slice(1);
    return JSON.stringify(bundle);
  };
  const FAILED = { code: "fatal-error" };

  test("is the sender's word", async () => {
    for (const [asked, outcome, status] of [
      ["never", undefined, 204],
      ["never", FAILED, 422],
      ["on-error", undefined, 204],
      ["on-error", FAILED, 200],
      ["on-success", undefined, 200],
      ["on-success", FAILED, 422],
      ["always", undefined, 200],
      ["never", { code: "transient-error" }, 503],
      ["on-success", { code: "transient-error" }, 503],
      ["on-error", { code: "transient-error" }, 200],
      ["always", { code: "transient-error" }, 200],
      ["never", { commit: () => assert.fail("broken") }, 503],
      ["on-error", { commit: () => assert.fail("broken") }, 200],
    ]) {
      const receiver = createReceiver().on(SUBMIT, () => outcome);
      const first = await post(receiver, asking(asked));
      assert.equal(first.status, status, `${asked} ${outcome?.code}`);
      if (status === 204) assert.equal(first.text, "");
      // A copy gets what the first got.
      if (["ok", "fatal-error", undefined].includes(outcome?.code) && outcome?.commit === undefined) {
        assert.deepEqual(await post(receiver, asking(asked)), first);
      }
    }
  });

  for (const [name, newStore] of Object.entries(stores)) {
    test(`what no message says, the status does, to copies too, and the sender is told: ${name}`, async () => {
      const issue = { severity: "error", code: "business-rule", details: { text: "No beds." } };
      const warning = { severity: "warning", code: "informational", details: { text: "Late." } };
      let calls = 0;
      const refusing = (issues, code) => {
        const receiver = createReceiver({ store: newStore() });
        return receiver.on(SUBMIT, () => {
          calls += 1;
          return { code, issues, resources: [{ resourceType: "Patient", id: "p" }] };
        });
      };
      const send = (receiver, asked) =>
        sendMessage(asking(asked), {
          base: "http://receiver.example.org",
          fetch: (...given) => receiver(new Request(...given)),
          check: false,
          retry: false,
        });
      const receiver = refusing([issue], "fatal-error");
      for (let copy = 0; copy < 2; copy += 1) {
        const { outcome, answer } = await send(receiver, "never");
        assert.deepEqual([outcome, answer.status, answer.mayResend], ["refused", 422, false]);
        assert.equal(answer.outcomeIssues[0].details.text, "No beds.");
      }
      assert.equal(calls, 1, "a refusal is final");
      const { text } = await post(refusing([warning], "fatal-error"), asking("on-success"));
      assert.deepEqual(
        JSON.parse(text).issue.map(({ severity }) => severity),
        ["warning", "error"],
      );
      assert.ok(validator.validate(text).valid);

      const busy = refusing([issue], "transient-error");
      const failed = await send(busy, "never");
      assert.deepEqual([failed.outcome, failed.answer.status, failed.answer.mayResend, failed.answer.retryAfter], ["failed", 503, true, 5]);
      assert.equal(failed.answer.outcomeIssues[0].details.text, "No beds.");
      const before = calls;
      await send(busy, "never");
      assert.equal(calls, before + 1, "it is processed again");
    });

    test(`a refusal of which no answer is sent is known to a copy that waits for it: ${name}`, async () => {
      const store = newStore();
      const { receiver } = asynchronous({ store, fetch: () => assert.fail("it was sent") });
      receiver.on({ uri: EVENT }, () => ({ code: "fatal-error" }));
      const body = asking("never", { event: { eventUri: EVENT } });
      assert.equal((await post(receiver, body, "?async=true")).status, 202);
      while (store.owed().length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      assert.equal((await post(receiver, body)).status, 422);
      assert.equal((await post(receiver, body, "?async=true")).status, 202);
    });
  }

  test("a handler that takes too long: 503 where no message is wanted, and the copy gets what came of it", async () => {
    let release;
    const gate = new Promise((resolve) => {
      release = resolve;
    });
    const errors = [];
    const receiver = createReceiver({ handlerTimeout: 20, onError: (error) => errors.push(error.message) });
    receiver.on(SUBMIT, () => gate);
    const early = await post(receiver, asking("never"));
    assert.deepEqual([early.status, JSON.parse(early.text).issue[0].code], [503, "timeout"]);
    release({ code: "fatal-error" });
    let copy;
    do copy = await post(receiver, asking("never"));
    while (copy.status === 503);
    assert.equal(copy.status, 422);
    assert.match(errors[0], /not processed within/);
  });

  test("an answer that would be posted says in any case that the message may be sent again", async () => {
    let posted;
    const done = new Promise((resolve) => {
      posted = resolve;
    });
    const { receiver } = asynchronous({
      fetch: async (request) => {
        posted(await request.text());
        return new Response(null, { status: 202 });
      },
    });
    receiver.on({ uri: EVENT }, () => ({ code: "transient-error" }));
    await post(receiver, asking("never", { event: { eventUri: EVENT } }), "?async=true");
    assert.match(await done, /"transient-error"/);
  });

  test("also for an answer that would be sent later", async () => {
    const store = memoryStore();
    const settled = new Promise((resolve) => {
      const { settle } = store;
      store.settle = (sending) => resolve(settle(sending));
    });
    const { receiver } = asynchronous({ store, fetch: () => assert.fail("it was sent") });
    assert.equal((await post(receiver, asking("never", { event: { eventUri: EVENT } }), "?async=true")).status, 202);
    await settled;
    assert.deepEqual(store.owed(), []);
  });
});

describe("/metadata", () => {
  const get = async (receiver, path) => {
    const response = await receiver(new Request(`http://receiver.example.org/fhir/${path}`));
    return { status: response.status, body: await response.json() };
  };

  test("names every event that has a handler, by a definition that is there", async () => {
    const receiver = createReceiver({ handlers: {} })
      .on(SUBMIT, () => {})
      .on({ system: "http://example.org/events", code: "custom" }, () => {})
      .on({ system: "http://example.com/events", code: "custom" }, () => {})
      .on({ system: "http://example.org/events", code: "großes Ereignis, ganz" }, () => {})
      .on("urn:uuid:00000000-0000-4000-8000-000000000001", () => {});
    const { body: statement } = await get(receiver, "metadata");
    assert.deepEqual(validator.validate(JSON.stringify(statement)).counts.error, 0);
    const urls = statement.messaging[0].supportedMessage.map(({ definition }) => definition);
    assert.equal(urls.length, 5);
    assert.equal(new Set(urls).size, 5);
    const own = urls.filter((url) => url.startsWith("http://receiver.example.org/fhir/MessageDefinition/"));
    assert.equal(own.length, 4);
    for (const url of own) {
      const { status, body } = await get(receiver, url.slice("http://receiver.example.org/fhir/".length));
      assert.deepEqual([status, body.url, body.id], [200, url, url.split("/").at(-1)]);
      assert.deepEqual(
        validator.validate(JSON.stringify(body)).counts.error,
        0,
        JSON.stringify(validator.validate(JSON.stringify(body)).issues),
      );
    }
    assert.equal((await get(receiver, "MessageDefinition/none")).status, 404);
    assert.equal((await receiver(new Request(own[0], { method: "POST", body: "{}" }))).status, 405);
  });

  test("a sender that asks first may send what a receiver handles", async () => {
    const receiver = createReceiver().on({ uri: EVENT }, () => undefined);
    const fetch = (url, init) => receiver(new Request(url, init));
    const { outcome, issues } = await sendMessage(message("m1", "b1"), {
      base: "http://receiver.example.org/fhir",
      capability: true,
      fetch,
      profile: "fhir",
    });
    assert.deepEqual([outcome, issues.filter(({ severity }) => severity === "error")], ["ok", []]);
    const { body } = await get(receiver, "metadata");
    assert.deepEqual(
      checkCapability(body, message("m1", "b1")).map(({ rule }) => rule),
      ["capability-event-unsaid"],
    );
  });
});
