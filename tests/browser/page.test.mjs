// The page as `npm start` serves it, in a real browser.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
// Without these, Chromium asks for updates and the like: nothing of that belongs into a test.
const args = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync"
  .split(" ")
  .map((name) => `--${name}`);
const valid = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const STATUS = /"status": "active"/;
const broken = valid.replace(STATUS, '"status": "activ"');
const brokenLine = broken.slice(0, broken.indexOf('"activ"')).split("\n").length;

let server;
let origin;
let browser;
let page;
let complaints;

/** Starts `scripts/serve.mjs` on a free port, as `npm start` does. */
function serve() {
  const child = spawn(process.execPath, [fileURLToPath(new URL("../../scripts/serve.mjs", import.meta.url)), "--port", "0"]);
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (text) => {
      const address = /the page is at (http:\/\/127\.0\.0\.1:\d+)\//.exec(text)?.[1];
      if (address) resolve({ child, address });
    });
    child.stderr.on("data", (text) => reject(new Error(String(text))));
    child.on("exit", () => reject(new Error("the server ended")));
  });
}

const modifier = process.platform === "darwin" ? "Meta" : "Control";

/** Replaces the text of the editor as a person would: select all, paste. */
async function paste(text) {
  await page.locator(".cm-content").click();
  await page.keyboard.press(`${modifier}+A`);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press(`${modifier}+V`);
}

/** What is selected in the editor, which lives in a shadow root. */
const selected = () => document.querySelector(".editor").shadowRoot.getSelection().toString();

const verdict = (name) => page.locator("section.check strong", { hasText: new RegExp(`^${name}$`) });
const rows = () => page.locator("ol button.issue");
const answer = () => page.locator("section.send .answers");

describe("the page", () => {
  before(async () => {
    const started = await serve();
    server = started.child;
    origin = started.address;
    browser = await chromium.launch({ executablePath, args });
  });
  after(async () => {
    await browser?.close();
    server?.kill();
  });
  beforeEach(async () => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    complaints = [];
    page.on("console", (message) => {
      // The browser reports every answer that is not 2xx; that is no complaint about the page.
      const isStatus = message.text().startsWith("Failed to load resource: the server responded");
      if (["error", "warning"].includes(message.type()) && !isStatus) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`${origin}/`);
  });
  afterEach(async () => {
    await page.context().close();
    assert.deepEqual(complaints, [], "the browser complained");
  });

  test("a broken message is marked, mended, sent, and the created id is read", async () => {
    await paste(broken);
    await verdict("Not valid").waitFor();
    assert.equal(await rows().count(), 1);
    const row = await rows().first().innerText();
    assert.match(row, new RegExp(`Error\\s+${brokenLine}:\\d+\\s+binding-required`));
    assert.match(row, /Suggested: active/);
    // A click goes to the place, where the wrong word is underlined and its line has a mark in the gutter.
    await rows().first().click();
    const marked = page.locator(".cm-lintRange-error");
    assert.equal(await marked.first().innerText(), '"activ"');
    assert.equal(await page.locator(".cm-lint-marker-error").count(), 1);
    assert.equal(await page.evaluate(selected), '"activ"');
    await page.keyboard.insertText('"active"');
    await verdict("Valid").waitFor();
    assert.equal(await rows().count(), 0);

    await page.getByRole("button", { name: "Send", exact: true }).click();
    await answer().getByText("The message was accepted.").waitFor();
    const text = await answer().innerText();
    assert.match(text, /200/);
    assert.match(text, /ServiceRequest\/[0-9a-f-]{36}/);
    assert.match(text, /created/);
  });

  test("the keyboard is enough", async () => {
    await paste(broken.replace('"intent": "order"', '"intent": "ordr"'));
    await verdict("Not valid").waitFor();
    await page.keyboard.press("F8");
    assert.equal(await page.evaluate(selected), '"activ"');
    await page.keyboard.insertText('"active"');
    await page.keyboard.press("F8");
    await page.waitForFunction(`(${selected})() === '"ordr"'`);
    await page.keyboard.insertText('"order"');
    await verdict("Valid").waitFor();
    await page.keyboard.press(`${modifier}+Enter`);
    await answer().getByText("The message was accepted.").waitFor();
  });

  test("a message with errors is sent only when asked twice, and the answer says why it is refused", async () => {
    await paste(broken);
    await verdict("Not valid").waitFor();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByText(/Press again to send it all the same/).waitFor();
    assert.equal(await answer().innerText(), "");
    await page.getByRole("button", { name: "Send anyway" }).click();
    await answer().getByText("422", { exact: false }).first().waitFor();
    assert.match(await answer().innerText(), /request-status/);
  });

  test("text that is no JSON is said to be none, and nothing is lost when an example replaces it", async () => {
    await paste("{ mine");
    await verdict("Not valid").waitFor();
    assert.match(await rows().first().innerText(), /1:3\s+json-syntax/);
    await page.getByRole("button", { name: "Update a referral" }).click();
    await verdict("Valid").waitFor();
    await page.getByRole("button", { name: "Bring it back" }).click();
    await page.locator(".cm-content", { hasText: "{ mine" }).waitFor();
  });

  test("hostile messages and answers are text, never markup", async () => {
    const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    const bad = createServer((request, response) => {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Access-Control-Allow-Headers", "*");
      response.setHeader("Content-Type", "text/html");
      response.writeHead(request.method === "OPTIONS" ? 204 : 500).end(request.method === "OPTIONS" ? "" : hostile);
    });
    await new Promise((resolve) => bad.listen(0, "127.0.0.1", resolve));
    try {
      await paste(valid.replace(STATUS, `"status": ${JSON.stringify(hostile)}`));
      await verdict("Not valid").waitFor();
      assert.ok((await rows().first().innerText()).includes("<img src=x"));
      await page.getByLabel("Base URL").fill(`http://127.0.0.1:${bad.address().port}`);
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await page.getByRole("button", { name: "Send anyway" }).click();
      await answer()
        .getByText(/The server failed/)
        .waitFor();
      assert.ok((await answer().innerText()).includes("<img src=x"), "the answer is shown as it came");
      assert.equal(await page.locator("img[src=x]").count(), 0);
      assert.equal(await page.title(), "fhirpost");
    } finally {
      bad.close();
    }
  });

  test("a server that is not there is explained", async () => {
    await paste(valid);
    await verdict("Valid").waitFor();
    await page.getByLabel("Base URL").fill("http://127.0.0.1:9");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await answer()
      .getByText(/No answer came/)
      .waitFor();
    complaints = complaints.filter((text) => !/ERR_(CONNECTION_REFUSED|UNSAFE_PORT)/.test(text));
  });

  test("a bearer token is sent, and not kept", async () => {
    await paste(valid);
    await verdict("Valid").waitFor();
    await page.getByLabel("Bearer token").fill("letter-box");
    const sent = page.waitForRequest((request) => request.url().endsWith("/fhir/$process-message"));
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const headers = await (await sent).allHeaders();
    assert.equal(headers.authorization, "Bearer letter-box");
    assert.equal(headers["content-type"], "application/fhir+json");
    assert.equal(headers.accept, "application/fhir+json");
    assert.equal(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])), '[{},{},""]');
  });

  test("a narrow window scrolls only downwards", async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await paste(broken);
    await verdict("Not valid").waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await rows().first().scrollIntoViewIfNeeded();
    assert.ok(await rows().first().isVisible());
  });
});
