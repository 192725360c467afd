// The memory of the wasm: how much a large message needs, and that nothing is left of it, nor of many small ones.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { MESSAGES } from "../../benches/messages.mjs";

// The package does not show its memory; this sees it when the module is started.
let memory;
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    memory = this.exports.memory;
  }
};
const { createReceiver, Validator, validateBundle } = await import("fhirpost");
const size = () => memory.buffer.byteLength;
const written = (name) => MESSAGES.find((message) => message.name === name).write();

/** The least that makes a message, with one fault: what is reported is written, too. */
const small = JSON.stringify({
  resourceType: "Bundle",
  id: "b",
  type: "message",
  timestamp: "2026-01-31T12:00:00Z",
  entry: [
    {
      fullUrl: "urn:uuid:00000000-0000-4000-8000-000000000001",
      resource: {
        resourceType: "MessageHeader",
        id: "h",
        eventUri: "http://example.org/events/patient-seen",
        source: { endpoint: "http://example.org/sender" },
        focus: [{ reference: "urn:uuid:00000000-0000-4000-9000-000000000001" }],
      },
    },
    {
      fullUrl: "urn:uuid:00000000-0000-4000-9000-000000000001",
      resource: { resourceType: "Patient", id: "p", gender: "femal", birthDate: "1980-02-29" },
    },
  ],
});

test("100,000 messages leave nothing behind", () => {
  assert.equal(validateBundle(small).counts.error, 1);
  for (let i = 0; i < 1000; i += 1) validateBundle(small);
  const before = size();
  for (let i = 0; i < 99_000; i += 1) validateBundle(small);
  assert.equal(size(), before);
});

test("messages that are read leave nothing behind, freed or dropped, and are read again when they are asked about", () => {
  const validator = new Validator();
  const ways = {
    freed(message) {
      validator.validate(message);
      message.free();
    },
    // In one turn of the event loop nothing that was dropped is known to be.
    dropped: (message) => validator.validate(message),
  };
  const [few, many, allowed] = [1000, 10_000, 512 * 1024];
  const first = validator.read(small);
  const verdict = validator.validate(first);
  assert.deepEqual(verdict, validateBundle(small));
  for (const ask of Object.values(ways)) for (let i = 0; i < few; i += 1) ask(validator.read(small));
  const before = size();
  for (const [how, ask] of Object.entries(ways)) {
    for (let i = 0; i < many; i += 1) ask(validator.read(small));
    assert.ok(size() - before <= allowed, `${how}: ${size() - before} bytes more`);
  }
  assert.deepEqual(validator.validate(first), verdict);
});

test("100,000 validators leave nothing behind, freed or dropped", () => {
  const definition = {
    resourceType: "MessageDefinition",
    url: "http://example.org/MessageDefinition/patient-seen",
    status: "active",
    date: "2026-01-01",
    eventUri: "http://example.org/events/patient-seen",
    category: "consequence",
  };
  const made = (index) => ({ resources: { ...definition, url: `${definition.url}-${index}` } });
  const ways = {
    freed: (index) => new Validator(made(index)).free(),
    disposed: (index) => new Validator(made(index))[Symbol.dispose](),
    // In one turn of the event loop nothing that was dropped is known to be.
    dropped: (index) => new Validator(made(index)),
    "dropped with a receiver": (index) => createReceiver({ validator: new Validator(made(index)) }),
  };
  // As many as the core holds are there in any case, and lie less densely later on: a hundredth of what all would take.
  const [few, many, allowed] = [1000, 25_000, 512 * 1024];
  for (const make of Object.values(ways)) for (let i = 0; i < few; i += 1) make(many + i);
  const before = size();
  for (const [how, make] of Object.entries(ways)) {
    for (let i = 0; i < many; i += 1) make(i);
    assert.ok(size() - before <= allowed, `${how}: ${size() - before} bytes more`);
  }
});

test("a message of 5 MB takes less than eight times its length, and the next one takes no more", () => {
  const text = written("5 MB");
  const before = size();
  assert.equal(validateBundle(text).valid, true);
  const peak = size();
  assert.ok(peak - before <= 8 * text.length, `${((peak - before) / text.length).toFixed(1)} times its length`);
  // The memory of an instance never shrinks. What was taken is free in it: neither the same message nor others need more, however V8
  // keeps them.
  const beyondLatin1 = text.replace("Zoë", "Zo’");
  assert.notEqual(beyondLatin1, text);
  for (const next of [text, Buffer.from(text), written("5,000 issues"), beyondLatin1, text, beyondLatin1]) validateBundle(next);
  assert.equal(size(), peak);
});

test("a message with 5,000 issues takes less than eight times its length", () => {
  // In a process of its own: what the tests before took is free in this one.
  const text = written("5,000 issues");
  const script = `
    let memory;
    WebAssembly.Instance = class extends WebAssembly.Instance {
      constructor(...args) { super(...args); memory = this.exports.memory; }
    };
    const { validateBundle } = await import("fhirpost");
    const { readFileSync } = await import("node:fs");
    // The definitions are read with the first message.
    validateBundle("{}");
    const before = memory.buffer.byteLength;
    validateBundle(readFileSync(0, "utf8"));
    console.log(memory.buffer.byteLength - before);`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { input: text, encoding: "utf8" });
  assert.equal(stderr, "");
  const times = Number(stdout) / Buffer.byteLength(text);
  assert.ok(times > 1 && times <= 8, `${times.toFixed(2)} times its length`);
});
