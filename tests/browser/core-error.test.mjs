// In a real browser, on the page's own thread and in a worker: after a call that was too much for the core, the next one is answered as before.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { launch } from "./open-page.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));

/** Runs in the page and in the worker. Gives what the calls came to. */
async function tooMuch(entry) {
  const loaded = await import(entry);
  const { CoreError, Validator } = loaded;
  const validator = await Validator.load();
  const patient = '{"resourceType":"Patient","gender":"femal"}';
  const huge = `{"resourceType":"Patient","x":[${'{"text":"a"},'.repeat(200_000)}{}]}`;
  const nested = `{"resourceType":"Patient","extension":[${'{"extension":['.repeat(250)}${"]}".repeat(250)}]}`;
  // The smaller entry knows no events.
  const said = () => JSON.stringify([validator.validate(patient), validator.events?.()]);
  const before = said();
  const outcomes = [];
  const outcome = (call) => {
    try {
      call();
      return "came through";
    } catch (error) {
      return error instanceof CoreError ? "CoreError" : "another error";
    }
  };
  outcomes.push(
    outcome(() => validator.validate(huge)),
    said() === before,
  );
  let inside = false;
  let frames = 0;
  const fall = () => {
    try {
      fall();
    } catch {}
    frames += 1;
    if (!inside && frames % 10 === 0) inside = outcome(() => validator.validate(nested, { maxDepth: 512 })) === "CoreError";
  };
  fall();
  outcomes.push(inside, said() === before);
  return outcomes;
}

const FILES = {
  "/web.js": ["text/javascript", read("pkg/web.js")],
  "/validate.js": ["text/javascript", read("pkg/validate.js")],
  "/fhirpost_bg.wasm": ["application/wasm", read("pkg/fhirpost_bg.wasm")],
  "/validate_bg.wasm": ["application/wasm", read("pkg/validate_bg.wasm")],
  "/too-much.js": ["text/javascript", `export ${tooMuch}`],
  "/worker.js": [
    "text/javascript",
    'import { tooMuch } from "/too-much.js"; onmessage = async ({ data }) => postMessage(await tooMuch(data).catch(String));',
  ],
};

describe("in a browser", () => {
  let browser;
  let page;
  const server = createServer((incoming, outgoing) => {
    const [type, body] = FILES[incoming.url] ?? ["text/html", "<!doctype html><title>page</title>"];
    outgoing.writeHead(200, { "Content-Type": type }).end(body);
  });
  before(async () => {
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    // So little that a message of some megabytes is too much.
    browser = await launch("--js-flags=--wasm-max-mem-pages=200");
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}`);
  });
  after(async () => {
    await browser?.close();
    server.closeAllConnections();
    server.close();
  });

  for (const entry of ["/web.js", "/validate.js"]) {
    test(`${entry}: a fresh core takes over`, async () => {
      const onPage = await page.evaluate(async (from) => (await import("/too-much.js")).tooMuch(from), entry);
      assert.deepEqual(onPage, ["CoreError", true, true, true]);
      const inWorker = await page.evaluate((from) => {
        const worker = new Worker("/worker.js", { type: "module" });
        worker.postMessage(from);
        return new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => resolve(message);
        });
      }, entry);
      assert.deepEqual(inWorker, ["CoreError", true, true, true]);
    });
  }
});
