// Run with little memory for wasm, `--wasm-max-mem-pages`: what is left after calls that need more. The argument says which entry is loaded.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inspect } from "node:util";

const [entry] = process.argv.slice(2);
const read = (name) => readFileSync(new URL(`../../pkg/${name}`, import.meta.url));
const LOADS = {
  node: () => import("fhirpost"),
  cjs: () => createRequire(import.meta.url)("fhirpost"),
  async web() {
    const loaded = await import("../../pkg/web.js");
    await loaded.default({ module_or_path: read("fhirpost_bg.wasm") });
    return loaded;
  },
  async synchronous() {
    const loaded = await import("../../pkg/web.js");
    loaded.initSync({ module: new WebAssembly.Module(read("fhirpost_bg.wasm")) });
    return loaded;
  },
  async validate() {
    const loaded = await import("../../pkg/validate.js");
    await loaded.default({ module_or_path: read("validate_bg.wasm") });
    return loaded;
  },
};
const fhirpost = await LOADS[entry]();
const { CoreError, Validator, validateBundle } = fhirpost;
const validator = new Validator();

const SECRET = "Rosalind";
const huge = `{"resourceType":"Bundle","type":"message","x":[${`{"text":"${SECRET}"},`.repeat(200_000)}{}]}`;
const patient = '{"resourceType":"Patient","gender":"femal"}';

function isTooMuch(call) {
  assert.throws(call, (error) => {
    assert.ok(error instanceof CoreError && error instanceof Error, inspect(error));
    assert.equal(error.name, "CoreError");
    assert.match(error.message, /^the core could not finish this call: /);
    assert.ok(error.cause instanceof WebAssembly.RuntimeError);
    assert.ok(!inspect(error).includes(SECRET));
    return true;
  });
}

const verdict = validator.validate(patient);
assert.equal(verdict.issues[0].rule, "binding-required");
const rules = validator.rules();
/** What was read before a call that needs too much: the core has to read it again. */
const kept = validator.read(patient);
assert.deepEqual(validator.validate(kept), verdict);
const { readCapability } = fhirpost;
for (const name of ["validateBundle", "validate", "route", "fix", "outline", "readCapability", "read"]) {
  const ask = { validateBundle, readCapability, read: (input) => validator.validate(validator.read(input)) }[name] ?? validator[name];
  if (ask === undefined) continue;
  const call = ask.bind(validator);
  for (const input of [huge, new TextEncoder().encode(huge)]) {
    isTooMuch(() => call(input));
    assert.deepEqual(validator.validate(patient), verdict, name);
    assert.deepEqual(validator.validate(kept), verdict, name);
    assert.deepEqual(validator.rules(), rules);
  }
}

if (entry !== "validate") {
  const { buildResponse, createReceiver, prepareRequest, sendMessage, validateMany } = fhirpost;
  isTooMuch(() => buildResponse(huge, { code: "ok" }));
  isTooMuch(() => validator.evaluate(huge, "1"));
  isTooMuch(() => prepareRequest("http://example.org/fhir", huge));
  isTooMuch(() => new Validator({ resources: [huge] }));
  await assert.rejects(sendMessage(huge, { base: "http://example.org/fhir", fetch: () => assert.fail() }), CoreError);
  assert.deepEqual(validator.validate(patient), verdict);

  const definition = {
    resourceType: "MessageDefinition",
    url: "http://example.org/MessageDefinition/ping",
    status: "active",
    date: "2026-01-01",
    eventUri: "http://example.org/events/ping",
    category: "consequence",
    focus: [{ code: "Patient", min: 1, max: "1" }],
  };
  const entries = (focus) => [
    {
      fullUrl: "urn:uuid:00000000-0000-4000-8000-000000000001",
      resource: {
        resourceType: "MessageHeader",
        id: `h${sent}`,
        eventUri: definition.eventUri,
        source: { endpoint: "http://example.org/sender" },
        focus: [{ reference: "urn:uuid:00000000-0000-4000-9000-000000000001" }],
      },
    },
    { fullUrl: "urn:uuid:00000000-0000-4000-9000-000000000001", resource: focus },
  ];
  let sent = 0;
  const message = (focus) => {
    sent += 1;
    const message = { resourceType: "Bundle", id: `b${sent}`, type: "message", timestamp: "2026-01-31T12:00:00Z", entry: entries(focus) };
    return JSON.stringify(message);
  };
  const right = () => message({ resourceType: "Patient", id: "p" });
  const wrong = () => message({ resourceType: "Organization", id: "o", name: "A" });
  const rulesOf = (report) => report.issues.filter(({ severity }) => severity === "error").map(({ rule }) => rule);

  const own = new Validator({ resources: [definition] });
  const others = new Validator({
    resources: [{ ...definition, url: `${definition.url}2`, focus: [{ code: "Organization", min: 1, max: "1" }] }],
  });
  const hears = () => {
    assert.deepEqual(rulesOf(own.validate(wrong())), ["msg-focus"]);
    assert.deepEqual(rulesOf(own.validate(right())), []);
    assert.deepEqual(rulesOf(others.validate(right())), ["msg-focus"]);
    assert.deepEqual(rulesOf(others.validate(wrong())), []);
    assert.deepEqual(rulesOf(validateBundle(wrong())), []);
    assert.deepEqual(rulesOf(validateBundle(right())), []);
    assert.equal(own.events().length, validator.events().length + 1);
    assert.equal(new Validator({ resources: [definition] }).events().length, validator.events().length + 1);
  };
  hears();
  isTooMuch(() => validateBundle(huge));
  hears();
  isTooMuch(() => own.validate(huge));
  hears();
  hears();
  const freed = new Validator({ resources: [definition] });
  isTooMuch(() => validateBundle(huge));
  freed.free();
  hears();

  const told = [];
  const receiver = createReceiver({ validator: own, onError: (error) => told.push(error) });
  receiver.on({ uri: definition.eventUri }, () => undefined);
  const post = async (body) => {
    const headers = { "Content-Type": "application/fhir+json" };
    return (await receiver(new Request("http://example.org/fhir/$process-message", { method: "POST", headers, body }))).status;
  };
  assert.deepEqual([await post(right()), await post(wrong()), told.length], [200, 422, 0]);
  assert.deepEqual([await post(huge), told.map(({ name }) => name)], [500, ["CoreError"]]);
  assert.deepEqual([await post(right()), await post(wrong()), told.length], [200, 422, 1]);
  // A handler that asks for too much leaves the receiver as it was.
  receiver.on({ uri: definition.eventUri }, () => void validateBundle(huge));
  assert.deepEqual([await post(right()), await post(wrong()), told.length], [200, 422, 2]);

  const indices = [];
  const many = async () => {
    for await (const { index, report } of validateMany([patient, patient, huge, patient])) {
      assert.deepEqual(report, verdict);
      indices.push(index);
    }
  };
  await assert.rejects(many, (error) => error instanceof CoreError && /^the core could not finish message 2: /.test(error.message));
  assert.deepEqual(indices, [0, 1]);
  hears();
}
console.log("as before");
