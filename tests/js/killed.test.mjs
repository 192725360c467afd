// The receiver is killed in the middle of its work, again and again, while sendMessage goes on sending: no message is lost, and none is
// processed twice. SEED=… repeats when.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { sendMessage } from "fhirpost";
import { concurrently } from "./concurrently.mjs";
import { random, someSeed } from "./random.mjs";
import { smallMessage } from "./small-message.mjs";

const MESSAGES = 2000;
const AT_ONCE = 20;
const KILLS = 6;
const SENDING = {
  base: "http://127.0.0.1/fhir",
  // A receiver that is started again has another port.
  fetch: (url, init) => fetch(Object.assign(new URL(url), { port }), init),
  // A receiver that is broken must not be tried for hours.
  signal: AbortSignal.timeout(600_000),
  timeout: 3000,
  retry: { attempts: 300, delay: 5, maxDelay: 100 },
};

const seed = someSeed();
const next = random(seed);
const folder = mkdtempSync(join(tmpdir(), "fhirpost-"));
const file = join(folder, "answers.db");

let receiver;
let port;
async function start() {
  receiver = fork(fileURLToPath(new URL("receiver-process.mjs", import.meta.url)), [file]);
  [{ port }] = await once(receiver, "message");
}
async function kill() {
  const gone = once(receiver, "exit");
  receiver.kill("SIGKILL");
  await gone;
}

// All is sent before there is a test: the runner follows each promise of a test, which would take most of the time.
await start();
const ids = Array.from({ length: MESSAGES }, (_, index) => ({ messageId: `m${index}`, bundleId: `b${index}` }));
const send = ({ messageId, bundleId }) => sendMessage(smallMessage(messageId, bundleId), SENDING);

/** After how many answers the receiver is killed. */
const kills = Array.from({ length: KILLS }, () => Math.floor(next() * MESSAGES * 0.95)).sort((a, b) => a - b);
let killed = 0;
let answered = 0;
let restarting = false;
const results = await concurrently(ids, AT_ONCE, async (one) => {
  const result = await send(one);
  answered += 1;
  if (killed < KILLS && answered >= kills[killed] && !restarting) {
    restarting = true;
    killed += 1;
    // Some milliseconds later others are on their way through the handler, and through the store.
    await new Promise((resolve) => setTimeout(resolve, next() * 8));
    await kill();
    await start();
    restarting = false;
  }
  return result;
});
// What was acknowledged before a kill is answered after it as it was then.
await kill();
await start();
const repeated = await concurrently(ids, AT_ONCE, send);
receiver.send("what did you see?");
const [{ calls }] = await once(receiver, "message");
await kill();

after(() => rmSync(folder, { recursive: true, force: true }));

test("kill -9 in the middle of 2,000 messages: none lost, none twice", (t) => {
  const again = results.filter(({ attempts }) => attempts.length > 1).length;
  t.diagnostic(`SEED=${seed}; killed ${killed} times; ${again} messages were sent more than once`);
  assert.equal(killed, KILLS);
  assert.ok(again >= KILLS, "the kills hit messages under way");
  assert.equal(calls, 0, "the last receiver had all its answers from the store");

  const database = new Database(file);
  const effects = new Map();
  for (const { message_id, id } of database.prepare("SELECT message_id, id FROM referral").all()) {
    assert.ok(!effects.has(message_id), `${message_id} was processed twice`);
    effects.set(message_id, id);
  }
  assert.equal(effects.size, MESSAGES);
  for (const [index, { messageId }] of ids.entries()) {
    const { outcome, issues, answer, body } = results[index];
    assert.equal(outcome, "ok", JSON.stringify(issues));
    assert.equal(repeated[index].body, body);
    assert.deepEqual(answer.created, [{ type: "ServiceRequest", id: effects.get(messageId), from: "entry" }]);
  }
  assert.deepEqual(database.pragma("integrity_check"), [{ integrity_check: "ok" }]);
  database.close();
});
