// A message is processed once, however often and however it is sent: the specification's table, with each store.
import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import Database from "better-sqlite3";
import { buildSync } from "esbuild";
import init, { createReceiver, memoryStore, openSqliteStore, sqliteStore, validateBundle } from "fhirpost";
import { folder, stores } from "./stores.mjs";

const FHIR_JSON = "application/fhir+json";
const SUBMIT = { system: "http://ntst.com/fhir/message-events", code: "submit-service-request" };
const example = JSON.parse(await readFile(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8"));

/** The example as a message with these ids. */
function message(messageId, bundleId) {
  const bundle = structuredClone(example);
  const [header] = bundle.entry;
  const old = header.resource.id;
  bundle.id = bundleId;
  header.resource.id = messageId;
  header.fullUrl = header.fullUrl.replace(old, messageId);
  return JSON.stringify(bundle);
}

/** A receiver that counts how often its handler runs, and what `post` gives for a body: status and text. */
function start({ handle, ...options } = {}) {
  const calls = [];
  const receiver = createReceiver({ base: "http://receiver.example.org/fhir", ...options });
  receiver.on(SUBMIT, async (received) => {
    calls.push(received.route.messageId);
    return (await handle?.(received)) ?? { code: "ok" };
  });
  const post = async (body, headers) => {
    const request = new Request("http://receiver.example.org/fhir/$process-message", {
      method: "POST",
      body,
      headers: { "Content-Type": FHIR_JSON, ...headers },
    });
    const response = await receiver(request);
    return { status: response.status, text: await response.text() };
  };
  return { post, calls };
}

/** The object with a property that makes it something to wait for. */
const withThen = (object, property) => Object.defineProperty(object, ["then"].join(), property);

const issueCode = ({ text }) => JSON.parse(text).issue[0].code;

before(init);

for (const [name, newStore] of Object.entries(stores)) {
  describe(`with answers in ${name}`, () => {
    test("both ids new: processed", async () => {
      const { post, calls } = start({ store: newStore() });
      assert.equal((await post(message("m1", "b1"))).status, 200);
      assert.equal((await post(message("m2", "b2"))).status, 200);
      assert.deepEqual(calls, ["m1", "m2"]);
    });

    test("both ids known: the original answer, byte for byte, and no second call", async () => {
      const { post, calls } = start({ store: newStore() });
      const first = await post(message("m1", "b1"));
      assert.deepEqual(await post(message("m1", "b1")), first);
      assert.equal(calls.length, 1);
      assert.ok(validateBundle(first.text).valid);
    });

    for (const [what, again] of [
      ["the message known, the Bundle.id new", message("m1", "b2")],
      ["the Bundle.id known, the message new", message("m2", "b1")],
    ]) {
      test(`${what}: a consequence is refused`, async () => {
        const { post, calls } = start({ store: newStore() });
        await post(message("m1", "b1"));
        const second = await post(again);
        assert.equal(second.status, 409);
        assert.equal(issueCode(second), "duplicate");
        assert.equal(calls.length, 1);
      });
    }

    test("copies that arrive at the same moment: one call, one answer", async () => {
      const handle = () => new Promise((resolve) => setTimeout(resolve, 20, { code: "ok" }));
      const { post, calls } = start({ store: newStore(), handle });
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(message("m1", "b1"))));
      assert.equal(calls.length, 1);
      assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
      // One with another Bundle.id waits as well, and is refused.
      const { post: again, calls: ours } = start({ store: newStore(), handle });
      const both = await Promise.all([again(message("m1", "b1")), again(message("m1", "b2"))]);
      assert.deepEqual(
        both.map(({ status }) => status),
        [200, 409],
      );
      assert.equal(ours.length, 1);
    });

    test("what a handler throws is a transient error, told without its words, and the same sending may come again", async () => {
      let broken = true;
      const handle = () => {
        if (broken) throw new Error("Rivera, Ana: the database is down");
      };
      const { post, calls } = start({ store: newStore(), handle });
      const first = await post(message("m1", "b1"));
      assert.equal(first.status, 200);
      assert.ok(!first.text.includes("database is down"));
      assert.equal(JSON.parse(first.text).entry[0].resource.response.code, "transient-error");
      broken = false;
      const second = await post(message("m1", "b1"));
      assert.equal(JSON.parse(second.text).entry[0].resource.response.code, "ok");
      assert.deepEqual(await post(message("m1", "b1")), second);
      assert.equal(calls.length, 2);
    });

    test("a fatal error is an answer as any other: it is given again", async () => {
      const { post, calls } = start({ store: newStore(), handle: () => ({ code: "fatal-error" }) });
      const first = await post(message("m1", "b1"));
      assert.deepEqual(await post(message("m1", "b1")), first);
      assert.equal(calls.length, 1);
    });

    test("what was refused is not remembered: a message that is fixed is processed", async () => {
      const { post, calls } = start({ store: newStore() });
      const broken = message("m1", "b1").replace('"intent"', '"intend"');
      assert.equal((await post(broken)).status, 422);
      assert.equal((await post(message("m1", "b1"))).status, 200);
      assert.equal(calls.length, 1);
    });

    test("an answer is forgotten when its time is over", async () => {
      let now = Date.parse("2026-11-24T10:00:00Z");
      const { post, calls } = start({ store: newStore(), reliableCache: 10, now: () => new Date(now) });
      await post(message("m1", "b1"));
      now += 9 * 60_000;
      await post(message("m1", "b1"));
      assert.equal(calls.length, 1);
      now += 2 * 60_000;
      await post(message("m1", "b1"));
      assert.equal(calls.length, 2);
    });

    test("a commit is done once, with its answer; when it throws, neither is kept and the sending may come again", async () => {
      const errors = [];
      let done = 0;
      let broken = true;
      const commit = () => {
        if (broken) throw new Error("Rivera, Ana: no room");
        done += 1;
      };
      const { post, calls } = start({ store: newStore(), handle: () => ({ commit }), onError: (error) => errors.push(error) });
      const first = await post(message("m1", "b1"));
      assert.equal(JSON.parse(first.text).entry[0].resource.response.code, "transient-error");
      assert.doesNotMatch(first.text, /Rivera, Ana: no room/);
      assert.deepEqual(
        errors.map((error) => error.message),
        ["Rivera, Ana: no room"],
      );
      broken = false;
      const second = await post(message("m1", "b1"));
      assert.equal(JSON.parse(second.text).entry[0].resource.response.code, "ok");
      assert.deepEqual(await post(message("m1", "b1")), second);
      assert.deepEqual([done, calls.length], [1, 2]);
    });

    test("a commit that is not done when it returns is an error, and one beside transient-error is left alone", async () => {
      const errors = [];
      let done = 0;
      let code = "ok";
      const commit = async () => {
        done += 1;
      };
      const handle = () => ({ code, commit });
      const { post } = start({ store: newStore(), handle, onError: (error) => errors.push(error) });
      assert.match((await post(message("m1", "b1"))).text, /"transient-error"/);
      assert.match(errors[0].message, /synchronous/);
      code = "transient-error";
      assert.match((await post(message("m2", "b2"))).text, /"transient-error"/);
      assert.deepEqual([done, errors.length], [1, 1]);
    });

    const foreign = runInNewContext("Promise");
    for (const [what, result] of [
      ["a promise that is rejected", () => Promise.reject(new Error("no room"))],
      ["a promise of another realm", () => foreign.reject(new Error("no room"))],
      ["an object with then", () => withThen({}, { value: assert.fail })],
      ["an object that gets its then", () => withThen({}, { get: () => assert.fail })],
      ["an object whose then cannot be had", () => withThen({}, { get: () => assert.fail("no room") })],
      ["a function with then", () => withThen(() => {}, { value: assert.fail })],
      ["a generator, which has run nothing", function* () {}],
      ["an asynchronous generator", async function* () {}],
      ["a promise with a then of its own", () => withThen(Promise.reject(new Error("no room")), { value: 1 })],
    ]) {
      test(`a commit that gives ${what}: nothing is kept, and nothing of it is waited for`, async () => {
        const store = newStore();
        const errors = [];
        const onError = async (error) => {
          errors.push(error);
          // What it gives back is not waited for, either.
          throw error;
        };
        const { post, calls } = start({ store, handle: () => ({ commit: result }), onError });
        assert.match((await post(message("m1", "b1"))).text, /"transient-error"/);
        assert.deepEqual(await store.find({ sender: "", messageId: "m1", bundleId: "b1" }, 0), { message: false });
        // A rejection that nobody sees would end the process after this turn.
        await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual([calls.length, errors.length], [1, 1]);
      });
    }

    test("a commit is asked for once, and may be a method", async () => {
      let asked = 0;
      let done = 0;
      class Outcome {
        get commit() {
          asked += 1;
          return asked > 1 ? undefined : this.#commit;
        }
        #commit() {
          assert.ok(this instanceof Outcome);
          done += 1;
        }
      }
      const { post } = start({ store: newStore(), handle: () => new Outcome() });
      assert.match((await post(message("m1", "b1"))).text, /"code":"ok"/);
      assert.deepEqual([asked, done], [1, 1]);
    });

    test("a sender's ids count for it alone: nobody gets the answer of another", async () => {
      const { post, calls } = start({ store: newStore(), authorize: (token) => token ?? false });
      const first = await post(message("m1", "b1"), { Authorization: "Bearer alice" });
      const other = await post(message("m1", "b1"), { Authorization: "Bearer bob" });
      assert.equal(other.status, 200);
      assert.notEqual(other.text, first.text);
      assert.equal(calls.length, 2);
      assert.equal((await post(message("m1", "b1"))).status, 401);
    });
  });
}

