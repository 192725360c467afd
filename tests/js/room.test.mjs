// What a receiver holds in memory has bounds, whatever is sent to it, and it says when there is no room.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createReceiver, memoryStore, nodeListener } from "fhirpost";
import { bundled } from "./bundled.mjs";
import { smallMessage } from "./small-message.mjs";
import { stores } from "./stores.mjs";

const EVENT = "http://sender.example.org/events/referral-seen";
const HEADERS = { "Content-Type": "application/fhir+json" };
const SIZE = smallMessage("m1", "b1").length;

const { Room } = await bundled(fileURLToPath(new URL("../../src/js/receiver/room.ts", import.meta.url)));

/** A body that has begun to come, and what ends it. */
function slowBody(text) {
  let controller;
  const stream = new ReadableStream({
    start(given) {
      controller = given;
      controller.enqueue(new TextEncoder().encode(text));
    },
  });
  const end = (rest) => {
    controller.enqueue(new TextEncoder().encode(rest));
    controller.close();
  };
  return { stream, end };
}

function posting(receiver) {
  return async (body, query = "") => {
    const init = { method: "POST", headers: HEADERS, body, duplex: "half" };
    const response = await receiver(new Request(`http://receiver.example.org/$process-message${query}`, init));
    return { status: response.status, retryAfter: response.headers.get("retry-after"), text: await response.text() };
  };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

async function until(holds) {
  while (!(await holds())) await turn();
}

test("unfinished bodies: beyond the bound 503 with Retry-After, and there is room again when they have come or are cut", {
  timeout: 20_000,
}, async () => {
  const post = posting(createReceiver({ maxPendingBytes: 40_000 }));
  const message = smallMessage("m1", "b1");
  const slow = [slowBody(message + " ".repeat(15_000)), slowBody(" ".repeat(15_000))];
  const answers = slow.map(({ stream }) => post(stream));
  await turn();
  const refused = await post(" ".repeat(10_000) + smallMessage("m2", "b2"));
  assert.deepEqual([refused.status, refused.retryAfter], [503, "5"]);
  assert.equal(JSON.parse(refused.text).issue[0].code, "throttled");
  slow[0].end(" ");
  assert.equal((await answers[0]).status, 200);
  slow[1].end("nonsense");
  assert.equal((await answers[1]).status, 400);
  assert.equal((await post(" ".repeat(10_000) + smallMessage("m2", "b2"))).status, 200);
});

test("a small room takes bodies of unknown length that fit, and what never fits is too long", async () => {
  const stream = (text) => new Blob([text]).stream();
  for (const maxPendingBytes of [SIZE, SIZE + 1, 2000, 16_383]) {
    const post = posting(createReceiver({ maxPendingBytes }));
    assert.equal((await post(stream(smallMessage("m1", "b1")))).status, 200, String(maxPendingBytes));
    assert.equal((await post(stream(" ".repeat(maxPendingBytes - SIZE) + smallMessage("m2", "b2")))).status, 200, String(maxPendingBytes));
    assert.equal((await post(" ".repeat(maxPendingBytes - SIZE) + smallMessage("m3", "b3"))).status, 200, String(maxPendingBytes));
    const long = " ".repeat(maxPendingBytes - SIZE + 1) + smallMessage("m4", "b4");
    for (const body of [long, stream(long)]) {
      const { status, text } = await post(body);
      assert.deepEqual([status, JSON.parse(text).issue[0].code], [413, "too-long"]);
    }
  }
});

test("a body that comes in the smallest pieces takes about as much memory as its bytes", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const held = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const post = posting(createReceiver());
  const bytes = new TextEncoder().encode(smallMessage("m1", "b1") + " ".repeat(500_000));
  let at = 0;
  let grown;
  const before = held();
  const stream = new ReadableStream(
    {
      pull(controller) {
        if (at === bytes.length) {
          grown = held() - before;
          return controller.close();
        }
        controller.enqueue(bytes.slice(at, at + 1));
        at += 1;
      },
    },
    { highWaterMark: 0 },
  );
  assert.equal((await post(stream)).status, 200);
  // An array for each byte would take a hundred times as much.
  assert.ok(grown < 10 * bytes.length, `${grown} bytes for ${bytes.length}`);
});

