// validateMany: the verdicts of the other functions, in order, on threads that are all gone when the loop is.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Validator, validateBundle, validateMany } from "fhirpost";
import * as web from "../../pkg/web.js";

const validator = new Validator();

const text = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const broken = text.replace('"active"', '"activ"').replace('"resourceType": "Bundle"', '"x😀": "é", "resourceType": "Bundle"');
const patient = '{"resourceType":"Patient","id":"a"}';
/** The most that may be pulled ahead of what was taken, for each thread. */
const AHEAD = 192;

const workers = [];
const note = (worker) => workers.push(worker);
before(() => process.on("worker", note));
beforeEach(() => {
  workers.length = 0;
});
after(() => process.off("worker", note));

/** How many threads of this test are still there. */
const alive = () => workers.filter(({ threadId }) => threadId !== -1).length;

async function collect(messages, options) {
  const results = [];
  for await (const result of validateMany(messages, options)) results.push(result);
  return results;
}

/** `count` messages, and how many of them have been pulled. */
function counted(count, message = patient) {
  const source = {
    pulled: 0,
    closed: false,
    *[Symbol.iterator]() {
      try {
        while (source.pulled < count) {
          source.pulled += 1;
          yield message;
        }
      } finally {
        source.closed = true;
      }
    },
  };
  return source;
}

const inputs = [
  text,
  broken,
  Buffer.from(broken),
  JSON.parse(broken),
  `\ufeff${text}`,
  text.replace('"active"', '"act\ud83dive"'),
  "",
  new Uint8Array([0xff]),
  "[".repeat(200),
  "null",
  {},
  [],
  patient,
  text.replace('"status": "active"', `"status": "${"x".repeat(400_000)}"`),
  new TextEncoder().encode(text.replace('"status": "active"', `"status": "${"é".repeat(200_000)}"`)),
  patient,
];

test("every message gets the report that validateBundle and validateResource give, in the order of the messages", async () => {
  const results = await collect(inputs, { concurrency: 2 });
  assert.deepEqual(
    results.map(({ index }) => index),
    inputs.map((_, index) => index),
  );
  for (const [index, input] of inputs.entries()) assert.deepEqual(results[index].report, validator.validate(input), String(index));
  for (const index of [0, 1, 2, 3, 4, 5]) assert.deepEqual(results[index].report, validateBundle(inputs[index]), String(index));
  assert.equal(alive(), 0);
});

test("options hold for every message", async () => {
  const options = { showValues: false, maxIssues: 1, severities: { "binding-required": "warning" }, as: "message" };
  const results = await collect(inputs, { ...options, concurrency: 1 });
  for (const [index, input] of inputs.entries()) assert.deepEqual(results[index].report, validateBundle(input, options), String(index));
});

test("messages come from arrays, generators and streams, and may be promised", async () => {
  async function* slowly() {
    yield patient;
    await pause(50);
    yield "{";
  }
  for (const messages of [[patient, "{"], new Set([patient, "{"]), slowly(), [Promise.resolve(patient), "{"]]) {
    const results = await collect(messages, { concurrency: 2 });
    assert.deepEqual(
      results.map(({ report }) => report.valid),
      [true, false],
    );
  }
  assert.deepEqual(await collect([]), []);
});

test("order is kept over many batches of unequal work", async () => {
  const large = JSON.stringify({
    resourceType: "Bundle",
    type: "collection",
    entry: Array(3000).fill({ resource: { resourceType: "Patient" } }),
  });
  const count = 3000;
  let index = 0;
  const messages = Array.from({ length: count }, (_, at) => (at % 500 === 0 ? large : at % 3 === 0 ? "{" : patient));
  for await (const result of validateMany(messages, { concurrency: 3 })) {
    assert.equal(result.index, index);
    assert.equal(result.report.valid, validator.validate(messages[index], { maxIssues: 1 }).valid, String(index));
    index += 1;
  }
  assert.equal(index, count);
});

test("a result comes while the next message is still awaited", async () => {
  let more;
  async function* messages() {
    yield patient;
    await new Promise((resolve) => {
      more = resolve;
    });
    yield patient;
  }
  const results = validateMany(messages(), { concurrency: 2 });
  assert.equal((await results.next()).value.index, 0);
  more();
  assert.equal((await results.next()).value.index, 1);
  assert.equal((await results.next()).done, true);
});

test("no more is pulled than a bound ahead of what was taken", async () => {
  const concurrency = 2;
  const source = counted(20_000);
  let taken = 0;
  for await (const { index } of validateMany(source, { concurrency })) {
    if (index % 1000 === 0) await pause(5);
    assert.ok(source.pulled - taken <= concurrency * AHEAD, `${source.pulled} pulled, ${taken} taken`);
    taken += 1;
  }
  assert.equal(taken, 20_000);
});

test("nothing is pulled and no thread started before the first result is asked for", async () => {
  const source = counted(10);
  const results = validateMany(source);
  await pause(20);
  assert.equal(source.pulled, 0);
  assert.equal(workers.length, 0);
  await results.return();
  assert.equal(source.pulled, 0);
});

test("few messages start few threads", async () => {
  await collect([patient, patient], { concurrency: 8 });
  assert.equal(workers.length, 1);
  assert.equal(alive(), 0);
});

test("leaving the loop ends the messages and all threads", async () => {
  const source = counted(1_000_000);
  for await (const { index } of validateMany(source, { concurrency: 2 })) if (index === 700) break;
  assert.equal(source.closed, true);
  assert.ok(workers.length > 0);
  assert.equal(alive(), 0);
});

