// A call that needs more memory or more stack than there is: it says so, and the next one is answered as if it had never been.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text as textOf } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as fhirpost from "fhirpost";

const { buildResponse, CoreError, Validator, validateBundle } = fhirpost;

const validator = new Validator();

for (const entry of ["node", "cjs", "web", "synchronous", "validate"]) {
  test(`after calls that need too much memory all is as before: ${entry}`, async () => {
    const script = fileURLToPath(new URL("too-much.mjs", import.meta.url));
    const child = spawn(process.execPath, ["--wasm-max-mem-pages=200", script, entry], { stdio: ["ignore", "pipe", "pipe"] });
    const [printed, errors] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, "close")]);
    assert.deepEqual([printed, errors], ["as before\n", ""]);
  });
}

const nested = (levels) =>
  `{"resourceType":"Patient","extension":[${'{"url":"http://example.org","extension":['.repeat(levels)}{"url":"http://example.org","valueString":"x"}${"]}".repeat(levels)}]}`;
const deep = nested(250);
const definition = {
  resourceType: "MessageDefinition",
  url: "http://example.org/MessageDefinition/ping",
  status: "active",
  date: "2026-01-01",
  eventUri: "http://example.org/events/ping",
  category: "consequence",
};

/** How many frames lie between two tries: with each the core may have to start anew. */
const STEP = 23;

/** Calls it with ever more stack left, from nearly none on, until it comes through. Gives what it threw. */
function withLittleStack(call) {
  const thrown = [];
  let done = false;
  let frames = 0;
  const fall = () => {
    try {
      fall();
    } catch {}
    frames += 1;
    if (done || frames % STEP !== 0) return;
    try {
      call();
      done = true;
    } catch (error) {
      thrown.push(error);
    }
  };
  fall();
  assert.ok(done);
  return thrown;
}

test("the stack may run out at any place of a call", () => {
  const own = new Validator({ resources: [definition] });
  const before = { bundle: validateBundle(deep), resource: validator.validate(deep, { maxDepth: 512 }), events: own.events() };
  const known = validator.events();
  assert.equal(before.events.length, known.length + 1);
  const calls = {
    "validate, as deep as it can be": () => validator.validate(deep, { maxDepth: 512 }),
    validateBundle: () => validateBundle(deep),
    fix: () => validator.fix(deep, { maxDepth: 512 }),
    outline: () => validator.outline(deep, { maxDepth: 512 }),
    evaluate: () => validator.evaluate(nested(60), "descendants().count()"),
    buildResponse: () => buildResponse(deep, { code: "ok" }),
    "read and validate": () => validator.validate(validator.read(deep)),
    "validate with an event of its own": () => own.validate(deep),
    "events of its own": () => own.events(),
    "new Validator": () => new Validator({ resources: [definition] }).free(),
  };
  let inside = 0;
  for (const [name, call] of Object.entries(calls)) {
    const thrown = withLittleStack(call);
    inside += thrown.filter((error) => error instanceof CoreError).length;
    for (const error of thrown) assert.ok(["CoreError", "RangeError", "TypeError"].includes(error.name), `${name}: ${error}`);
    assert.deepEqual(validateBundle(deep), before.bundle, name);
    assert.deepEqual(validator.validate(deep, { maxDepth: 512 }), before.resource, name);
    assert.deepEqual(own.events(), before.events, name);
    assert.deepEqual(validator.events(), known, name);
  }
  assert.ok(inside > 0, "it never ran out inside of the core");
});

test("the deepest that is read takes less than half of the stack that there is, compiled in the plainest way", async () => {
  // 984 kB is what V8 has unless told otherwise; other engines have no less.
  const script = `
    import { Validator } from "fhirpost";
    const validator = new Validator();
    const bundles = '{"resourceType":"Bundle","type":"collection","entry":[{"resource":'.repeat(170) + '{"resourceType":"Patient"}' + "}]}".repeat(170);
    for (const text of [${JSON.stringify(nested(254))}, bundles]) {
      for (const name of ["validate", "fix", "outline"]) validator[name](text, { maxDepth: 512 });
    }
    console.log("fits");`;
  const child = spawn(process.execPath, ["--liftoff-only", "--stack-size=480", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [printed, errors] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, "close")]);
  assert.deepEqual([printed, errors], ["fits\n", ""]);
});
