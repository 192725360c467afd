// Whatever is given in the place of an argument: a TypeError names it, and nothing gets a verdict that was never read.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import * as fhirpost from "fhirpost";

const patient = '{"resourceType":"Patient"}';
const event = "submit-service-request";
const resource = { resourceType: "Patient", id: "p" };
const source = { endpoint: "http://sender.example.org/fhir" };
const edit = { start: 0, end: 1, text: "x" };

async function consumed() {
  const response = new Response(patient);
  await response.text();
  return response;
}

function transferred(bytes) {
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

/** Linters do not want objects to have it; neither does this package. */
const THEN = "then";

const used = await consumed();

/** What is not text, bytes, an object or a list. */
const WRONG = {
  "a Promise": () => Promise.resolve(patient),
  "a promise of a library": () => ({ [THEN]: (done) => done(patient) }),
  "a Response": () => new Response(patient),
  "a consumed Response": () => used,
  "the body of a Response": () => new Response(patient).body,
  "a Request": () => new Request("http://example.org", { method: "POST", body: patient }),
  "a Response of a library": () => ({ status: 200, text: async () => patient, json: async () => ({}) }),
  "a Blob": () => new Blob([patient]),
  "a File": () => new File([patient], "a.json"),
  "a stream of Node": () => Readable.from([patient]),
  "an EventEmitter": () => new EventEmitter(),
  "a WeakMap": () => new WeakMap(),
  "a Date": () => new Date(0),
  "a RegExp": () => /x/,
  "an Error": () => new Error("x"),
  "a function": () => () => patient,
  "a class": () => class Message {},
  "a String object": () => new String(patient),
  "a Number object": () => new Number(1),
  "a Boolean object": () => new Boolean(true),
  "a Symbol": () => Symbol("x"),
  "a BigInt": () => 1n,
  "a URL": () => new URL("http://example.org"),
  "an AbortSignal": () => AbortSignal.timeout(1e6),
  "a module": () => fhirpost,
  "a compiled wasm": () => new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
  "numbers that are not bytes": () => new Float64Array(1),
  "bytes that were transferred": () => transferred(new TextEncoder().encode(patient)),
  "a buffer that was transferred": () => {
    const { buffer } = new Uint8Array(8);
    structuredClone(buffer, { transfer: [buffer] });
    return buffer;
  },
  NaN: () => Number.NaN,
  "a number": () => 7,
  "a boolean": () => false,
  null: () => null,
  "a Promise of another realm": () => runInNewContext("Promise.resolve(1)"),
  "a Date of another realm": () => runInNewContext("new Date(0)"),
  "a String object of another realm": () => runInNewContext("new String('{}')"),
  "a function of another realm": () => runInNewContext("() => 1"),
};
/** What can be iterated: right only where that is taken. */
const ITERABLE = {
  "a Map": () => new Map([["resourceType", "Patient"]]),
  "a Set": () => new Set([patient]),
  "a Map of another realm": () => runInNewContext("new Map([['resourceType', 'Patient']])"),
  Headers: () => new Headers({ a: "b" }),
  URLSearchParams: () => new URLSearchParams("a=b"),
  FormData: () => new FormData(),
  "a generator": () => (function* () {})(),
  "an asynchronous generator": () => (async function* () {})(),
};
const ARRAY = { "an array": () => [patient] };
const OBJECT = { "an object": () => ({ ...resource }) };
const TEXT = { "a text": () => "x" };
const BYTES = { bytes: () => Uint8Array.of(1), "a buffer": () => new ArrayBuffer(2), "a DataView": () => new DataView(new ArrayBuffer(2)) };
const NOTHING = { undefined: () => undefined };

/** What each kind of argument must not be. Messages may be arrays: those are JSON, and get a verdict. */
const message = { ...WRONG, ...ITERABLE };
const needed = { ...message, ...NOTHING };
const text = { ...WRONG, ...ITERABLE, ...ARRAY, ...OBJECT, ...BYTES, ...NOTHING };
const object = { ...WRONG, ...ITERABLE, ...ARRAY, ...TEXT, ...BYTES };
const list = { ...WRONG, ...ITERABLE, ...TEXT, ...BYTES, ...OBJECT };
const without = (kinds, ...names) => Object.fromEntries(Object.entries(kinds).filter(([name]) => !names.includes(name)));

const callable = {
  ...without(WRONG, "a function", "a class", "a function of another realm"),
  ...ITERABLE,
  ...ARRAY,
  ...TEXT,
  ...BYTES,
  ...OBJECT,
};

const {
  applyEdits,
  editsFor,
  buildResponse,
  checkCapability,
  checkScopes,
  createReceiver,
  eventKey,
  explainNetworkFailure,
  memoryStore,
  nodeListener,
  openSqliteStore,
  prepareRequest,
  readAdvisorFile,
  readAnswer,
  readCapability,
  sendMessage,
  sqliteStore,
  terminologyServer,
  toOperationOutcome,
  validateBundle,
  validateMany,
  Validator,
} = fhirpost;

const validator = new Validator();

const base = "http://receiver.example.org/fhir";
const pull = async (messages, options = { concurrency: 1 }) => {
  for await (const _ of validateMany(messages, options));
};
const send = (options) => sendMessage(patient, { base, check: false, fetch: () => assert.fail("nothing is sent"), ...options });

/** Of each function its arguments: the name that the TypeError must say, what is wrong there, and a call with it. */
const FUNCTIONS = {
  validateBundle: [
    ["bundle", needed, (x) => validateBundle(x)],
    ["options", object, (x) => validateBundle(patient, x)],
    ["options.severities", object, (severities) => validateBundle(patient, { severities })],
  ],
  Validator: [
    ["options", object, (x) => new Validator(x)],
    ["options.resources", message, (resources) => new Validator({ resources })],
    ["options.resources[1]", needed, (x) => new Validator({ resources: [patient, x] })],
    ["options.definitions", { "an option that does not exist": () => patient }, (definitions) => new Validator({ definitions })],
    ["options.resources", message, (resources) => Validator.load({ resources })],
  ],
  "validator.read": [["input", needed, (x) => validator.read(x)]],
  "validator.validate": [
    ["input", needed, (x) => validator.validate(x)],
    ["options", object, (x) => validator.validate(patient, x)],
    ["options.as", without(text, "undefined"), (as) => validator.validate(patient, { as })],
    ["options.severities", object, (severities) => validator.validate(patient, { severities })],
    ["options.suppress", list, (suppress) => validator.validate(patient, { suppress })],
  ],
  "validator.validateWith": [
    ["input", needed, (x) => validator.validateWith(x, { lookup: () => ({}) })],
    ["options", { ...object, ...NOTHING }, (x) => validator.validateWith(patient, x)],
    ["options.lookup", callable, (lookup) => validator.validateWith(patient, { lookup })],
  ],
  terminologyServer: [
    ["url", text, (x) => terminologyServer(x)],
    ["options", object, (x) => terminologyServer(base, x)],
    ["options.fetch", callable, (fetch) => terminologyServer(base, { fetch })],
    ["options.headers", object, (headers) => terminologyServer(base, { headers })],
  ],
  "validator.fix": [
    ["input", { ...needed, ...OBJECT, ...ARRAY }, (x) => validator.fix(x)],
    ["options", object, (x) => validator.fix(patient, x)],
  ],
  "validator.route": [
    ["input", needed, (x) => validator.route(x)],
    ["options", object, (x) => validator.route(patient, x)],
  ],
  "validator.outline": [
    ["input", needed, (x) => validator.outline(x)],
    ["options", object, (x) => validator.outline(patient, x)],
  ],
  "validator.draft": [
    ["text", text, (x) => validator.draft(x)],
    ["options", object, (x) => validator.draft("{}", x)],
    ["edits", without(needed, "an array"), (x) => validator.draft("{}").edit(x)],
  ],
  "validator.complete": [
    ["text", text, (x) => validator.complete(x, 0)],
    ["offset", needed, (x) => validator.complete("{}", x)],
  ],
  "validator.hover": [
    ["text", text, (x) => validator.hover(x, 0)],
    ["offset", needed, (x) => validator.hover("{}", x)],
  ],
  "validator.evaluate": [
    ["resource", needed, (x) => validator.evaluate(x, "1")],
    ["expression", text, (x) => validator.evaluate(patient, x)],
    ["options", object, (x) => validator.evaluate(patient, "1", x)],
    ["options.variables", object, (variables) => validator.evaluate(patient, "1", { variables })],
    [
      "options.variables",
      without(needed, "a number", "a boolean", "undefined"),
      (a) => validator.evaluate(patient, "1", { variables: { a } }),
    ],
    [
      "options.now",
      { ...without(object, "a Date", "a Date of another realm", "a text"), "no time": () => new Date(Number.NaN) },
      (now) => validator.evaluate(patient, "1", { now }),
    ],
  ],
  buildResponse: [
    ["request", needed, (x) => buildResponse(x, { code: "ok" })],
    ["outcome", { ...object, ...NOTHING }, (x) => buildResponse(patient, x)],
    ["outcome.resources", list, (resources) => buildResponse(patient, { code: "ok", resources })],
    ["outcome.resources", { ...object, ...NOTHING }, (x) => buildResponse(patient, { code: "ok", resources: [resource, x] })],
    ["outcome.issues", list, (issues) => buildResponse(patient, { code: "ok", issues })],
    ["outcome.issues", { ...object, ...NOTHING }, (x) => buildResponse(patient, { code: "ok", issues: [x] })],
    ["options", object, (x) => buildResponse(patient, { code: "ok" }, x)],
    ["options.source", object, (x) => buildResponse(patient, { code: "ok" }, { source: x })],
    [
      "options.ids",
      without(list, "a function", "a class", "a function of another realm"),
      (ids) => buildResponse(patient, { code: "ok" }, { ids }),
    ],
    ["options.now", without(object, "a Date", "a Date of another realm"), (now) => buildResponse(patient, { code: "ok" }, { now })],
  ],
  "validator.compose": [
    ["event", { ...without(object, "a text"), ...NOTHING }, (x) => validator.compose(x, { source })],
    ["options", object, (x) => validator.compose(event, x)],
    ["options.focus", without(object, "an array"), (focus) => validator.compose(event, { focus, source })],
    ["options.focus", { ...object, ...NOTHING }, (x) => validator.compose(event, { focus: [x], source })],
    ["options.resources", without(object, "an array"), (resources) => validator.compose(event, { resources, source })],
    ["options.resources", { ...object, ...NOTHING }, (x) => validator.compose(event, { resources: [resource, x], source })],
    ["options.source", object, (x) => validator.compose(event, { source: x })],
    ["options.destination", without(object, "an array"), (destination) => validator.compose(event, { destination, source })],
    ["options.header", object, (header) => validator.compose(event, { header, source })],
    ["options.base", without(text, "undefined"), (x) => validator.compose(event, { base: x, source })],
  ],
  toOperationOutcome: [
    ["report", { ...needed, ...ARRAY, ...OBJECT, ...TEXT, ...BYTES }, (x) => toOperationOutcome(x)],
    ["report", needed, (x) => toOperationOutcome({ issues: [x] })],
  ],
  applyEdits: [
    ["text", without(text, ...Object.keys(BYTES)), (x) => applyEdits(x, [edit])],
    ["edits", { ...list, ...NOTHING }, (x) => applyEdits("abc", x)],
    ["edits", { ...needed, ...ARRAY, ...OBJECT, ...TEXT }, (x) => applyEdits("abc", [x])],
  ],
  editsFor: [
    ["suggestion", { ...needed, ...ARRAY, ...TEXT }, (x) => editsFor(x, "male")],
    ["choice", { ...text, ...TEXT }, (x) => editsFor({ choices: ["male", "female"], edits: [edit] }, x)],
  ],
  readAnswer: [
    ["status", without({ ...text, ...TEXT }, "a number"), (x) => readAnswer(x, {}, "{}")],
    // Pairs may come from anywhere.
    [
      "headers",
      without({ ...WRONG, ...TEXT, ...BYTES, ...ARRAY, "a Set of texts": () => new Set(["x"]) }, "null"),
      (x) => readAnswer(200, x, "{}"),
    ],
    ["body", without({ ...message, ...OBJECT, ...ARRAY }, "null"), (x) => readAnswer(200, {}, x)],
    ["options", object, (x) => readAnswer(200, {}, "{}", x)],
    ["options.message", message, (x) => readAnswer(200, {}, "{}", { message: x })],
    ["options.validator", { ...object, ...OBJECT }, (validator) => readAnswer(200, {}, "{}", { validator })],
  ],
  readCapability: [["capabilityStatement", needed, (x) => readCapability(x)]],
  checkCapability: [
    ["capabilityStatement", needed, (x) => checkCapability(x, patient)],
    ["message", needed, (x) => checkCapability("{}", x)],
    ["options.validator", { ...object, ...OBJECT }, (validator) => checkCapability("{}", patient, { validator })],
  ],
  checkScopes: [["scopes", text, (x) => checkScopes(x)]],
  explainNetworkFailure: [
    ["url", text, (x) => explainNetworkFailure(x)],
    ["options", object, (x) => explainNetworkFailure(base, x)],
  ],
  readAdvisorFile: [["text", text, (x) => readAdvisorFile(x)]],
  prepareRequest: [
    ["base", text, (x) => prepareRequest(x, patient)],
    ["message", needed, (x) => prepareRequest(base, x)],
    ["options.validator", { ...object, ...OBJECT }, (validator) => prepareRequest(base, patient, { validator })],
    ["options", object, (x) => prepareRequest(base, patient, x)],
    ["options.token", without(text, "undefined"), (token) => prepareRequest(base, patient, { token })],
  ],
  sendMessage: [
    ["message", needed, (x) => sendMessage(x, { base, fetch: () => assert.fail("nothing is sent") })],
    ["options", { ...object, ...NOTHING }, (x) => sendMessage(patient, x)],
    ["options.base", text, (x) => send({ base: x })],
    ["options.capability", message, (capability) => send({ capability })],
    ["options.validator", { ...object, ...OBJECT }, (validator) => send({ validator })],
  ],
  validateMany: [
    [
      "messages",
      {
        ...without(WRONG, "the body of a Response", "a stream of Node"),
        ...TEXT,
        ...BYTES,
        ...OBJECT,
        ...NOTHING,
        "a Map": ITERABLE["a Map"],
      },
      (x) => pull(x),
    ],
    // What is promised in an iterable is waited for.
    ["message 1", without(needed, "a Promise", "a promise of a library", "a Promise of another realm"), (x) => pull([patient, x])],
    ["message 0", needed, (x) => pull(asynchronously(x))],
    ["options", object, (x) => pull([patient], x)],
    ["options.validator", { ...object, ...OBJECT }, (validator) => pull([patient], { validator })],
  ],
  createReceiver: [
    ["options", object, (x) => createReceiver(x)],
    ["definitions", { "an option that does not exist": () => patient }, (definitions) => createReceiver({ definitions })],
    ["options.validator", { ...object, ...OBJECT }, (validator) => createReceiver({ validator })],
    ["options.handlers", object, (handlers) => createReceiver({ handlers })],
    ["options.authorize", callable, (authorize) => createReceiver({ authorize })],
    ["options.store", { ...object, ...OBJECT }, (store) => createReceiver({ store })],
    ["options.asynchronous", object, (asynchronous) => createReceiver({ asynchronous })],
  ],
  memoryStore: [["options", object, (x) => memoryStore(x)]],
  sqliteStore: [["database", { ...object, ...OBJECT, ...NOTHING }, (x) => sqliteStore(x)]],
  eventKey: [["event", object, (x) => eventKey(x)]],
  nodeListener: [
    ["handler", { ...callable, ...NOTHING }, (x) => nodeListener(x)],
    ["options", object, (x) => nodeListener(() => {}, x)],
  ],
  openSqliteStore: [["path", text, (x) => openSqliteStore(x)]],
};
/** Those that take nothing, or what has methods. */
const OTHERS = ["CoreError", "FhirPathError", "Message", "default", "initSync"];

/** Its items stay as they are: an asynchronous generator would wait for those that are promises. */
function asynchronously(item) {
  return { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: item }) }) };
}

