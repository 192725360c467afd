// What nodeListener makes of the requests of Node's servers: over TLS and HTTP/2, with targets that name another host, and behind parsers of bodies.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { connect as connectHttp2, createSecureServer } from "node:http2";
import { createServer as createHttpsServer, request as requestHttps } from "node:https";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, describe, test } from "node:test";
import express from "express";
import { createReceiver, nodeListener } from "fhirpost";
import { smallMessage } from "./small-message.mjs";

const FHIR_JSON = "application/fhir+json";

/** TLS without a certificate: what is tested is not who the server is. */
const TLS = { ciphers: "AECDH-AES128-SHA:@SECLEVEL=0", maxVersion: "TLSv1.2", minVersion: "TLSv1.2" };

const servers = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listen(server) {
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return server.address().port;
}

/** Sends a message with this request target, written as it is; gives the status and the body of the answer. */
async function post(port, path, { body = smallMessage("m1", "b1"), headers, send = request, ...options } = {}) {
  const sent = send({ host: "127.0.0.1", port, path, method: "POST", headers: { "Content-Type": FHIR_JSON, ...headers }, ...options });
  sent.end(body);
  const [response] = await once(sent, "response");
  return { status: response.statusCode, body: await text(response) };
}

const endpointOf = ({ body }) => JSON.parse(body).entry[0].resource.source.endpoint;

describe("the connection", () => {
  test("over TLS the base is one of https", async () => {
    const port = await listen(createHttpsServer(TLS, nodeListener(createReceiver())));
    const answer = await post(port, "/fhir/$process-message", { send: requestHttps, rejectUnauthorized: false, ...TLS });
    assert.equal(answer.status, 200);
    assert.equal(endpointOf(answer), `https://127.0.0.1:${port}/fhir`);
  });

  test("HTTP/2 is answered, and a long body refused", async () => {
    const port = await listen(createSecureServer(TLS, nodeListener(createReceiver({ maxBytes: 10_000 }))));
    const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, ...TLS });
    const ask = async (headers, body) => {
      const stream = session.request(headers);
      stream.end(body);
      const [answer] = await once(stream, "response");
      return { status: answer[":status"], body: await text(stream) };
    };
    const operation = { ":method": "POST", ":path": "/fhir/$process-message", "content-type": FHIR_JSON };
    const answer = await ask(operation, smallMessage("m1", "b1"));
    assert.equal(answer.status, 200);
    assert.equal(endpointOf(answer), `https://127.0.0.1:${port}/fhir`);
    assert.equal((await ask(operation, `${" ".repeat(20_000)}${smallMessage("m2", "b2")}`)).status, 413);
    const statement = await ask({ ":path": "/fhir/metadata" });
    assert.equal(JSON.parse(statement.body).implementation.url, `https://127.0.0.1:${port}/fhir`);
    const head = await ask({ ":method": "HEAD", ":path": "/fhir/metadata" });
    assert.deepEqual([head.status, head.body], [200, ""]);
    session.close();
  });
});

