// Messages whose answers are sent later: kept before they are acknowledged, answered once, and never to an address that is not allowed.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createReceiver, memoryStore, validateBundle } from "fhirpost";
import { smallMessage } from "./small-message.mjs";
import { stores } from "./stores.mjs";

const FHIR_JSON = "application/fhir+json";
const EVENT = "http://sender.example.org/events/referral-seen";
const TARGET = "http://sender.example.org/fhir/$process-message?async=true";

const message = (messageId, bundleId, options) => smallMessage(messageId, bundleId, { event: { eventUri: EVENT }, ...options });

/** Waits until something holds; fails after five seconds. */
async function until(holds, what) {
  for (const end = Date.now() + 5000; !holds(); ) {
    assert.ok(Date.now() < end, `in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * A receiver, the answers that it has posted, and what it answered itself. `statuses` are those of the sender's endpoint, `meanwhile` is what
 * the sender does before it gives one.
 */
function start({ store = memoryStore(), statuses = [], handle, meanwhile, targets = ["http://sender.example.org/fhir"], ...options } = {}) {
  const delivered = [];
  const calls = [];
  const errors = [];
  const fetch = async (request) => {
    delivered.push({ url: request.url, headers: request.headers, redirect: request.redirect, body: await request.text() });
    await meanwhile?.();
    const status = statuses.shift() ?? 202;
    if (status === "unreachable") throw new TypeError("fetch failed");
    if (status === "silent") return never();
    return new Response(null, { status });
  };
  const asynchronous = { targets, fetch, delay: () => 5 };
  const receiver = createReceiver({
    base: "http://receiver.example.org/fhir",
    store,
    asynchronous,
    onError: (error) => errors.push(error),
    ...options,
  });
  receiver.on({ uri: EVENT }, async (received) => {
    calls.push(received.route.messageId);
    return handle?.(received);
  });
  const post = async (body, query = "?async=true") => {
    const request = new Request(`http://receiver.example.org/fhir/$process-message${query}`, {
      method: "POST",
      body,
      headers: { "Content-Type": FHIR_JSON },
    });
    const response = await receiver(request);
    return { status: response.status, text: await response.text() };
  };
  return { post, receiver, delivered, calls, errors };
}

const never = () => new Promise(() => {});

