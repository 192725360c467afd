// What a visitor waits for: all that is loaded until the first verdict, as a size. Times differ from machine to machine; sizes do not.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { startBrowser } from "./open-page.mjs";

/** Until there is a page to write in, and until there is a first verdict on what was pasted. */
const MOST = { view: 200_000, verdict: 250_000 };
const message = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");

let browser;

describe("the first load", () => {
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.stop());

  test("with gzip and without the wasm, the first view is at most 200 kB, and all until the first verdict 250 kB", async (t) => {
    const loaded = new Map();
    const opened = await browser.open({
      // Workers load for themselves, so it is the context that sees all of it.
      prepare: (page) => page.context().on("response", (response) => loaded.set(response.url(), response)),
    });
    // The check starts by itself once the page is there; it is no part of the view.
    const atFirst = new Set([...loaded.keys()].filter((url) => !/worker/.test(url)));
    await opened.paste(message);
    await opened.verdict("Valid").waitFor();
    const sizes = new Map();
    for (const [url, response] of loaded) {
      const name = url.slice(browser.origin.length);
      assert.equal(response.status(), 200, name);
      if (name.endsWith(".wasm")) continue;
      sizes.set(name, gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).length);
    }
    await opened.close();
    const list = [...sizes].map(([name, size]) => `${size} ${name}`).join("\n");
    assert.ok(
      [...sizes.keys()].some((name) => name.includes("worker")),
      `the worker is counted:\n${list}`,
    );
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    assert.ok(total <= MOST.verdict, `${total} bytes:\n${list}`);
    const view = [...sizes].filter(([name]) => atFirst.has(browser.origin + name)).reduce((sum, [, size]) => sum + size, 0);
    assert.ok(view > 100_000 && view <= MOST.view, `the first view has ${view} bytes:\n${list}`);
    t.diagnostic(`first view without the wasm: ${view} bytes with gzip`);
    t.diagnostic(`first load without the wasm: ${total} bytes with gzip`);
  });

  test("the server sends what is shorter, and says so", async () => {
    const [, script] = /href="\.(\/assets\/texts-[^"]+\.js)"/.exec(await (await fetch(`${browser.origin}/`)).text());
    const get = async (encoding) => (await fetch(browser.origin + script, { headers: { "Accept-Encoding": encoding } })).headers;
    for (const [asked, given] of [
      ["gzip, deflate, br", "br"],
      ["gzip", "gzip"],
      ["br;q=0, gzip;q=0.5", "gzip"],
      ["identity", null],
    ]) {
      const headers = await get(asked);
      assert.equal(headers.get("content-encoding"), given, asked);
      assert.equal(headers.get("vary"), "Accept-Encoding");
      assert.match(headers.get("cache-control"), /immutable/);
    }
    const worker = await fetch(`${browser.origin}/service-worker.js`);
    assert.equal(worker.headers.get("cache-control"), "no-cache");
    const manifest = await fetch(`${browser.origin}/manifest.webmanifest`);
    assert.match(manifest.headers.get("content-type"), /^application\/manifest\+json/);
    for (const { src } of (await manifest.json()).icons) assert.equal((await fetch(`${browser.origin}/${src}`)).status, 200, src);
  });
});