// No built-in event is a currency or notification: the rule itself is asked, out of the source.
test("the message known, the Bundle.id new: by the category of the event", async () => {
  const file = fileURLToPath(new URL("../../src/js/receiver/reliable.ts", import.meta.url));
  const { outputFiles } = buildSync({ entryPoints: [file], bundle: true, format: "esm", write: false });
  const { reliably, Turns } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  for (const [category, again] of [
    ["consequence", false],
    ["currency", true],
    ["notification", true],
    [undefined, false],
  ]) {
    const memory = { store: memoryStore(), keep: 1000, turns: new Turns() };
    let runs = 0;
    const send = (messageId, bundleId) =>
      reliably(
        memory,
        { sender: "", messageId, bundleId },
        category,
        () => 0,
        async () => {
          runs += 1;
          return { body: `answer ${runs}`, final: true, failed: assert.fail };
        },
      );
    assert.equal(await send("m1", "b1"), "answer 1");
    if (again) {
      assert.equal(await send("m1", "b2"), "answer 2", category);
      // Each sending keeps its own answer.
      assert.equal(await send("m1", "b1"), "answer 1");
      assert.equal(await send("m1", "b2"), "answer 2");
    } else {
      await assert.rejects(send("m1", "b2"), { status: 409 }, category);
    }
    await assert.rejects(send("m2", "b1"), { status: 409 });
    assert.equal(runs, again ? 2 : 1);
  }
});

