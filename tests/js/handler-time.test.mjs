// A handler that takes too long: its sender is told so, what it gives is kept for the next copy of its message, and others go on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createReceiver } from "fhirpost";
import { smallMessage } from "./small-message.mjs";
import { stores } from "./stores.mjs";

const EVENT = "http://sender.example.org/events/referral-seen";
const TARGET = "http://sender.example.org/fhir/$process-message?async=true";

const message = (messageId, bundleId) => smallMessage(messageId, bundleId, { event: { eventUri: EVENT } });
const codeOf = (text) => JSON.parse(text).entry[0].resource.response.code;

/** A promise, and what fulfils or rejects it. */
function gate() {
  const given = {};
  given.passed = new Promise((resolve, reject) => Object.assign(given, { open: resolve, fail: reject }));
  return given;
}

/** A receiver that waits a millisecond for its handlers, what they were called for, and what was posted. */
function start({ store, handle, deliver = () => new Response(null, { status: 202 }), ...options }) {
  const calls = [];
  const delivered = [];
  const errors = [];
  const fetch = async (request) => {
    const text = await request.text();
    delivered.push({ url: request.url, text, id: JSON.parse(text).entry[0].resource.response.identifier });
    return deliver(delivered.length);
  };
  const asynchronous = { targets: ["http://sender.example.org/fhir"], fetch, delay: () => 1 };
  const onError = (error) => errors.push(error);
  const receiver = createReceiver({ store, asynchronous, onError, handlerTimeout: 1, ...options });
  receiver.on({ uri: EVENT }, (received) => {
    calls.push(received.route.messageId);
    return handle(received);
  });
  const post = async (body, query = "") => {
    const headers = { "Content-Type": "application/fhir+json" };
    const response = await receiver(
      new Request(`http://receiver.example.org/fhir/$process-message${query}`, { method: "POST", body, headers }),
    );
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { post, calls, delivered, errors };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

async function until(holds) {
  while (!(await holds())) await turn();
}

for (const [name, newStore] of Object.entries(stores)) {
  describe(`a handler that takes too long, with answers in ${name}`, () => {
    test("its sender may send again, and gets what came of it, which is done once", { timeout: 20_000 }, async () => {
      const { passed, open } = gate();
      let done = 0;
      const commit = () => {
        done += 1;
      };
      const { post, calls, errors } = start({ store: newStore(), handle: () => passed });
      const first = await post(message("m1", "b1"));
      assert.deepEqual([first.status, codeOf(first.text)], [200, "transient-error"]);
      assert.match(first.text, /still processing/);
      // Copies are told the same as long as it goes on, also with async and with another Bundle.id; others are processed.
      for (let copy = 0; copy < 3; copy += 1) assert.equal(codeOf((await post(message("m1", "b1"))).text), "transient-error");
      assert.equal(codeOf((await post(message("m1", "b2"))).text), "transient-error");
      const later = await post(message("m1", "b1"), "?async=true");
      assert.deepEqual([later.status, later.headers.get("retry-after")], [503, "5"]);
      assert.deepEqual(calls, ["m1"]);
      assert.match(errors[0].message, /not processed within 1 ms/);
      open({ commit });
      let again;
      await until(async () => {
        again = await post(message("m1", "b1"));
        return codeOf(again.text) === "ok";
      });
      assert.deepEqual([done, calls], [1, ["m1"]]);
      assert.equal((await post(message("m1", "b1"))).text, again.text);
      assert.equal((await post(message("m1", "b2"))).status, 409);
    });

    test("what it throws then is told, and the next copy is processed", { timeout: 20_000 }, async () => {
      const { passed, fail } = gate();
      const { post, calls, errors } = start({ store: newStore(), handle: () => (calls.length === 1 ? passed : undefined) });
      assert.equal(codeOf((await post(message("m1", "b1"))).text), "transient-error");
      fail(new Error("Rivera, Ana"));
      await until(async () => codeOf((await post(message("m1", "b1"))).text) === "ok");
      assert.deepEqual(calls, ["m1", "m1"]);
      assert.ok(errors.some((error) => error.message === "Rivera, Ana"));
    });

    test("copies that waited for it in vain are not processed when it fails: nobody would get their answer", {
      timeout: 20_000,
    }, async () => {
      const { passed, fail } = gate();
      const { post, calls } = start({ store: newStore(), handle: () => passed });
      await Promise.all(Array.from({ length: 20 }, () => post(message("m1", "b1"))));
      fail(new Error("Rivera, Ana"));
      for (let turns = 0; turns < 20; turns += 1) await turn();
      assert.deepEqual(calls, ["m1"]);
    });

    test("asynchronous: others are processed, its sender is told, and what came of it waits for the next copy", {
      timeout: 20_000,
    }, async () => {
      const { passed, open } = gate();
      let done = 0;
      const commit = () => {
        done += 1;
      };
      const store = newStore();
      const { post, calls, delivered } = start({ store, handle: ({ route }) => (route.messageId.startsWith("slow") ? passed : {}) });
      const slow = Array.from({ length: 40 }, (_, index) => `slow${index}`);
      for (const id of slow) assert.equal((await post(message(id, id), "?async=true")).status, 202);
      assert.equal((await post(message("fine", "fine"), "?async=true")).status, 202);
      await until(() => delivered.length === 41 && store.owed().length === 0);
      const told = new Map(delivered.map(({ id, text }) => [id, codeOf(text)]));
      assert.deepEqual([told.get("fine"), told.get("slow0"), told.get("slow39")], ["ok", "transient-error", "transient-error"]);
      assert.deepEqual([delivered[0].url, calls.length], [TARGET, 41]);
      // As long as it goes on, no copy is accepted.
      assert.equal((await post(message("slow0", "slow0"), "?async=true")).status, 503);
      open({ commit });
      await until(async () => (await post(message("slow0", "slow0"), "?async=true")).status === 202);
      await until(() => delivered.length === 42 && store.owed().length === 0);
      assert.deepEqual([delivered[41].id, codeOf(delivered[41].text)], ["slow0", "ok"]);
      // Synchronous copies get it, too. All were done once.
      assert.equal((await post(message("slow0", "slow0"))).text, delivered[41].text);
      await until(async () => (await post(message("slow39", "slow39"))).status === 200);
      assert.equal(codeOf((await post(message("slow39", "slow39"))).text), "ok");
      await until(() => done === 40);
      assert.equal(calls.length, 41);
    });

    test("asynchronous: a late answer takes the place of what its sender was not told yet", { timeout: 20_000 }, async () => {
      const { passed, open } = gate();
      const store = newStore();
      let isUp = false;
      const deliver = () => new Response(null, { status: isUp ? 202 : 503 });
      const { post, calls, delivered } = start({ store, handle: () => passed, deliver });
      await post(message("m1", "b1"), "?async=true");
      await until(() => delivered.length > 1);
      assert.equal(codeOf(delivered[1].text), "transient-error");
      open({});
      await until(() => codeOf(delivered.at(-1).text) === "ok");
      isUp = true;
      await until(() => store.owed().length === 0);
      assert.equal(codeOf(delivered.at(-1).text), "ok");
      assert.equal((await post(message("m1", "b1"))).text, delivered.at(-1).text);
      assert.deepEqual(calls, ["m1"]);
    });

    test("asynchronous: a restart in the middle of it processes the next copy", { timeout: 20_000 }, async () => {
      const store = newStore();
      const dying = start({ store, handle: () => new Promise(() => {}) });
      await dying.post(message("m1", "b1"), "?async=true");
      await until(() => dying.delivered.length === 1 && store.owed().length === 0);
      const second = start({ store, handle: () => ({}), handlerTimeout: Number.POSITIVE_INFINITY });
      assert.equal(codeOf((await second.post(message("m1", "b1"))).text), "ok");
      assert.deepEqual(second.calls, ["m1"]);
    });
  });

  test(`what fails behind a handler does not call it again, with answers in ${name}`, { timeout: 20_000 }, async () => {
    const store = newStore();
    const faults = { owe: 0, settle: 0, targets: 0 };
    const once = (what) => {
      faults[what] += 1;
      if (faults[what] === 1) throw new Error(what);
    };
    const faulty = {
      ...store,
      // The first that is owed is the message itself.
      owe(owed, ...rest) {
        if (owed.body !== undefined) once("owe");
        return store.owe(owed, ...rest);
      },
      settle(sending) {
        once("settle");
        return store.settle(sending);
      },
    };
    let asked = 0;
    const targets = () => {
      asked += 1;
      if (asked > 1) once("targets");
      return true;
    };
    const delivered = [];
    const fetch = async (request) => {
      delivered.push(await request.text());
      return new Response(null, { status: 202 });
    };
    const { post, calls, errors } = start({
      store: faulty,
      handle: () => ({}),
      handlerTimeout: 20_000,
      asynchronous: { targets, fetch, delay: () => 1 },
    });
    await post(message("m1", "b1"), "?async=true");
    await until(() => faults.settle === 2);
    assert.deepEqual(
      errors.map((error) => error.message),
      ["owe", "targets", "settle"],
    );
    assert.deepEqual([calls, delivered.length], [["m1"], 1]);
  });
}

test("a limit that makes no sense is refused", () => {
  for (const handlerTimeout of [0, -1, Number.NaN, 2 ** 31, 1.5, "20", null]) {
    assert.throws(() => createReceiver({ handlerTimeout }), { name: "TypeError", message: /handlerTimeout/ }, String(handlerTimeout));
  }
});
