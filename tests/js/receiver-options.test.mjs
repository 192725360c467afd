// A receiver says at its start what is wrong with its options: a slip in one must not open what it was meant to close.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { createReceiver, eventKey, memoryStore, openSqliteStore, sqliteStore } from "fhirpost";
import { SUBMIT, smallMessage } from "./small-message.mjs";

const KEY = eventKey(SUBMIT);
const TARGET = "https://clinic.example.org/fhir/";

const refused = (make, name) => assert.throws(make, (error) => error instanceof TypeError && error.message.startsWith(name), name);

describe("options of createReceiver", () => {
  test("an unknown name is refused, and named", () => {
    for (const name of ["authorise", "authorization", "handler", "maxbytes", "on", "token", "constructor"]) {
      refused(() => createReceiver({ [name]: () => false }), `options.${name} is not an option`);
    }
    refused(() => createReceiver({ asynchronous: { targets: [], target: [] } }), "options.asynchronous.target is not an option");
    refused(() => createReceiver({ validate: { showValue: true } }), "options.validate.showValue is not an option");
    refused(() => createReceiver({ validate: { severities: { "no-rule": "off" } } }), "options.validate.severities names the rule");
  });

  test("a value of the wrong kind is refused, and named", () => {
    for (const [name, ...values] of [
      [
        "base",
        "here",
        "/fhir",
        "ftp://a.example",
        "https://u:p@a.example",
        "https://a.example?x",
        "https://a.example/#x",
        5,
        null,
        "https://a.example/../x//y",
      ],
      ["now", new Date(), "2026-01-31T12:00:00Z"],
      ["ids", ["a"], "a"],
      ["handlers", [], new Map([[KEY, () => {}]]), "x", null, () => {}],
      ["validate", true, null, "no", [], new Map()],
      ["authorize", true, "token", {}, null, Promise.resolve(() => true)],
      ["store", null, {}, { find() {} }, Promise.resolve(memoryStore()), "answers.db"],
      ["reliableCache", 0, 1.5, "60", Number.POSITIVE_INFINITY, null],
      ["maxBytes", "x", 0, -1, 1.5, Number.NaN, "1000"],
      ["maxPendingBytes", "x", 0],
      ["handlerTimeout", "x", 0, 2 ** 31, Number.NaN],
      ["asynchronous", true, null, [], "https://a.example"],
      ["validator", {}, null],
      ["onAnswer", {}, null],
      ["onError", console, null],
    ]) {
      for (const value of values) refused(() => createReceiver({ [name]: value }), `options.${name} `);
    }
  });

  test("a clock that gives no moment is refused at the start", () => {
    for (const now of [() => "2026-01-31T12:00:00Z", () => new Date("x"), () => 5, () => undefined, () => Promise.resolve(new Date())]) {
      refused(() => createReceiver({ now }), "options.now must give a Date");
    }
    refused(() => createReceiver({ now: () => new Date(8.64e15) }), "options.now must give a Date");
    refused(() => createReceiver({ now: () => new Date("0000-01-01T00:00:00Z") }), "options.now must give a Date");
  });

  test("a base that is taken is one that answers can name", async () => {
    let taken = 0;
    for (const sign of [...' \t\n\u00a0<>"`{}|\\^%?#@[]äß€\u0000\u007f\u200b\u202e\ufeff', "\ud800", "%zz", "%20", "%C3%A4", "😀"]) {
      for (const base of [
        `https://a.example/x${sign}y`,
        `https://a${sign}.example/x`,
        `https://a.example/x${sign}`,
        `${sign}https://a.example`,
      ]) {
        let receiver;
        try {
          receiver = createReceiver({ base });
        } catch (error) {
          assert.match(error.message, /^options\.base must/, JSON.stringify(base));
          continue;
        }
        taken += 1;
        const url = "http://localhost/$process-message";
        const init = { method: "POST", body: smallMessage("m1", "b1"), headers: { "Content-Type": "application/fhir+json" } };
        const response = await receiver(new Request(url, init));
        assert.equal(response.status, 200, JSON.stringify(base));
        assert.match(await response.text(), /"code":"ok"/, JSON.stringify(base));
      }
    }
    assert.ok(taken > 0);
  });

  test("options that do not exist are refused, and what they inherit does not count", () => {
    class Options {
      get authorize() {
        return () => false;
      }
    }
    for (const options of [
      null,
      5,
      "x",
      [],
      () => {},
      new Map(),
      Promise.resolve({}),
      new Options(),
      Object.create({ authorize: () => false }),
    ]) {
      refused(() => createReceiver(options), "options must be a plain object");
    }
  });

  test("what is right is taken, and undefined is as left out", () => {
    createReceiver();
    createReceiver({});
    createReceiver({ base: undefined, validate: undefined, handlerTimeout: undefined });
    createReceiver({ handlers: {}, validate: false, handlerTimeout: Number.POSITIVE_INFINITY, base: "http://[::1]:8080/" });
    createReceiver({ validate: { maxDepth: 300 }, authorize: () => false, asynchronous: { targets: () => true } });
    createReceiver(Object.assign(Object.create(null), { maxBytes: 1 }));
  });

  test("targets are looked at when it starts", () => {
    for (const targets of [undefined, "https://a.example", {}, null]) {
      refused(() => createReceiver({ asynchronous: { targets } }), "options.asynchronous.targets must be a list");
    }
    for (const one of [
      "clinic.example.org",
      "",
      "https:",
      "https://",
      "*",
      "ftp://a.example/",
      "file:///etc",
      "https://u:p@a.example/",
      "https://a.example?",
      "https://a.example/#x",
      "https://a.example/x/..%2fy",
      "https://a.example//x",
      "https:\\\\a.example",
      " https://a.example",
      5,
      new URL(TARGET),
      null,
    ]) {
      refused(() => createReceiver({ asynchronous: { targets: [TARGET, one] } }), "options.asynchronous.targets[1] must ");
    }
    refused(() => createReceiver({ asynchronous: { targets: [TARGET], fetch: "fetch" } }), "options.asynchronous.fetch must be");
    refused(() => createReceiver({ asynchronous: { targets: [TARGET], delay: 5 } }), "options.asynchronous.delay must be");
    refused(() => createReceiver({ store: { find() {}, save() {} }, asynchronous: { targets: [] } }), "options.store must be");
  });
});