test("an answer goes out only when it is kept", async () => {
  let kept = false;
  const slow = {
    ...memoryStore(),
    async save() {
      await new Promise((resolve) => setTimeout(resolve, 20));
      kept = true;
    },
  };
  await start({ store: slow }).post(message("m1", "b1"));
  assert.ok(kept);
  const full = {
    ...memoryStore(),
    save() {
      throw new Error("Rivera, Ana: the disk is full");
    },
  };
  const refused = await start({ store: full }).post(message("m1", "b1"));
  assert.equal(refused.status, 500);
  assert.ok(!refused.text.includes("disk is full"));
});

test("answers in SQLite outlive the receiver", async () => {
  const path = join(folder, "lives.db");
  const first = start({ store: sqliteStore(new Database(path)) });
  const answer = await first.post(message("m1", "b1"));
  const second = start({ store: sqliteStore(new Database(path)) });
  assert.deepEqual(await second.post(message("m1", "b1")), answer);
  assert.equal(second.calls.length, 0);
});

test("what commits write in SQLite is there for the messages that were answered, and for no others", async () => {
  const database = new Database(join(folder, "commits.db"));
  database.exec("CREATE TABLE referral (id TEXT PRIMARY KEY)");
  const handle = ({ route }) => ({
    commit(given) {
      given.prepare("INSERT INTO referral VALUES (?)").run(route.messageId);
      if (route.messageId.endsWith("3")) throw new Error("not this one");
    },
  });
  const { post } = start({ store: sqliteStore(database), handle });
  // They are ready together, so they share a transaction: one that fails must not take the others with it.
  await Promise.all(Array.from({ length: 10 }, (_, index) => post(message(`m${index}`, `b${index}`))));
  const expected = ["m0", "m1", "m2", "m4", "m5", "m6", "m7", "m8", "m9"];
  assert.deepEqual(database.prepare("SELECT id FROM referral ORDER BY id").pluck().all(), expected);
  assert.deepEqual(database.prepare("SELECT message_id FROM fhirpost_answer ORDER BY message_id").pluck().all(), expected);
});