test("every function that is exported is looked at", () => {
  const methods = [Validator, Object.getPrototypeOf(Validator)].flatMap((one) => Object.getOwnPropertyNames(one.prototype));
  // `buildResponse` is `respond`.
  const others = new Set([...methods].filter((name) => !["constructor", "free", "events", "rules", "compiled", "respond"].includes(name)));
  const all = [...Object.keys(fhirpost), ...[...others].map((name) => `validator.${name}`)];
  assert.deepEqual(all.sort(), [...Object.keys(FUNCTIONS), ...OTHERS].sort());
});

for (const [name, parameters] of Object.entries(FUNCTIONS)) {
  test(`${name} says which argument is wrong`, async () => {
    for (const [parameter, kinds, call] of parameters) {
      for (const [kind, make] of Object.entries(kinds)) {
        const value = make();
        const given = `${kind} as ${parameter}`;
        let result;
        try {
          result = await call(value);
        } catch (error) {
          assert.ok(error instanceof TypeError, `${given}: ${error}`);
          assert.ok(error.message.includes(parameter), `${given}: ${error.message}`);
          continue;
        }
        assert.fail(`${given} gives ${JSON.stringify(result)?.slice(0, 80)}`);
      }
    }
  });
}

test("what can be done about it is said", () => {
  const says = (value, what) =>
    assert.throws(() => validateBundle(value), { name: "TypeError", message: new RegExp(`^bundle must be .*, ${what}$`) });
  says(Promise.resolve(patient), "not a Promise: await it first");
  says(new Response(patient), "not a Response: await its text\\(\\) first");
  says(used, "not a Response whose body was read already: give what was read");
  says(new Response(patient).body, "not a stream: read it to its end first");
  says(Readable.from([]), "not a stream: read it to its end first");
  says(new Map(), "not a Map");
  says(new String(""), "not a String object");
  assert.throws(
    () => validateBundle(transferred(Uint8Array.of(1))),
    /^TypeError: bundle must be bytes that are still there: their buffer was transferred$/,
  );
});