test("an error of the messages comes behind the results of those before, and ends all threads", async () => {
  async function* messages() {
    for (let at = 0; at < 300; at += 1) yield patient;
    throw new RangeError("the disk is gone");
  }
  let taken = 0;
  await assert.rejects(async () => {
    for await (const _ of validateMany(messages(), { concurrency: 2 })) taken += 1;
  }, new RangeError("the disk is gone"));
  assert.equal(taken, 300);
  assert.equal(alive(), 0);
});

test("an abort ends the loop with its reason, whatever it waits for", async () => {
  const reason = new Error("enough");
  for (const messages of [counted(1_000_000), new ReadableStream()]) {
    const abort = new AbortController();
    setTimeout(() => abort.abort(reason), 100);
    await assert.rejects(() => collect(messages, { signal: abort.signal, concurrency: 2 }), reason);
    assert.equal(alive(), 0);
  }
  const source = counted(10);
  await assert.rejects(() => collect(source, { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(source.pulled, 0);
  const late = new AbortController();
  const results = validateMany(counted(1000), { signal: late.signal });
  await results.next();
  late.abort(reason);
  await assert.rejects(() => results.next(), reason);
  assert.equal((await results.next()).done, true);
});

test("a thread that dies ends the others, and the error says which messages it had", async () => {
  const kill = (worker) => worker.once("online", () => worker.terminate());
  process.once("worker", kill);
  const source = counted(1_000_000);
  await assert.rejects(() => collect(source, { concurrency: 2 }), {
    name: "Error",
    message: "a worker thread of validateMany ended early while it validated messages 0 to 63",
  });
  assert.equal(alive(), 0);
  assert.equal(source.closed, true);
  process.once("worker", (worker) => worker.once("online", () => worker.emit("error", new Error("out of memory"))));
  await assert.rejects(() => collect([patient]), {
    message: "a worker thread of validateMany ended early while it validated messages 0 to 0: out of memory",
  });
});

test("progress is told in order, and what the listener throws ends the loop", async () => {
  const told = [];
  const messages = Array.from({ length: 1000 }, (_, at) => (at % 2 ? "{" : patient));
  const bytes = messages.join("").length;
  await collect(messages, { onProgress: (progress) => told.push(progress) });
  assert.deepEqual(told.at(-1), { messages: 1000, invalid: 500, bytes });
  assert.ok(told.length >= 1000 / 64);
  for (const [at, { messages }] of told.entries()) assert.ok(messages > (told[at - 1]?.messages ?? 0));
  const onProgress = () => {
    throw new Error("no screen");
  };
  await assert.rejects(() => collect([patient], { onProgress }), new Error("no screen"));
  assert.equal(alive(), 0);
});

test("arguments of the wrong kind throw a TypeError that names them", async () => {
  const wrong = [
    [[undefined], /^messages must be an Iterable or AsyncIterable of messages$/],
    [[text], /^messages must be/],
    [[Buffer.from(text)], /^messages must be an Iterable or AsyncIterable of messages, not one message$/],
    [[{}], /^messages must be/],
    [[[], { concurrency: 0 }], /^options\.concurrency must be a whole number from 1 to 1024$/],
    [[[], { signal: {} }], /^options\.signal must be an AbortSignal$/],
    [[[], { onProgress: 1 }], /^options\.onProgress must be a function$/],
    [[[], { maxIssues: "1" }], /^options\.maxIssues must be/],
    [[[], { threads: 1 }], /^options\.threads is not an option; there are .*concurrency/],
    [[[], null], /^options must be an object$/],
  ];
  for (const many of [validateMany, web.validateMany]) {
    web.initSync({ module: readFileSync(new URL("../../pkg/fhirpost_bg.wasm", import.meta.url)) });
    for (const [args, message] of wrong) assert.throws(() => many(...args), { name: "TypeError", message });
  }
  await assert.rejects(() => collect([patient, 42]), { name: "TypeError", message: /^message 1 must be a string/ });
  const circle = { name: "secret" };
  circle.self = circle;
  await assert.rejects(() => collect([circle]), { name: "TypeError", message: /^message 0 must be an object that JSON can hold/ });
});

test("in browsers the calling thread validates, and events have their turn", async () => {
  web.initSync({ module: readFileSync(new URL("../../pkg/fhirpost_bg.wasm", import.meta.url)) });
  const reports = [];
  let turns = 0;
  const interval = setInterval(() => {
    turns += 1;
  }, 1);
  let last;
  const many = Array(500).fill(text);
  for await (const { index, report } of web.validateMany([...inputs, ...many], { concurrency: 4, onProgress: (told) => (last = told) })) {
    assert.equal(index, reports.length);
    reports.push(report);
  }
  clearInterval(interval);
  for (const [index, input] of inputs.entries()) assert.deepEqual(reports[index], validator.validate(input), String(index));
  assert.ok(turns > 0);
  assert.equal(last.messages, reports.length);
  const abort = new AbortController();
  const results = web.validateMany(many, { signal: abort.signal });
  await results.next();
  abort.abort(new Error("enough"));
  await assert.rejects(() => results.next(), new Error("enough"));
});

test("CommonJS has it too, and a process that forgets the loop can exit", () => {
  const file = createRequire(import.meta.url).resolve("fhirpost");
  const script = `const { validateMany } = require(${JSON.stringify(file)});
    const results = validateMany(Array(5000).fill(${JSON.stringify(patient)}));
    results.next().then(({ value }) => console.log(value.index, value.report.valid));`;
  assert.equal(execFileSync(process.execPath, ["-e", script], { encoding: "utf8", timeout: 20_000 }), "0 true\n");
});