test("answers that are ready together share a transaction", async () => {
  const database = new Database(join(folder, "together.db"));
  const store = sqliteStore(database);
  const stored = (index) => ({ sender: "", messageId: `m${index}`, bundleId: `b${index}`, body: "{}", expires: 10 });
  let commits = 0;
  const hook = () => {
    if (!database.inTransaction) throw new Error("outside of a transaction");
    commits += 1;
  };
  const writes = Array.from({ length: 5 }, (_, index) => store.save(stored(index), 0, hook));
  // Nothing is written before the turn is over.
  assert.equal(commits, 0);
  await writes[0];
  assert.equal(commits, 5);
  await Promise.all(writes);
});

test("of two processes with one database only one keeps its answer, and what it did", async () => {
  const path = join(folder, "two.db");
  const [one, other] = [new Database(path), new Database(path)].map((database) => sqliteStore(database));
  const answer = { sender: "", messageId: "m1", bundleId: "b1", expires: 10 };
  let done = 0;
  const commit = () => {
    done += 1;
  };
  await one.save({ ...answer, body: "first" }, 0, commit);
  await assert.rejects(async () => other.save({ ...answer, body: "second" }, 0, commit), /another process/);
  assert.deepEqual([done, one.find(answer, 0).sending.body], [1, "first"]);
  // When it has expired the place is free.
  await other.save({ ...answer, body: "third", expires: 30 }, 20);
  assert.equal(one.find(answer, 20).sending.body, "third");
});

test("openSqliteStore: a file that only its owner reads, in WAL, with every commit on the disk", {
  skip: platform() === "win32",
}, async () => {
  const path = join(folder, "opened.db");
  const store = openSqliteStore(path);
  const { post } = start({ store });
  const answer = await post(message("m1", "b1"));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) assert.equal((await stat(file)).mode & 0o777, 0o600, file);
  const pragma = (name) => Object.values(store.database.prepare(`PRAGMA ${name}`).get())[0];
  // While another process writes nobody waits for it in the library: nothing else could be done.
  assert.deepEqual([pragma("journal_mode"), pragma("synchronous"), pragma("busy_timeout")], ["wal", 2, 0]);
  store.close();
  assert.equal((await post(message("m2", "b2"))).status, 500);
  const again = openSqliteStore(path);
  assert.deepEqual(await start({ store: again }).post(message("m1", "b1")), answer);
  again.close();
  assert.throws(() => openSqliteStore(join(folder, "missing", "answers.db")), /ENOENT/);
});

test("/metadata says how long answers are kept", async () => {
  const receiver = createReceiver({ reliableCache: 90 });
  const response = await receiver(new Request("http://receiver.example.org/fhir/metadata"));
  assert.equal((await response.json()).messaging[0].reliableCache, 90);
  assert.throws(() => createReceiver({ reliableCache: 0.5 }), TypeError);
});