for (const [name, newStore] of Object.entries(stores)) {
  describe(`with what is owed in ${name}`, () => {
    test("202 without a body, and the answer to the sender's endpoint", async () => {
      const store = newStore();
      const { post, delivered, calls } = start({ store });
      assert.deepEqual(await post(message("m1", "b1")), { status: 202, text: "" });
      await until(() => delivered.length === 1, "the answer is delivered");
      const [{ url, headers, redirect, body }] = delivered;
      assert.deepEqual([url, headers.get("content-type"), redirect], [TARGET, FHIR_JSON, "manual"]);
      assert.ok(validateBundle(body).valid);
      assert.deepEqual(JSON.parse(body).entry[0].resource.response.identifier, "m1");
      assert.deepEqual(calls, ["m1"]);
      await until(() => store.owed().length === 0, "nothing is owed any more");
    });

    test("a message is kept before it is acknowledged, and processed after that", async () => {
      const store = newStore();
      const { post } = start({ store, handle: never });
      const sent = message("m1", "b1").replace('"2026-01-31T12:00:00Z"', '"2026-01-31T12:00:00Z" ');
      assert.equal((await post(sent)).status, 202);
      const [owed] = store.owed();
      assert.equal(owed.request, sent);
      assert.equal(owed.target, TARGET);
    });

    test("the same sending again: 202, no second call, and the same answer again", async () => {
      let release;
      const gate = new Promise((resolve) => {
        release = resolve;
      });
      const { post, delivered, calls } = start({ store: newStore(), handle: () => gate });
      const all = await Promise.all(Array.from({ length: 5 }, () => post(message("m1", "b1"))));
      assert.deepEqual(
        all.map(({ status }) => status),
        [202, 202, 202, 202, 202],
      );
      assert.equal((await post(message("m1", "b1"), "")).status, 409, "a synchronous copy has no answer yet");
      assert.equal((await post(message("m1", "b2"))).status, 409);
      assert.equal((await post(message("m2", "b1"))).status, 409);
      release();
      await until(() => delivered.length === 1, "the answer is delivered");
      // A turn later it is settled, too.
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal((await post(message("m1", "b1"))).status, 202);
      await until(() => delivered.length === 2, "the answer is delivered again");
      assert.equal(delivered[1].body, delivered[0].body);
      assert.deepEqual(await post(message("m1", "b1"), ""), { status: 200, text: delivered[0].body });
      assert.equal(calls.length, 1);
    });

    test("delivery is tried again while that may help, and given up when it is refused", async () => {
      const store = newStore();
      const { post, delivered, calls, errors } = start({ store, statuses: ["unreachable", 503, 429, 200, 404, 307] });
      await post(message("m1", "b1"));
      await until(() => store.owed().length === 0, "the first is settled");
      assert.equal(delivered.length, 4);
      assert.equal(new Set(delivered.map(({ body }) => body)).size, 1);
      for (const [id, count] of [
        ["2", 5],
        ["3", 6],
      ]) {
        await post(message(`m${id}`, `b${id}`));
        await until(() => store.owed().length === 0, "the next is settled");
        assert.equal(delivered.length, count);
      }
      assert.deepEqual(
        errors.map(({ message }) => message),
        ["An answer was refused with HTTP 404.", "An answer was refused with HTTP 307."],
      );
      assert.deepEqual(calls, ["m1", "m2", "m3"]);
    });

    test("an answer that cannot be delivered is given up when it expires", async () => {
      const store = newStore();
      let now = Date.parse("2026-11-24T10:00:00Z");
      const statuses = Array.from({ length: 1000 }, () => 503);
      const { post, delivered, errors } = start({ store, statuses, reliableCache: 1, now: () => new Date(now) });
      await post(message("m1", "b1"));
      await until(() => delivered.length > 2, "some tries");
      now += 61_000;
      await until(() => store.owed().length === 0, "it is given up");
      assert.match(errors[0].message, /could not be delivered/);
    });

    test("what a handler throws is delivered as a transient error, and the same sending may come again", async () => {
      let broken = true;
      const store = newStore();
      const handle = () => {
        if (broken) throw new Error("Rivera, Ana");
      };
      const { post, delivered, calls } = start({ store, handle });
      await post(message("m1", "b1"));
      await until(() => delivered.length === 1 && store.owed().length === 0, "the first answer");
      assert.match(delivered[0].body, /"transient-error"/);
      assert.doesNotMatch(delivered[0].body, /Rivera/);
      broken = false;
      await post(message("m1", "b1"));
      await until(() => delivered.length === 2, "the second answer");
      assert.match(delivered[1].body, /"code":"ok"/);
      assert.equal(calls.length, 2);
    });

    test("a sending that comes again while its transient error is delivered is kept like the first", async () => {
      const store = newStore();
      const handle = () => {
        if (calls.length === 1) throw new Error("busy");
        return never();
      };
      let again;
      const { post, calls, delivered } = start({
        store,
        handle,
        // The sender sends again at once, before it acknowledges what it was told.
        meanwhile: async () => {
          again = await post(message("m1", "b1"));
        },
      });
      await post(message("m1", "b1"));
      await until(() => delivered.length === 1 && calls.length === 2, "the second call");
      assert.equal(again.status, 202);
      // A turn later the delivery has been settled.
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual(
        store.owed().map(({ request }) => request),
        [message("m1", "b1")],
      );
      // After a kill it would be processed, and answered.
      const second = start({ store });
      await until(() => second.delivered.length === 1 && store.owed().length === 0, "the answer");
      assert.match(second.delivered[0].body, /"code":"ok"/);
    });

    test("a restart: what was not processed is, what was is only delivered", async () => {
      const store = newStore();
      let done = 0;
      const commit = () => {
        done += 1;
      };
      // The first process dies with one message in its handler, and another one processed whose answer does not arrive.
      const dying = start({ store, statuses: ["silent"], handle: ({ route }) => (route.messageId === "m1" ? never() : { commit }) });
      await dying.post(message("m1", "b1"));
      await dying.post(message("m2", "b2"));
      await until(() => dying.delivered.length === 1, "a try to deliver");
      assert.deepEqual([done, store.owed().length], [1, 2]);

      const second = start({ store, handle: () => ({ commit }) });
      await until(() => second.delivered.length === 2, "both answers");
      assert.deepEqual(second.calls, ["m1"]);
      assert.equal(done, 2);
      const answers = new Map(second.delivered.map(({ body }) => [JSON.parse(body).entry[0].resource.response.identifier, body]));
      assert.equal(answers.get("m2"), dying.delivered[0].body, "the answer that was given, byte for byte");
      await until(() => store.owed().length === 0, "nothing is owed any more");
      assert.equal((await second.post(message("m1", "b1"), "")).text, answers.get("m1"));
    });

    test("a restart after days: what was acknowledged is processed nevertheless, once, and answered", async () => {
      const store = newStore();
      const options = { store, reliableCache: 1 };
      const dying = start({ ...options, statuses: ["silent"], handle: ({ route }) => (route.messageId === "m1" ? never() : {}) });
      await dying.post(message("m1", "b1"));
      await dying.post(message("m2", "b2"));
      await until(() => dying.delivered.length === 1, "a try to deliver");
      const days = 3 * 86_400_000;
      const second = start({ ...options, now: () => new Date(Date.now() + days) });
      // A copy that comes before the message has been processed finds that it was accepted.
      assert.equal((await second.post(message("m1", "b1"))).status, 202);
      await until(() => second.delivered.length === 2 && store.owed().length === 0, "both answers");
      assert.deepEqual(second.calls, ["m1"]);
    });

    test("a message whose handler is gone after a restart waits for it", async () => {
      const store = newStore();
      const dying = start({ store, handle: never });
      await dying.post(message("m1", "b1"));
      const errors = [];
      createReceiver({ store, asynchronous: { targets: [] }, onError: (error) => errors.push(error) });
      await until(() => errors.length === 1, "it is told");
      assert.equal(store.owed().length, 1);
      const third = start({ store });
      await until(() => third.delivered.length === 1, "the answer is delivered");
    });
  });
}

