// sendMessage in a real browser, from a page of another origin: what CORS and redirects let it know, and that no token goes elsewhere.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { launch } from "./open-page.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const message = read("www/examples/submit-service-request.json").toString();
const FILES = {
  "/web.js": ["text/javascript", read("pkg/web.js")],
  "/fhirpost_bg.wasm": ["application/wasm", read("pkg/fhirpost_bg.wasm")],
};
const TOKEN = "letter-box-token";

const servers = [];
async function start(listener) {
  const seen = [];
  const server = createServer((incoming, outgoing) => {
    seen.push({ method: incoming.method, url: incoming.url, authorization: incoming.headers.authorization });
    incoming.resume().on("end", () => listener(incoming, outgoing));
  });
  servers.push(server);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, seen };
}

/** A receiver that lets every page in. */
const open = (answer) => (incoming, outgoing) => {
  outgoing.setHeader("Access-Control-Allow-Origin", "*");
  outgoing.setHeader("Access-Control-Allow-Headers", "authorization, content-type");
  outgoing.setHeader("Access-Control-Expose-Headers", "retry-after");
  if (incoming.method === "OPTIONS") outgoing.writeHead(204).end();
  else answer(outgoing);
};

let browser;
let page;

/** Calls sendMessage in the page. */
const send = (options) =>
  page.evaluate(
    async ([text, given]) => {
      const { default: init, sendMessage } = await import("/web.js");
      await init();
      const { outcome, issues, answer, attempts } = await sendMessage(text, { retry: { attempts: 2, delay: 1 }, ...given });
      return { outcome, rules: issues.map(({ rule }) => rule), answer, attempts: attempts.length };
    },
    [message, { token: TOKEN, ...options }],
  );

describe("sendMessage in a browser", () => {
  before(async () => {
    const site = await start((incoming, outgoing) => {
      const [type, body] = FILES[incoming.url] ?? ["text/html", "<!doctype html><title>page</title>"];
      outgoing.writeHead(200, { "Content-Type": type }).end(body);
    });
    browser = await launch();
    page = await browser.newPage();
    await page.goto(site.origin);
  });
  after(async () => {
    await browser?.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  test("an answer is read", async () => {
    const receiver = await start(
      open((outgoing) => outgoing.writeHead(503, { "Retry-After": "0", "Content-Type": "text/html" }).end("<html>")),
    );
    const { outcome, rules, answer, attempts } = await send({ base: `${receiver.origin}/fhir` });
    assert.deepEqual([outcome, rules, answer.retryAfter, attempts], ["failed", ["answer-not-fhir", "answer-failed"], 0, 2]);
    const posts = receiver.seen.filter(({ method }) => method === "POST");
    assert.deepEqual(posts[0], { method: "POST", url: "/fhir/$process-message", authorization: `Bearer ${TOKEN}` });
  });

  test("a receiver that lets no page in is told apart from one that is not there", async () => {
    const closed = await start((_, outgoing) => outgoing.writeHead(200).end("{}"));
    const refused = await send({ base: `${closed.origin}/fhir` });
    assert.deepEqual([refused.outcome, refused.rules, refused.attempts], ["refused", ["network-cors"], 1]);
    // Neither the question before the message nor the one why it failed carries the token.
    assert.ok(closed.seen.length > 0 && closed.seen.every(({ authorization }) => authorization === undefined));
    const nobody = await send({ base: "http://127.0.0.1:9/fhir" });
    assert.deepEqual([nobody.outcome, nobody.rules], ["failed", ["network-unreachable"]]);
  });

  test("a redirect is not followed", async () => {
    const elsewhere = await start(open((outgoing) => outgoing.writeHead(200).end("{}")));
    const receiver = await start(open((outgoing) => outgoing.writeHead(307, { Location: elsewhere.origin }).end()));
    const { outcome, rules, attempts } = await send({ base: `${receiver.origin}/fhir` });
    assert.deepEqual([outcome, rules, attempts], ["refused", ["answer-redirect"], 1]);
    assert.deepEqual(elsewhere.seen, []);
  });
});
