// How the page asks its workers: both ends of it, on one thread.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { bundled } from "./bundled.mjs";

const module = (name) => bundled(fileURLToPath(new URL(`../../www/src/workers/${name}.ts`, import.meta.url)));
const { answerCalls } = await module("calls");
const { Cancellation, WorkerClient, WorkerError } = await module("client");

/** Told from outside when it may go on. */
function gate() {
  let open;
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const operations = ({ signal, report }) => ({
  double: (n) => n * 2,
  fail: () => {
    throw Object.assign(new RangeError("too far"), { name: "FhirPathError", position: 7 });
  },
  count: (to) => {
    for (let n = 1; n <= to; n++) report(n);
    return "counted";
  },
  untilAborted: () => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
});

let workers;
let ready;

/** A worker whose messages are copied as between threads, each in a task of its own. */
class FakeWorker {
  listeners = { message: [], error: [] };
  isOver = false;

  constructor(address) {
    workers.push(this);
    this.address = address;
    const inside = [];
    globalThis.self = {
      addEventListener: (_, listener) => inside.push(listener),
      postMessage: (data) => this.#later(data, this.listeners.message),
    };
    const own = globalThis.self;
    answerCalls(operations, ready);
    this.post = (data) => {
      globalThis.self = own;
      this.#later(data, inside);
    };
  }

  #later(data, listeners) {
    const copy = structuredClone(data);
    setImmediate(() => {
      if (!this.isOver) for (const listener of listeners) listener({ data: copy });
    });
  }

  addEventListener(name, listener) {
    this.listeners[name].push(listener);
  }

  postMessage(data) {
    this.post(data);
  }

  terminate() {
    this.isOver = true;
  }
}

describe("a worker's client", () => {
  let client;

  beforeEach(() => {
    workers = [];
    ready = undefined;
    globalThis.document = { baseURI: "https://page.example.org/" };
    globalThis.Worker = FakeWorker;
    client = new WorkerClient("assets/worker.js");
  });
  afterEach(() => {
    for (const name of ["document", "Worker", "self"]) delete globalThis[name];
  });

  test("several questions have each its own reply, from one worker", async () => {
    assert.equal(workers.length, 0, "it starts when it is first asked");
    const replies = await Promise.all([client.ask("double", [1]), client.ask("double", [21])]);
    assert.deepEqual(replies, [2, 42]);
    assert.equal(workers.length, 1);
    assert.equal(workers[0].address, "https://page.example.org/assets/worker.js");
  });

  test("an error comes with its name, its message and its fields", async () => {
    await assert.rejects(client.ask("fail", []), (error) => {
      assert.ok(error instanceof WorkerError);
      assert.equal(error.name, "FhirPathError");
      assert.equal(error.message, "too far");
      assert.equal(error.fields.position, 7);
      return true;
    });
    assert.equal(await client.ask("double", [4]), 8, "and the next question is answered");
  });

  test("what a question waits for comes first, and what it tells on its way comes before its reply", async () => {
    const { open, opened } = gate();
    ready = opened;
    const told = [];
    const reply = client.ask("count", [3], { onProgress: (n) => told.push(n) });
    let isThere = false;
    void reply.then(() => {
      isThere = true;
    });
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isThere, false);
    open();
    assert.equal(await reply, "counted");
    assert.deepEqual(told, [1, 2, 3]);
  });

  test("where the core does not load, each question is told", async () => {
    ready = Promise.reject(new TypeError("no WebAssembly"));
    ready.catch(() => {});
    await assert.rejects(client.ask("double", [1]), { name: "TypeError", message: "no WebAssembly" });
  });

  test("a signal ends its own question only", async () => {
    const controller = new AbortController();
    const aborted = client.ask("untilAborted", [], { signal: controller.signal });
    const other = client.ask("double", [5]);
    controller.abort();
    await assert.rejects(aborted, Cancellation);
    assert.equal(await other, 10);
    await assert.rejects(
      client.ask("double", [1], { signal: controller.signal }),
      Cancellation,
      "one that is aborted already asks nothing",
    );
  });

  test("stopped, or without its script, everyone who waits is told, and the next question starts a worker anew", async () => {
    const waiting = [client.ask("untilAborted", []), client.ask("untilAborted", [])];
    client.stop("took too long");
    for (const one of waiting) await assert.rejects(one, { name: "AbortError", message: "took too long" });
    assert.ok(workers[0].isOver);
    assert.equal(await client.ask("double", [6]), 12);
    const last = client.ask("untilAborted", []);
    for (const listener of workers[1].listeners.error) listener({ message: "not found" });
    await assert.rejects(last, { name: "AbortError", message: "not found" });
    assert.equal(await client.ask("double", [7]), 14);
    assert.equal(workers.length, 3);
  });

  test("of several that may take for ever only the newest is answered: what runs goes with its worker", async () => {
    const first = client.askNewest("untilAborted", [], 60_000);
    while (workers[0]?.isOver !== false) await new Promise((resolve) => setImmediate(resolve));
    // Two tasks for each of "is it ready?" and its reply, and it runs.
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    const second = client.askNewest("double", [8], 60_000);
    await assert.rejects(first, { name: "AbortError", message: "newer" });
    assert.equal(await second, 16);
    assert.deepEqual([workers.length, workers[0].isOver], [2, true]);
  });

  test("while the worker loads nothing runs that would have to be stopped, and no time counts", async () => {
    const { open, opened } = gate();
    ready = opened;
    const first = client.askNewest("double", [1], 0);
    const second = client.askNewest("double", [2], 60_000);
    open();
    await assert.rejects(first, { name: "AbortError", message: "newer" });
    assert.equal(await second, 4);
    assert.equal(workers.length, 1);
  });

  test("what takes too long is given up, and so is what is stopped", async () => {
    await assert.rejects(client.askNewest("untilAborted", [], 1), { name: "AbortError", message: "timeout" });
    const waiting = client.askNewest("untilAborted", [], 60_000);
    client.stop("cancel");
    await assert.rejects(waiting, { name: "AbortError", message: "cancel" });
    assert.equal(await client.askNewest("double", [3], 60_000), 6);
  });
});