test("answers go only where they may", async () => {
  const { post, delivered, calls } = start({ targets: ["http://sender.example.org/fhir/", "https://other.example.org/in/box"] });
  for (const url of [
    "http://sender.example.org/fhir2/x",
    "http://sender.example.org/fhir/../admin",
    "http://sender.example.org/fhir/%2e%2e/admin",
    "http://sender.example.org:8080/fhir/x",
    "https://sender.example.org/fhir/x",
    "http://sender.example.org.evil.example/fhir/x",
    "http://sender.example.org@evil.example/fhir/x",
    "http://user:password@sender.example.org/fhir/x",
    "http://169.254.169.254/latest",
    "file:///etc/passwd",
    "javascript:alert(1)",
  ]) {
    const { status, text } = await post(message("m1", "b1"), `?async=true&response-url=${encodeURIComponent(url)}`);
    assert.deepEqual([status, JSON.parse(text).issue[0].code], [422, "business-rule"], url);
  }
  assert.equal((await post(message("m1", "b1"), "?async=true&response-url=here")).status, 400);
  // The endpoint is what the sender writes, too.
  assert.equal((await post(message("m1", "b1", { endpoint: "http://127.0.0.1/fhir" }))).status, 422);
  assert.equal((await post(message("m1", "b1"), "?async=true&response-url=https://other.example.org/in/box")).status, 202);
  await until(() => delivered.length === 1, "the answer is delivered");
  assert.equal(delivered[0].url, "https://other.example.org/in/box?async=true");
  assert.equal(calls.length, 1);
});

test("a function decides where answers may go", async () => {
  const asked = [];
  const targets = async (url) => {
    asked.push(url.href);
    return url.hostname === "sender.example.org";
  };
  const { post, delivered } = start({ targets });
  assert.equal((await post(message("m1", "b1"))).status, 202);
  await until(() => delivered.length === 1, "the answer is delivered");
  assert.equal((await post(message("m2", "b2"), "?async=true&response-url=http://elsewhere.example.org/")).status, 422);
  assert.deepEqual([asked[0], asked.at(-1)], [TARGET, "http://elsewhere.example.org/?async=true"]);
});

test("in a Parameters resource, and refused where it makes no sense", async () => {
  const { post, delivered, receiver } = start();
  const parameters = (...more) =>
    JSON.stringify({ resourceType: "Parameters", parameter: [{ name: "content", resource: JSON.parse(message("m1", "b1")) }, ...more] });
  const later = { name: "async", valueBoolean: true };
  const url = { name: "response-url", valueUrl: "http://sender.example.org/fhir/inbox" };
  assert.equal((await post(parameters(url), "")).status, 400);
  assert.equal((await post(parameters({ name: "async", valueBoolean: "yes" }), "")).status, 400);
  assert.equal((await post(message("m1", "b1"), "?async=maybe")).status, 400);
  assert.equal((await post(parameters(later, url), "")).status, 202);
  await until(() => delivered.length === 1, "the answer is delivered");
  assert.equal(delivered[0].url, `${url.valueUrl}?async=true`);
  // Netsmart's events are synchronous only.
  const netsmart = await post(smallMessage("m9", "b9"));
  assert.deepEqual([netsmart.status, JSON.parse(netsmart.text).issue[0].code], [400, "not-supported"]);
  const statement = await (await receiver(new Request("http://receiver.example.org/fhir/metadata"))).json();
  assert.match(statement.messaging[0].documentation, /async=true/);
  assert.throws(() => start({ store: { find() {}, save() {} } }), TypeError);
});

test("in memory, a message that waits to be processed keeps no old answers there", () => {
  // The store does not show what it keeps; its maps do.
  const maps = [];
  const original = globalThis.Map;
  globalThis.Map = class extends original {
    constructor() {
      super();
      maps.push(this);
    }
  };
  const store = memoryStore();
  globalThis.Map = original;
  const sending = (id) => ({ sender: "", messageId: `m${id}`, bundleId: `b${id}` });
  store.owe({ ...sending(0), target: TARGET, base: "", request: "{}", expires: Number.MAX_SAFE_INTEGER }, 0);
  for (let now = 1; now <= 100; now += 1) store.save({ ...sending(now), body: "{}", expires: now + 10 }, now);
  assert.ok(maps.length > 0 && maps.every(({ size }) => size <= 12), `${maps.map(({ size }) => size)}`);
  assert.deepEqual(store.find(sending(0), 100), { message: true, sending: { messageId: "m0", expires: Number.MAX_SAFE_INTEGER } });
});