test("bytes are taken however they are held, and nothing is left out of or added to them", () => {
  const plain = new TextEncoder().encode('{"resourceType":"Patient","gender":"femal"}');
  const expected = validator.validate(plain);
  assert.equal(expected.issues[0].rule, "binding-required");
  const shared = new SharedArrayBuffer(plain.length);
  new Uint8Array(shared).set(plain);
  const middle = new Uint8Array(plain.length + 20).fill(0x20);
  middle.set(plain, 10);
  const forms = [
    plain.buffer,
    shared,
    new Uint8Array(shared),
    Buffer.from(plain),
    new DataView(middle.buffer, 10, plain.length),
    new Int8Array(plain.buffer),
    new Uint8ClampedArray(plain),
    runInNewContext("bytes => { const own = new Uint8Array(bytes.length); own.set(bytes); return own; }")(plain),
    runInNewContext("bytes => { const own = new Uint8Array(bytes.length); own.set(bytes); return own.buffer; }")(plain),
  ];
  for (const form of forms) {
    assert.deepEqual(validator.validate(form), expected);
    assert.deepEqual(validator.evaluate(form, "gender"), validator.evaluate(plain, "gender"));
    const { text: fixed, report } = validator.fix(form);
    assert.equal(new TextDecoder().decode(fixed).includes('"female"'), true);
    assert.equal(report.valid, true);
    assert.equal(Buffer.from(prepareRequest(base, form).body).equals(plain), true);
    assert.deepEqual(new Validator({ resources: form }).issues, new Validator({ resources: plain }).issues);
    assert.deepEqual(validator.validate(validator.read(form)), expected);
    assert.equal(readAnswer(500, {}, form).outcome, readAnswer(500, {}, plain).outcome);
  }
  assert.equal(validator.validate(new ArrayBuffer(0)).issues[0].rule, "json-syntax");
});