describe("the request target", () => {
  test("one that names another host does not move the base", async () => {
    const port = await listen(createServer(nodeListener(createReceiver())));
    const own = `http://127.0.0.1:${port}`;
    const absolute = await post(port, "http://other.example/fhir/$process-message");
    assert.equal(endpointOf(absolute), `${own}/fhir`);
    for (const path of [
      "//other.example/fhir/$process-message",
      "///other.example/fhir/$process-message",
      "/\\other.example/fhir/$process-message",
      "/fhir/..%2fother/$process-message",
      "/fhir/..;/other/$process-message",
      "/fhir/%2e%2e;/other/$process-message",
      "/fhir%5cother/$process-message",
      "/fhir//$process-message",
      "//$process-message",
    ]) {
      const { status, body } = await post(port, path, { body: smallMessage("m2", "b2") });
      assert.equal(status, 404, path);
      assert.doesNotMatch(body, /other/);
    }
    for (const path of ["ftp://other.example/fhir/$process-message", "http://", "*"]) {
      assert.ok([400, 404].includes((await post(port, path)).status), path);
    }
  });

  test("an invalid Host is refused", async () => {
    const port = await listen(createServer(nodeListener(createReceiver())));
    for (const host of ["evil.example/x?", "evil.example@localhost", "evil.example#", "a b", "evil.example\\x"]) {
      assert.equal((await post(port, "/fhir/$process-message", { headers: { Host: host } })).status, 400, host);
    }
    const twice = connect(port, "127.0.0.1");
    twice.end("GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert.match(await text(twice), /^HTTP\/1\.1 400 /);
    for (const host of ["localhost", "receiver.example.org:8443", "[::1]:80"]) {
      assert.equal((await post(port, "/fhir/$process-message", { headers: { Host: host } })).status, 200, host);
    }
  });

  test("behind a gateway that cuts off the beginning of the path, the base is the option's", async () => {
    const base = "https://outer.example/api/fhir";
    const receiver = createReceiver({ base: `${base}/` });
    const ask = (path, method = "GET") => receiver(new Request(`http://inner${path}`, { method }));
    for (const path of ["/api/fhir/metadata", "/fhir/metadata", "/metadata"]) {
      assert.equal((await (await ask(path)).json()).implementation.url, base, path);
    }
    for (const path of ["/hir/metadata", "/other/metadata", "/other/api/fhir/metadata", "//metadata", "/api/metadata"]) {
      assert.equal((await ask(path)).status, 404, path);
    }
  });
});

describe("a body that was read before", () => {
  async function behind(parser) {
    const errors = [];
    const app = express();
    app.use(parser);
    app.use("/fhir", nodeListener(createReceiver({ onError: (error) => errors.push(error) })));
    const port = await listen(createServer(app));
    return { errors, answer: await post(port, "/fhir/$process-message") };
  }

  test("is the mistake of the program around the receiver, where nothing is left of its bytes", async () => {
    const consumed = async (incoming, _, next) => {
      await text(incoming);
      next();
    };
    const begun = (incoming, _, next) => incoming.once("data", () => next());
    for (const parser of [express.json({ type: FHIR_JSON }), consumed, begun]) {
      const { errors, answer } = await behind(parser);
      assert.equal(answer.status, 500);
      assert.equal(JSON.parse(answer.body).issue[0].code, "exception");
      assert.equal(errors.length, 1);
      assert.equal(errors[0].name, "HostError");
      assert.match(errors[0].message, /read before the receiver/);
    }
  });

  test("is as much its mistake where the request is one of Fetch", async () => {
    for (const read of [(request) => request.json(), (request) => request.body.getReader(), (request) => request.text()]) {
      const errors = [];
      const receiver = createReceiver({ onError: (error) => errors.push(error.name) });
      const headers = { "Content-Type": FHIR_JSON };
      const request = new Request("http://a.example/$process-message", { method: "POST", headers, body: smallMessage("m1", "b1") });
      await read(request);
      assert.equal((await receiver(request)).status, 500);
      assert.deepEqual(errors, ["HostError"]);
    }
  });

  test("is taken as it came where the parser leaves its bytes or its text", async () => {
    const kept = express.json({ type: FHIR_JSON, verify: (incoming, _, bytes) => Object.assign(incoming, { rawBody: bytes }) });
    for (const parser of [express.raw({ type: FHIR_JSON }), express.text({ type: FHIR_JSON }), kept]) {
      const { errors, answer } = await behind(parser);
      assert.deepEqual([answer.status, errors], [200, []]);
    }
  });
});

test("what another handler throws is answered with 500, and told", async () => {
  const errors = [];
  const broken = nodeListener(
    async () => {
      throw new Error("Rivera, Ana");
    },
    { onError: (error) => errors.push(error.message) },
  );
  const port = await listen(createServer(broken));
  assert.deepEqual(await post(port, "/"), { status: 500, body: "" });
  assert.deepEqual(errors, ["Rivera, Ana"]);
});

test("the arguments are what they should be", () => {
  for (const handler of [undefined, {}, Promise.resolve(createReceiver())]) {
    assert.throws(() => nodeListener(handler), { name: "TypeError", message: /^handler must be a function/ });
  }
  assert.throws(() => nodeListener(createReceiver(), { onEror() {} }), { name: "TypeError", message: /^options\.onEror is not an option/ });
  assert.throws(() => nodeListener(createReceiver(), { onError: true }), { name: "TypeError", message: /^options\.onError must be/ });
});
