// The relay of the server behind the page: to servers that were named, for its own page, and for nobody and nothing else.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { createRelay, isForRelay, readRelayBase } from "../../scripts/serve/relay.mjs";

/** What reached the server behind the relay. */
let seen = [];
/** How that answers. */
let answers = (response) => response.writeHead(200, { "Content-Type": "application/fhir+json" }).end('{"resourceType":"Bundle"}');
const usual = answers;
const servers = [];
let base;
let port;

async function listen(handler) {
  const server = createServer(handler);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

before(async () => {
  const behind = await listen((incoming, response) => {
    const chunks = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", () => {
      seen.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body: Buffer.concat(chunks).toString() });
      answers(response);
    });
  });
  base = `http://127.0.0.1:${behind}/v4`;
  const relay = createRelay([base, "http://127.0.0.1:1/nobody"], { start: "npm start --", longest: 1000, patience: 1000 });
  port = await listen((incoming, response) => (isForRelay(incoming.url) ? relay(incoming, response) : response.writeHead(404).end()));
});
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => {
  seen = [];
  answers = usual;
});

const ORIGIN = () => `http://127.0.0.1:${port}`;

/** As the page asks, but for what is given; a header that is undefined is left out. */
async function ask({ path = "/relay/$process-message", method = "POST", headers = {}, body = '{"a":1}' } = {}) {
  const all = { Host: `127.0.0.1:${port}`, Origin: ORIGIN(), "Content-Type": "application/fhir+json", "Fhirpost-Relay": base, ...headers };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const sent = request({ host: "127.0.0.1", port, path, method, headers: given, agent: false });
  sent.end(method === "GET" ? undefined : body);
  const [response] = await once(sent, "response");
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

test("its own page reaches a server that was named, with the message as it is and the headers that belong to it", async () => {
  const { status, headers, text } = await ask({ headers: { Authorization: "Bearer t", Accept: "application/fhir+json", Cookie: "a=b" } });
  assert.deepEqual([status, text], [200, '{"resourceType":"Bundle"}']);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.match(headers["content-security-policy"], /sandbox/);
  const [{ method, url, headers: passed, body }] = seen;
  assert.deepEqual([method, url, body], ["POST", "/v4/$process-message", '{"a":1}']);
  assert.deepEqual([passed.authorization, passed.accept], ["Bearer t", "application/fhir+json"]);
  for (const name of ["cookie", "origin", "fhirpost-relay", "referer"]) assert.equal(passed[name], undefined, name);
  assert.equal((await ask({ path: "/relay/metadata" })).status, 200);
  assert.deepEqual([seen[1].method, seen[1].url, seen[1].body], ["GET", "/v4/metadata", ""]);
});

test("it says what it was started for", async () => {
  const { status, text } = await ask({ path: "/relay", method: "GET", headers: { Origin: undefined } });
  assert.deepEqual([status, JSON.parse(text)], [200, { bases: [base, "http://127.0.0.1:1/nobody"], start: "npm start --" }]);
});

test("no other page, name or port uses it, and nothing without an origin", async () => {
  const name = (host) => ({ Host: host, Origin: `http://${host}` });
  for (const [status, headers] of [
    // A name that was bound to this machine (DNS rebinding): its page's origin is that name.
    [421, name("evil.example")],
    [421, name(`evil.example:${port}`)],
    [421, name(`127.0.0.1.evil.example:${port}`)],
    [421, name("127.0.0.1")],
    [421, name(`127.0.0.1:${port + 1}`)],
    [421, name(`[::1]:${port}`)],
    [421, name(`localhost.:${port}`)],
    [403, { Origin: "https://evil.example" }],
    [403, { Origin: "null" }],
    [403, { Origin: undefined }],
    [403, { Origin: `http://localhost:${port}` }],
    [403, { Origin: `https://127.0.0.1:${port}` }],
    [403, { Origin: `${ORIGIN()}.evil.example` }],
    [403, { Origin: `${ORIGIN()}, https://evil.example` }],
    [403, { "Sec-Fetch-Site": "cross-site" }],
    [403, { "Sec-Fetch-Site": "none" }],
  ]) {
    assert.equal((await ask({ headers })).status, status, JSON.stringify(headers));
  }
  const preflight = await ask({ method: "OPTIONS", headers: { Origin: "https://evil.example", "Access-Control-Request-Method": "POST" } });
  assert.equal(preflight.status, 405);
  assert.deepEqual(
    Object.keys(preflight.headers).filter((header) => header.startsWith("access-control")),
    [],
  );
  assert.deepEqual(seen, []);
});

test("it reaches no server that was not named, and no other address of one that was", async () => {
  for (const other of [
    undefined,
    "",
    "https://evil.example",
    `${base}/`,
    `${base}/../admin`,
    `${base}?x=`,
    `${base}@evil.example`,
    base.replace("127.0.0.1", "localhost"),
    base.toUpperCase(),
    `${base}, ${base}`,
  ]) {
    assert.equal((await ask({ headers: { "Fhirpost-Relay": other } })).status, 403, String(other));
  }
  for (const path of [
    "/relay/",
    "/relay/Patient/1",
    "/relay/$process-message?async=true",
    "/relay/%24process-message",
    "/relay/metadata/../Patient",
    "/relay//evil.example",
    "/relay/constructor",
  ]) {
    assert.equal((await ask({ path })).status, 404, path);
  }
  for (const method of ["GET", "PUT", "DELETE"]) assert.equal((await ask({ method })).status, 405, method);
  assert.deepEqual(seen, []);
});

test("a redirect is not followed, and does not say where it led", async () => {
  let followed = false;
  const other = await listen((_, response) => {
    followed = true;
    response.end();
  });
  for (const status of [301, 302, 303, 307, 308]) {
    answers = (response) => response.writeHead(status, { Location: `http://127.0.0.1:${other}/` }).end();
    const { status: given, headers } = await ask();
    assert.deepEqual([given, headers.location], [status, undefined]);
  }
  assert.equal(followed, false);
});

test("nothing of an answer changes what this origin is to the browser", async () => {
  const hostile = { "Set-Cookie": "a=b", "Access-Control-Allow-Origin": "*", "Service-Worker-Allowed": "/", "Clear-Site-Data": '"*"' };
  answers = (response) =>
    response.writeHead(200, { ...hostile, "Content-Type": "text/html", "Content-Security-Policy": "" }).end("<script>");
  const { headers } = await ask();
  for (const name of Object.keys(hostile)) assert.equal(headers[name.toLowerCase()], undefined, name);
  assert.match(headers["content-security-policy"], /default-src 'none'; sandbox/);
});

test("what is too long, too slow or not there ends with a word, and the token is in none of them", async () => {
  const headers = { Authorization: "Bearer letter-box" };
  const said = [];
  const expect = async (status, options) => {
    const got = await ask({ headers, ...options });
    assert.equal(got.status, status, got.text);
    assert.equal(JSON.parse(got.text).resourceType, "OperationOutcome");
    said.push(got.text);
  };
  await expect(413, { body: "x".repeat(1001) });
  assert.deepEqual(seen, []);
  answers = (response) => response.end("x".repeat(1001));
  await expect(502);
  answers = () => {};
  await expect(504);
  answers = (response) => response.socket.destroy();
  await expect(502);
  answers = (response) => response.writeHead(200, { "Content-Length": 10 }).write("x", () => response.socket.destroy());
  await expect(502);
  await expect(502, { headers: { ...headers, "Fhirpost-Relay": "http://127.0.0.1:1/nobody" } });
  assert.ok(!said.join().includes("letter-box"));
});

/** Sends these bytes as they are, and gives all that comes back. */
async function raw(text) {
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  let got = "";
  for await (const chunk of socket.setEncoding("latin1")) got += chunk;
  return got;
}

test("headers cannot be smuggled, and one request stays one", async () => {
  const kept = ["POST /relay/$process-message HTTP/1.1", `Host: 127.0.0.1:${port}`, `Origin: ${ORIGIN()}`, `Fhirpost-Relay: ${base}`];
  const head = (...more) => [...kept, "Connection: close", ...more];
  const inner = "POST /v4/$process-message HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  // Two lengths that disagree, a length beside chunks, and bare line ends within a value: Node reads none of them.
  for (const lines of [
    head("Content-Length: 0", `Content-Length: ${inner.length}`),
    head("Content-Length: 4", "Transfer-Encoding: chunked"),
    head("Authorization: Bearer a\rX-Evil: 1", "Content-Length: 0"),
    head(`Host: evil.example`, "Content-Length: 0"),
  ]) {
    assert.match(await raw(`${lines.join("\r\n")}\r\n\r\n${inner}`), /^HTTP\/1\.1 400/, lines.join(" | "));
  }
  assert.deepEqual(seen, []);
  // A second base, or origin, beside the first is not one that was named.
  for (const more of ["Fhirpost-Relay: http://127.0.0.1:1/nobody", "Sec-Fetch-Site: cross-site"]) {
    assert.match(await raw(`${head(more, "Content-Length: 0").join("\r\n")}\r\n\r\n`), /^HTTP\/1\.1 403/, more);
  }
  assert.deepEqual(seen, []);
  // What stands behind a request that was read does not go out with it.
  await raw(`${[...kept, "Content-Length: 2"].join("\r\n")}\r\n\r\n{}${inner}`);
  assert.deepEqual(
    seen.map(({ url, body }) => [url, body]),
    [["/v4/$process-message", "{}"]],
  );
});

test("what is no base URL is none to pass messages on to", () => {
  assert.equal(readRelayBase("https://host.example/v4/"), "https://host.example/v4");
  assert.equal(readRelayBase("HTTPS://Host.Example"), "https://host.example");
  for (const given of [
    "host.example",
    "ftp://host.example",
    "https://me:secret@host.example",
    "https://host.example?x",
    "https://host.example#",
    "*",
  ]) {
    assert.equal(readRelayBase(given), undefined, given);
  }
});
