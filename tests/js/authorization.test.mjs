// Who may send: only what is meant as a permission is one, whatever authorize gives.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { createReceiver } from "fhirpost";
import { smallMessage } from "./small-message.mjs";

const RIGHT = "system/Messaging.write";

/** What a receiver answers to a message, and how often it told its host that something is wrong. */
async function sent(authorize, body = smallMessage("m1", "b1")) {
  const errors = [];
  const receiver = createReceiver({ authorize, onError: (error) => errors.push(error) });
  const headers = { "Content-Type": "application/fhir+json", Authorization: "Bearer secret-token" };
  const response = await receiver(new Request("http://a.example/$process-message", { method: "POST", headers, body }));
  return { status: response.status, challenge: response.headers.get("www-authenticate"), errors };
}

describe("what authorize gives", () => {
  test("a permission lets in", async () => {
    for (const given of [
      true,
      "alice",
      { sender: "alice" },
      { sender: "alice", scopes: RIGHT },
      { scopes: ["openid", "user/Messaging.*"] },
      { sender: "alice", scopes: "openid patient/Messaging.write" },
      Object.assign(Object.create(null), { sender: "alice" }),
      runInNewContext(`({ sender: "alice", scopes: ["${RIGHT}"] })`),
    ]) {
      for (const authorize of [() => given, async () => given]) {
        const { status, errors } = await sent(authorize);
        assert.deepEqual([status, errors], [200, []], JSON.stringify(given));
      }
    }
  });

  test("nobody is nobody, and that is not a mistake", async () => {
    for (const given of [false, undefined, null, ""]) {
      const { status, challenge, errors } = await sent(() => given);
      assert.deepEqual([status, challenge, errors], [401, 'Bearer realm="fhirpost", error="invalid_token"', []]);
    }
  });

  test("anything else lets nobody in, and the host is told", async () => {
    class Token {
      sender = "alice";
    }
    for (const given of [
      0,
      1,
      Number.NaN,
      1n,
      Symbol("alice"),
      {},
      [],
      ["alice"],
      () => true,
      async () => true,
      new Error("expired"),
      Object.assign(new Error("expired"), { sender: "alice" }),
      new Response("", { status: 401 }),
      Response.json({ sender: "alice" }),
      new Map([["sender", "alice"]]),
      new Boolean(true),
      new String("alice"),
      new Token(),
      Object.create({ sender: "alice" }),
      { active: false },
      { active: true, sub: "alice" },
      { error: "invalid_token" },
      // A slip in the name of what would have refused it.
      { sender: "alice", scope: "openid" },
      { sender: "alice", active: false },
      { sender: "" },
      { sender: undefined },
      { sender: null },
      { sender: 5 },
      { sender: ["alice"] },
      { sender: undefined, scopes: RIGHT },
      { sender: { toString: () => "alice" } },
    ]) {
      const { status, errors } = await sent(() => given);
      assert.equal(status, 401, String(Object.prototype.toString.call(given)));
      assert.equal(errors.length, 1);
      assert.ok(errors[0] instanceof TypeError);
      assert.match(errors[0].message, /^authorize must give /);
      assert.doesNotMatch(errors[0].message, /alice|expired/);
    }
  });

  test("scopes that are there must hold one for messages", async () => {
    const insufficient = 'Bearer realm="fhirpost", error="insufficient_scope", scope="system/Messaging.write"';
    for (const scopes of [
      "",
      [],
      "openid",
      "system/Patient.write",
      ["system/Messaging.read", "openid"],
      "system/Messaging.writer",
      "user/*.*",
      `${RIGHT},openid`,
      `${RIGHT}\n`,
      [`openid ${RIGHT}`],
    ]) {
      const { status, challenge, errors } = await sent(() => ({ sender: "alice", scopes }));
      assert.deepEqual([status, challenge, errors], [403, insufficient, []], JSON.stringify(scopes));
    }
    for (const scopes of [undefined, null, 5, true, {}, new Set([RIGHT]), [null, RIGHT], [{ toString: () => RIGHT }]]) {
      const { status, errors } = await sent(() => ({ sender: "alice", scopes }));
      assert.deepEqual([status, errors.length], [403, 1], String(scopes));
    }
  });

  test("what it throws is not a permission", async () => {
    for (const authorize of [
      () => {
        throw new Error("offline");
      },
      () => Promise.reject(new Error("offline")),
    ]) {
      const { status, errors } = await sent(authorize);
      assert.deepEqual([status, errors.length], [500, 1]);
    }
  });
});

test("nobody gets the answer of another, named or not", async () => {
  let given;
  const receiver = createReceiver({ authorize: () => given });
  const post = async (id) => {
    const headers = { "Content-Type": "application/fhir+json" };
    const body = smallMessage(`m${id}`, `b${id}`);
    const response = await receiver(new Request("http://a.example/$process-message", { method: "POST", headers, body }));
    return { status: response.status, text: await response.text() };
  };
  given = "alice";
  const first = await post(1);
  assert.equal(first.status, 200);
  assert.deepEqual(await post(1), first);
  for (given of ["mallory", { sender: undefined, scopes: RIGHT }, { scopes: RIGHT }, true, { sender: "alice " }]) {
    const { text } = await post(1);
    assert.notEqual(text, first.text);
  }
  given = { sender: undefined };
  assert.equal((await post(2)).status, 401);
});
