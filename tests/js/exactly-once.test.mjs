// 10,000 messages go from sendMessage to a receiver over real HTTP, through a proxy that drops, delays, duplicates and truncates: each is
// processed exactly once, and the sender knows of each what the receiver's store knows. SEED=… repeats a run.
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
import { faultyProxy } from "./faulty-proxy.mjs";
import { random, someSeed } from "./random.mjs";
import { smallMessage } from "./small-message.mjs";

const MESSAGES = 10_000;
const AT_ONCE = 50;
// A receiver that is broken must not be tried for hours.
const SENDING = { signal: AbortSignal.timeout(600_000), timeout: 3000, retry: { attempts: 30, delay: 5, maxDelay: 100 } };

const seed = someSeed();
const folder = mkdtempSync(join(tmpdir(), "fhirpost-"));
const file = join(folder, "answers.db");
const receiver = fork(fileURLToPath(new URL("receiver-process.mjs", import.meta.url)), [file]);

// All is sent before there is a test: the runner follows each promise of a test, which would take most of the time.
const [{ port }] = await once(receiver, "message");
const proxy = await faultyProxy(port, random(seed));
const ids = Array.from({ length: MESSAGES }, (_, index) => ({ messageId: `m${index}`, bundleId: `b${index}` }));
const base = `http://127.0.0.1:${proxy.port}/fhir`;
const results = await concurrently(ids, AT_ONCE, ({ messageId, bundleId }) =>
  sendMessage(smallMessage(messageId, bundleId), { ...SENDING, base }),
);
await proxy.stop();
receiver.send("what did you see?");
const [{ requests, calls, errors }] = await once(receiver, "message");
receiver.disconnect();

after(() => rmSync(folder, { recursive: true, force: true }));

test("10,000 messages through a faulty network: each is processed exactly once, and both ends agree", (t) => {
  t.diagnostic(`SEED=${seed}; ${requests} requests reached the receiver; ${JSON.stringify(proxy.counts)}`);
  for (const [fault, count] of Object.entries(proxy.counts)) assert.ok(count > 0, `the proxy did nothing of: ${fault}`);
  assert.ok(requests > MESSAGES * 1.1, "the receiver saw more than each message once");
  assert.deepEqual(errors, []);

  // Exactly once: neither a call nor an effect too many or too few.
  assert.equal(calls, MESSAGES);
  const database = new Database(file, { readonly: true });
  const effects = database.prepare("SELECT message_id, id FROM referral").all();
  const kept = database.prepare("SELECT bundle_id, message_id, body FROM fhirpost_answer").all();
  database.close();
  assert.equal(effects.length, MESSAGES);
  const referrals = new Map(effects.map(({ message_id, id }) => [message_id, id]));
  assert.equal(referrals.size, MESSAGES);

  // Both ends agree: what the sender was told is, byte for byte, what the receiver keeps, and names what was created.
  assert.equal(kept.length, MESSAGES);
  const bodies = new Map(kept.map((row) => [row.bundle_id, row]));
  for (const [index, { messageId, bundleId }] of ids.entries()) {
    const { outcome, issues, answer, body, attempts } = results[index];
    assert.equal(outcome, "ok", JSON.stringify(issues));
    assert.equal(bodies.get(bundleId).message_id, messageId);
    assert.equal(body, bodies.get(bundleId).body);
    assert.deepEqual([answer.code, answer.isOurs], ["ok", true]);
    assert.deepEqual(answer.created, [{ type: "ServiceRequest", id: referrals.get(messageId), from: "entry" }]);
    // A consequence is sent again with both its ids.
    for (const attempt of attempts) assert.equal(attempt.bundleId, bundleId);
  }
});