describe("events of handlers", () => {
  const NONE = [
    "submit-service-request",
    "",
    "|",
    "http://ntst.com/fhir/message-events|",
    "message-events|submit-service-request",
    "http://ntst.com/fhir/message-events#submit-service-request ",
    `${KEY} `,
    ` ${KEY}`,
    "not a uri",
    ...["\t", "\n", "\r", "\v", "\f", "\0", "\u001f", "\u007f", "\u0085", "\u00a0", "\u2028", "\u3000", "  ", "\ud800"].flatMap((sign) => [
      `http://a.example/e|a${sign}b`,
      `http://a.example/e${sign}x|a`,
      `http://a.example/e${sign}x`,
      `|${sign}`,
    ]),
    `${KEY}\t`,
  ];

  test("a key that no event has is refused", () => {
    for (const key of NONE) {
      refused(() => createReceiver({ handlers: { [key]: () => {} } }), `options.handlers has the key ${JSON.stringify(key)}`);
      refused(() => createReceiver().on(key, () => {}), "event has the key ");
    }
    for (const event of [undefined, null, {}, { code: "" }, { system: SUBMIT.system }, { uri: "seen" }, { uri: "" }]) {
      refused(() => createReceiver().on(event, () => {}), "event ");
    }
    refused(() => createReceiver().on({ ...SUBMIT, uri: "http://a.example/e" }, () => {}), "event must have system and code, or uri");
    refused(() => createReceiver().on({ sytem: SUBMIT.system, code: SUBMIT.code }, () => {}), "event.sytem is not an option");
  });

  test("a handler is a function", () => {
    for (const handler of [undefined, null, {}, "ok", Promise.resolve(() => {})]) {
      refused(() => createReceiver({ handlers: { [KEY]: handler } }), `options.handlers must give ${JSON.stringify(KEY)} a function`);
      refused(() => createReceiver().on(KEY, handler), "handler must be a function");
    }
  });

  test("events are taken as objects and as keys", () => {
    const receiver = createReceiver();
    for (const event of [
      SUBMIT,
      KEY,
      { uri: "urn:x:y" },
      "http://a.example/e",
      { code: "e" },
      { system: "urn:oid:1.2.3", code: "a b|c" },
    ]) {
      assert.equal(
        receiver.on(event, () => {}),
        receiver,
      );
    }
  });
});

