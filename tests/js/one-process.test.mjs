// A SQLite file is one receiver's, as long as that lives; and another process that writes to it stops nobody.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { createReceiver, openSqliteStore } from "fhirpost";
import { smallMessage } from "./small-message.mjs";
import { folder } from "./stores.mjs";

const RECEIVER = fileURLToPath(new URL("receiver-process.mjs", import.meta.url));
const HEADERS = { "Content-Type": "application/fhir+json" };
const posix = { skip: process.platform === "win32" && "its processes get no signals, and its files have no modes" };

test("a second receiver does not start on it; it does when the first was ended, or killed", posix, async (t) => {
  const file = join(folder, "one.db");
  const first = fork(RECEIVER, [file]);
  t.after(() => first.kill("SIGKILL"));
  await once(first, "message");
  assert.throws(() => openSqliteStore(file), /a receiver that is running has it open/);
  // By another name, too.
  symlinkSync(file, join(folder, "link.db"));
  assert.throws(() => openSqliteStore(join(folder, "link.db")), /a receiver that is running has it open/);
  // Others may read it.
  const reader = new Database(file, { readonly: true });
  assert.deepEqual(reader.prepare("SELECT * FROM fhirpost_answer").all(), []);
  reader.close();
  const gone = once(first, "exit");
  first.kill("SIGKILL");
  await gone;
  const store = openSqliteStore(file);
  // One process is not let in twice, either, and to try it does not let others in.
  assert.throws(() => openSqliteStore(file), /a receiver that is running has it open/);
  const second = fork(RECEIVER, [file], { stdio: "ignore" });
  assert.notEqual((await once(second, "exit"))[0], 0);
  store.close();
  openSqliteStore(file).close();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("one.db")),
    ["one.db"],
  );
});

test("what is not a file is not touched", posix, () => {
  const path = join(folder, "folder.db");
  mkdirSync(path, { mode: 0o755 });
  assert.throws(() => openSqliteStore(path), { code: "EISDIR" });
  assert.equal(statSync(path).mode & 0o777, 0o755);
  assert.ok(!existsSync(`${path}-lock`));
});

test("what lies beside it is its owner's alone, also where another process has made it", posix, () => {
  const file = join(folder, "shared.db");
  const other = new Database(file);
  other.exec("PRAGMA journal_mode = WAL; CREATE TABLE mine (a); INSERT INTO mine VALUES (1)");
  for (const end of ["", "-wal", "-shm"]) chmodSync(file + end, 0o644);
  const store = openSqliteStore(file);
  for (const end of ["", "-wal", "-shm", "-lock"]) assert.equal((statSync(file + end).mode & 0o777).toString(8), "600", end);
  store.close();
  other.close();
});

test("while another process holds the write lock: 503, no handler is called, /metadata is answered; then all goes on", async () => {
  const file = join(folder, "locked.db");
  const store = openSqliteStore(file);
  const calls = [];
  const errors = [];
  const receiver = createReceiver({ store, onError: (error) => errors.push(error) });
  receiver.on(
    { system: "http://ntst.com/fhir/message-events", code: "submit-service-request" },
    ({ route }) => void calls.push(route.messageId),
  );
  const post = async (id) => {
    const response = await receiver(
      new Request("http://a.example/$process-message", { method: "POST", headers: HEADERS, body: smallMessage(id, id) }),
    );
    return { status: response.status, retryAfter: response.headers.get("retry-after"), text: await response.text() };
  };
  const known = await post("known");
  const other = new Database(file);
  other.exec("BEGIN IMMEDIATE");
  const waiting = Promise.all([post("m1"), post("m2")]);
  // Nothing waits in the library: this comes first, although it was asked last.
  const first = await Promise.race([waiting, receiver(new Request("http://a.example/metadata"))]);
  assert.equal(first.status, 200);
  for (const answer of await waiting) {
    assert.deepEqual([answer.status, answer.retryAfter], [503, "5"]);
    assert.equal(JSON.parse(answer.text).issue[0].code, "throttled");
  }
  assert.deepEqual(calls, ["known"]);
  assert.equal((await post("known")).text, known.text, "what is known needs no lock");
  assert.equal(errors.length, 2);
  // One that goes soon is waited for.
  const patient = post("m3");
  await new Promise((resolve) => setImmediate(resolve));
  other.exec("ROLLBACK");
  assert.equal((await patient).status, 200);
  assert.equal((await post("m1")).status, 200);
  other.close();
  store.close();
});