test("an object is what JSON.stringify makes of it, or a TypeError says why not", () => {
  const same = (object) => assert.deepEqual(validator.validate(object), validator.validate(JSON.parse(JSON.stringify(object))));
  class Patient {
    resourceType = "Patient";
    get active() {
      return true;
    }
  }
  class Document {
    toJSON() {
      return { resourceType: "Patient", gender: "femal" };
    }
    get [Symbol.toStringTag]() {
      return "Document of somebody's own";
    }
  }
  same(new Patient());
  same(new Document());
  same(Object.assign(Object.create(null), resource));
  same(Object.create({ gender: "femal" }, { resourceType: { value: "Patient", enumerable: true } }));
  same({ ...resource, multipleBirthInteger: Number.NaN, gender: undefined, name: [undefined] });
  same({ ...resource, birthDate: new Date(0), toJSON: undefined });
  same({
    ...resource,
    get gender() {
      return "femal";
    },
  });
  same(new Proxy({ ...resource }, {}));
  same(JSON.parse('{"resourceType":"Patient","__proto__":{"gender":"femal"}}'));
  same([resource]);
  same({ ...resource, extension: [new Map([["a", 1]]), Promise.resolve()] });
  assert.equal(validator.validate(new Document()).issues[0].rule, "binding-required");

  const circle = {};
  circle.self = circle;
  let deep = {};
  for (let i = 0; i < 100_000; i += 1) deep = { deep };
  const secret = "Rosalind";
  const throws = {
    get name() {
      throw new Error(secret);
    },
  };
  for (const wrong of [
    circle,
    { a: 1n },
    throws,
    deep,
    { toJSON: () => "text" },
    { toJSON: () => undefined },
    {
      toJSON() {
        throw new Error(secret);
      },
    },
    {
      get [THEN]() {
        throw new Error(secret);
      },
    },
  ]) {
    assert.throws(
      () => validateBundle(wrong),
      ({ name, message }) => name === "TypeError" && message.startsWith("bundle must be ") && !message.includes(secret),
    );
  }
});