test("a bar in a URI makes no other event of it", async () => {
  const calls = [];
  const receiver = createReceiver({ validate: false, handlers: {} })
    .on("http://a.example/events|seen", () => void calls.push("coding"))
    .on({ system: "http://a.example/x", code: "y|z" }, () => void calls.push("bar"));
  const post = async (event) => {
    const header = { resourceType: "MessageHeader", id: "m", ...event, source: { endpoint: "http://a.example" } };
    const body = JSON.stringify({ resourceType: "Bundle", id: "b", type: "message", entry: [{ fullUrl: "urn:x", resource: header }] });
    const headers = { "Content-Type": "application/fhir+json" };
    return (await receiver(new Request("http://a.example/$process-message", { method: "POST", headers, body }))).status;
  };
  assert.equal(await post({ eventUri: "http://a.example/events|seen" }), 422);
  assert.equal(await post({ eventCoding: { system: "http://a.example/x|y", code: "z" } }), 422);
  assert.deepEqual(calls, []);
  assert.equal(await post({ eventCoding: { system: "http://a.example/events", code: "seen" } }), 200);
  assert.deepEqual(calls, ["coding"]);
});

test("stores say what they are given", () => {
  for (const path of [undefined, "", 5, "a\0b"]) refused(() => openSqliteStore(path), "path must be a string");
  for (const database of [undefined, null, {}, "answers.db", { exec() {} }]) refused(() => sqliteStore(database), "database must be");
  refused(() => memoryStore({ maxbytes: 1 }), "options.maxbytes is not an option");
  refused(() => memoryStore({ maxBytes: "1" }), "options.maxBytes must be");
});

describe("what is forgotten lets nobody and nothing in", () => {
  const invalid = JSON.stringify({ resourceType: "Bundle", type: "message" });
  const post = async (receiver, body) => {
    const headers = { "Content-Type": "application/fhir+json" };
    return (await receiver(new Request("http://a.example/$process-message", { method: "POST", headers, body }))).status;
  };

  test("an `authorize` that is there and undefined is a slip", () => {
    refused(() => createReceiver({ authorize: undefined }), "options.authorize must be a function");
  });

  for (const [what, given] of Object.entries({
    nothing: undefined,
    null: null,
    "an empty object": {},
    true: true,
    "no issues": { valid: true },
    "a text": { valid: "false", issues: [] },
    "a number": { valid: 1, issues: [] },
    "issues alone": { issues: [{ severity: "error" }] },
  })) {
    test(`a \`validate\` that gives ${what}, at once or later, takes nothing`, async () => {
      for (const validate of [() => given, async () => given]) {
        const errors = [];
        const receiver = createReceiver({ validate, onError: (error) => errors.push(error) });
        assert.equal(await post(receiver, smallMessage("m", "b")), 500);
        assert.match(errors[0].message, /^options\.validate must give a report/);
      }
    });
  }

  test("a report of one's own is heard", async () => {
    const issues = [{ severity: "error", code: "invalid", rule: "own", message: "No.", expression: "Bundle", pointer: "" }];
    assert.equal(await post(createReceiver({ validate: () => ({ valid: false, issues }) }), smallMessage("m", "b")), 422);
    assert.equal(await post(createReceiver({ validate: () => ({ valid: true, issues: [] }) }), smallMessage("m", "b")), 200);
    assert.equal(await post(createReceiver(), invalid), 422);
  });

  for (const [name, outcome] of Object.entries({
    comit: { comit() {} },
    Code: { Code: "fatal-error" },
    resource: { resource: [] },
  })) {
    test(`a handler whose outcome says ${name} has failed`, async () => {
      const errors = [];
      const receiver = createReceiver({ onError: (error) => errors.push(error) }).on(SUBMIT, () => outcome);
      await post(receiver, smallMessage("m", "b"));
      assert.match(errors[0].message, new RegExp(`^outcome\\.${name} is not one of`));
    });
  }
});

test("what is not a file to SQLite is refused, and named", () => {
  for (const path of [":memory:", " :memory: ", ":MEMORY:"]) {
    assert.throws(() => openSqliteStore(path), { name: "TypeError", message: /memoryStore/ });
  }
  for (const path of ["file::memory:?cache=shared", "file:answers.db", "FILE:///tmp/answers.db"]) {
    assert.throws(() => openSqliteStore(path), { name: "TypeError", message: /not a URL/ });
  }
  assert.ok(!existsSync(":memory:") && !existsSync("file:answers.db"));
});