test("over HTTP, too: connections that hold long bodies back keep nobody out for long", { timeout: 20_000 }, async (t) => {
  const receiver = createReceiver({ maxPendingBytes: 100_000 });
  const server = createServer(nodeListener(receiver)).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${server.address().port}/$process-message`;
  const statuses = [];
  const held = Array.from({ length: 10 }, () => {
    const sending = request(url, { method: "POST", headers: { ...HEADERS, "Content-Length": 60_000 } });
    sending.on("error", () => {});
    sending.on("response", (response) => statuses.push(response.resume().statusCode));
    sending.write(" ".repeat(59_000));
    return sending;
  });
  // One of them has room; the others are told that there is none.
  await until(() => statuses.length === 9);
  assert.deepEqual(new Set(statuses), new Set([503]));
  assert.equal((await fetch(url, { method: "POST", headers: HEADERS, body: smallMessage("m1", "b1") })).status, 200);
  for (const sending of held) sending.destroy();
});

test("a sender that is refused in the middle of a long body gets the answer, not a broken connection", { timeout: 60_000 }, async (t) => {
  const server = createServer(nodeListener(createReceiver({ maxBytes: 1000, maxPendingBytes: 10_000 }))).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  // In a process of its own, so that it sends while the receiver refuses.
  const sender = `
    const body = Buffer.alloc(20_000_000, " ");
    const stream = () => new ReadableStream({ start(controller) { controller.enqueue(body); controller.close(); } });
    for (const [type, given] of [["application/fhir+json", () => body], ["application/fhir+json", stream], ["text/plain", () => body]]) {
      for (let count = 0; count < 5; count += 1) {
        const init = { method: "POST", headers: { "Content-Type": type }, body: given(), duplex: "half" };
        const response = await fetch("http://127.0.0.1:${server.address().port}/$process-message", init);
        console.log(response.status, (await response.json()).issue[0].code);
      }
    }`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", sender]);
  assert.equal(stdout, "413 too-long\n".repeat(10) + "415 not-supported\n".repeat(5));
});

test("the oldest body that is still coming after ten seconds gives way", () => {
  let now = 0;
  const room = new Room(100, () => now);
  const gone = [];
  const coming = (name, bytes) => {
    const hold = room.hold();
    hold.coming(() => gone.push(name));
    hold.grow(bytes);
    return hold;
  };
  const first = coming("first", 40);
  now = 5000;
  coming("second", 40);
  assert.throws(() => coming("third", 40), { name: "Unavailable" });
  now = 10_000;
  coming("fourth", 40);
  assert.deepEqual(gone, ["first"]);
  // It holds nothing any more, and what has come whole gives way to nobody.
  first.release();
  const whole = coming("fifth", 20);
  whole.coming(undefined);
  now = 100_000;
  assert.throws(() => room.hold().grow(90), { name: "Unavailable" });
  assert.ok(!gone.includes("fifth"));
  whole.release();
  room.hold().grow(100);
});

test("messages that wait for their answer to be delivered: beyond the bound 503, and they are kept", { timeout: 20_000 }, async () => {
  const store = memoryStore();
  let isUp = false;
  const fetch = async () => new Response(null, { status: isUp ? 202 : 503 });
  const asynchronous = { targets: ["http://sender.example.org/"], fetch, delay: () => 1 };
  const receiver = createReceiver({ store, asynchronous, maxPendingBytes: 50 * SIZE });
  receiver.on({ uri: EVENT }, () => undefined);
  const post = posting(receiver);
  const accepted = [];
  for (let index = 0; ; index += 1) {
    const { status, retryAfter } = await post(smallMessage(`m${index}`, `b${index}`, { event: { eventUri: EVENT } }), "?async=true");
    if (status === 503) {
      assert.equal(retryAfter, "5");
      break;
    }
    assert.equal(status, 202);
    accepted.push(index);
    assert.ok(index < 1000);
  }
  assert.ok(accepted.length > 5);
  assert.equal(store.owed().length, accepted.length);
  isUp = true;
  await until(() => store.owed().length === 0);
  assert.equal((await post(smallMessage("x", "x", { event: { eventUri: EVENT } }), "?async=true")).status, 202);
});

for (const [name, newStore] of Object.entries(stores)) {
  test(`answers that their target puts off for years leave the room to others, and are delivered once when they are due: ${name}`, {
    timeout: 60_000,
  }, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const COUNT = 200;
    const store = newStore();
    let isUp = false;
    const delivered = [];
    const posted = [];
    const fetch = async (request) => {
      const body = await request.text();
      (isUp ? delivered : posted).push(body);
      return new Response(null, isUp ? { status: 202 } : { status: 503, headers: { "Retry-After": "99999999" } });
    };
    const calls = [];
    const asynchronous = { targets: ["http://sender.example.org/"], fetch };
    const maxPendingBytes = 20 * SIZE;
    const receiver = createReceiver({ store, asynchronous, maxPendingBytes });
    receiver.on({ uri: EVENT }, ({ route }) => void calls.push(route.messageId));
    const post = posting(receiver);
    const message = (index) => smallMessage(`m${index}`, `b${index}`, { event: { eventUri: EVENT } });
    const put = () => store.owed().filter(({ notBefore }) => notBefore !== undefined).length;
    for (let index = 0; index < COUNT; index += 1) {
      assert.equal((await post(message(index), "?async=true")).status, 202, String(index));
      while (put() <= index) await new Promise(setImmediate);
    }
    assert.equal((await post(smallMessage("x", "x"))).status, 200);
    // A copy does not make it come sooner, or twice.
    assert.equal((await post(message(7), "?async=true")).status, 202);
    assert.equal(posted.length, COUNT);

    // A process that starts meanwhile waits, too, and has as much room.
    const second = createReceiver({ store, asynchronous: { ...asynchronous, fetch: () => assert.fail("too early") }, maxPendingBytes });
    second.on({ uri: EVENT }, () => assert.fail("it is processed"));
    t.mock.timers.tick(1);
    for (let turns = 0; turns < 100; turns += 1) await new Promise(setImmediate);
    assert.equal((await posting(second)(" ".repeat(15 * SIZE) + smallMessage("y", "y"))).status, 200);

    // One that starts when they are due has no room for all of them at once, and delivers them nevertheless.
    isUp = true;
    const later = Date.now() + 1e11;
    const third = createReceiver({ store, asynchronous, maxPendingBytes, now: () => new Date(later) });
    third.on({ uri: EVENT }, () => assert.fail("it is processed"));
    for (let turns = 0; store.owed().length > 0; turns += 1) {
      assert.ok(turns < 100_000, `${store.owed().length} are left`);
      t.mock.timers.tick(10);
      await new Promise(setImmediate);
    }
    assert.deepEqual(new Set(delivered), new Set(posted));
    assert.equal(delivered.length, COUNT);
    assert.equal(calls.length, COUNT);
  });

  test(`an answer that is put off is delivered by the same process when its time has come: ${name}`, { timeout: 60_000 }, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const store = newStore();
    const posted = [];
    const fetch = async (request) => {
      posted.push(await request.text());
      return new Response(null, posted.length > 2 ? { status: 202 } : { status: 429, headers: { "Retry-After": "4000000" } });
    };
    const receiver = createReceiver({ store, asynchronous: { targets: ["http://sender.example.org/"], fetch }, reliableCache: 1 });
    receiver.on({ uri: EVENT }, () => undefined);
    assert.equal((await posting(receiver)(smallMessage("m1", "b1", { event: { eventUri: EVENT } }), "?async=true")).status, 202);
    const postedAfter = async (milliseconds, count) => {
      t.mock.timers.tick(milliseconds);
      for (let turns = 0; turns < 1000 && posted.length < count; turns += 1) await new Promise(setImmediate);
      // It may have begun something more.
      for (let turns = 0; turns < 100; turns += 1) await new Promise(setImmediate);
      return posted.length;
    };
    assert.equal(await postedAfter(0, 1), 1);
    // More than one timer can take.
    assert.equal(await postedAfter(2 ** 31 - 1, 1), 1);
    assert.equal(await postedAfter(4e9 - 2 ** 31, 1), 1);
    assert.equal(await postedAfter(1000, 2), 2);
    assert.equal(await postedAfter(2 ** 31 - 1, 2), 2);
    assert.equal(await postedAfter(4e9 - 2 ** 31 + 1000, 3), 3);
    assert.deepEqual(store.owed(), []);
    assert.equal(new Set(posted).size, 1);
  });
}

test("the memory store counts what is owed, also when its answer has expired, and a text that is both once", async () => {
  const store = memoryStore({ maxBytes: 10_000 });
  const sending = (id) => ({ sender: "", messageId: `m${id}`, bundleId: `b${id}` });
  const owed = { target: "http://sender.example.org/", base: "" };
  const isFull = (now) => {
    try {
      store.find(sending("new"), now);
      return false;
    } catch (error) {
      assert.equal(error.name, "Unavailable");
      return true;
    }
  };
  store.owe({ ...sending(1), ...owed, request: "x".repeat(8000), expires: Number.MAX_SAFE_INTEGER }, 0);
  assert.equal(isFull(0), false);
  store.owe({ ...sending(1), ...owed, body: "x".repeat(8000), expires: 10 }, 0);
  assert.equal(isFull(0), false);
  store.save({ ...sending(2), body: "x".repeat(1000), expires: 10 }, 0);
  assert.equal(isFull(0), true);
  assert.equal(isFull(20), false);
  store.owe({ ...sending(3), ...owed, body: "x".repeat(1000), expires: 50, again: true }, 20);
  assert.equal(isFull(20), true);
  assert.equal(isFull(100), true, "what is owed is not forgotten");
  store.settle(sending(1));
  assert.equal(isFull(100), false);
});

test("a memory store that is full refuses what is new, gives the answers that it has, and has room when they expire", async () => {
  let now = Date.parse("2026-11-24T10:00:00Z");
  const calls = [];
  const receiver = createReceiver({ store: memoryStore({ maxBytes: 10_000 }), reliableCache: 10, now: () => new Date(now) });
  receiver.on(
    { system: "http://ntst.com/fhir/message-events", code: "submit-service-request" },
    ({ route }) => void calls.push(route.messageId),
  );
  const post = posting(receiver);
  const first = await post(smallMessage("m0", "b0"));
  let count = 1;
  for (; ; count += 1) {
    const { status, retryAfter } = await post(smallMessage(`m${count}`, `b${count}`));
    if (status === 503) {
      assert.equal(retryAfter, "60");
      break;
    }
    assert.ok(count < 100);
  }
  assert.equal(calls.length, count, "what is refused is not processed");
  assert.equal((await post(smallMessage("m0", "b0"))).text, first.text);
  now += 11 * 60_000;
  assert.equal((await post(smallMessage("new", "new"))).status, 200);
  assert.throws(() => memoryStore({ maxBytes: 0 }), TypeError);
});

test("no answer is taken for something else than its type", async () => {
  const receiver = createReceiver({ authorize: (token) => token !== undefined });
  const at = (path, init) => receiver(new Request(`http://receiver.example.org${path}`, init));
  for (const response of [
    await at("/metadata"),
    await at("/metadata", { method: "HEAD" }),
    await at("/metadata", { method: "OPTIONS" }),
    await at("/metadata", { method: "DELETE" }),
    await at("/elsewhere"),
    await at("/$process-message", { method: "POST", body: "{}", headers: HEADERS }),
    await at("/$process-message", { method: "POST", body: "{}", headers: { ...HEADERS, Authorization: "Bearer x" } }),
    await at("/$process-message", { method: "POST", body: smallMessage("m1", "b1"), headers: { ...HEADERS, Authorization: "Bearer x" } }),
  ]) {
    assert.equal(response.headers.get("x-content-type-options"), "nosniff", String(response.status));
  }
});

// In a process of its own: what takes the square of such a length would not come to an end here.
test("what a stranger writes is read in linear time: two million characters of a kind, in the message and around it", () => {
  const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL("long-texts.mjs", import.meta.url))], {
    timeout: 120_000,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
});
