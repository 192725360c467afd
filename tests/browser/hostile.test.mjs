// Messages and answers that mean harm: nothing of them runs, nothing hangs, and there is a verdict all the same.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { indented, MESSAGES, message, spoilObservations } from "../../benches/messages.mjs";
import { startBrowser } from "./open-page.mjs";

const valid = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const MARKUP = `"><img src=x onerror="globalThis.owned=1"><script>globalThis.owned=1</script><svg onload="globalThis.owned=1"><a href="javascript:globalThis.owned=1">`;
// CodeMirror's own warning, now and then, where a line is so long that it measures the rest of it in the next frame: nothing is wrong then.
const UNSETTLED = "Measure loop restarted more than 5 times";
const BIDI = "\u202e\u2066abc\u202etxt.exe\u200f";
// As escapes, since that is how they come through a server that checks for them.
const ESCAPED = "\\u0000\\ud800\\u202e\\u003cimg src=x onerror=globalThis.owned=1\\u003e";

let browser;
let opened;
let page;
let dialogs;

/** Puts it in at once, also what no clipboard lets through, and waits for the verdict. */
async function paste(text) {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    const content = document.querySelector(".editor").shadowRoot.querySelector(".cm-content");
    content.focus();
    document.querySelector(".verdict").dataset.tone = "none";
    content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
  await page.locator(".verdict[data-tone=ok], .verdict[data-tone=error]").waitFor({ timeout: 60_000 });
}

/** A key comes back as something on the screen. How long that takes, benches/page.mjs measures. */
async function answersKeys() {
  await page.locator(".cm-content").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("x");
  await page.keyboard.press("Backspace");
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
}

async function nothingRan() {
  const { owned, violations, injected } = await page.evaluate(() => {
    const roots = [document, document.querySelector(".editor").shadowRoot];
    const injected = roots.flatMap((root) => [
      ...root.querySelectorAll("[onerror], [onload], img[src=x], body script, [href^='javascript:' i]"),
    ]);
    return { owned: globalThis.owned, violations: globalThis.violations, injected: injected.map((one) => one.outerHTML.slice(0, 200)) };
  });
  assert.deepEqual({ owned, violations, injected, dialogs }, { owned: undefined, violations: [], injected: [], dialogs: [] });
}

/** Every view gets to show it. */
async function walkViews() {
  for (const name of await page.getByRole("tab").allInnerTexts()) {
    await opened.view(name.split(/\s/)[0]);
    // Some fill themselves from workers.
    await page.waitForTimeout(200);
    await nothingRan();
  }
}

describe("hostile", () => {
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.stop());
  beforeEach(async () => {
    dialogs = [];
    opened = await browser.open({
      prepare: async (prepared) => {
        prepared.on("dialog", (dialog) => dialogs.push(dialog.message()) && dialog.dismiss());
        await prepared.addInitScript(() => {
          globalThis.violations = [];
          document.addEventListener("securitypolicyviolation", (event) =>
            globalThis.violations.push(`${event.violatedDirective}: ${event.blockedURI}`),
          );
        });
      },
    });
    page = opened.page;
    page.setDefaultTimeout(30_000);
  });
  afterEach(async () => {
    assert.deepEqual(opened.elsewhere, [], "nothing goes anywhere unasked");
    await opened.close();
  });

  test("markup, addresses that are scripts, and characters that turn the text round stay text in every view", async () => {
    const bad = JSON.parse(valid);
    const request = bad.entry.find(({ resource }) => resource.resourceType === "ServiceRequest").resource;
    request.status = MARKUP;
    request.code = { text: `${MARKUP}${BIDI}`, coding: [{ system: "javascript:globalThis.owned=1", code: MARKUP, display: MARKUP }] };
    request[MARKUP] = MARKUP;
    request.subject = { reference: "javascript:globalThis.owned=1", display: MARKUP };
    bad.entry[0].resource.source = { endpoint: "javascript:globalThis.owned=1", name: MARKUP };
    bad.entry[0].resource.destination = [{ endpoint: "javascript:globalThis.owned=1", name: MARKUP }];
    bad.entry.push({ fullUrl: "javascript:globalThis.owned=1", resource: { resourceType: MARKUP, id: MARKUP } });
    bad.entry.push({
      fullUrl: "data:text/html,<script>1</script>",
      resource: {
        resourceType: "Patient",
        id: BIDI,
        name: [{ text: MARKUP }],
        text: { status: "generated", div: `<div xmlns="http://www.w3.org/1999/xhtml">${MARKUP}</div>` },
      },
    });
    await paste(JSON.stringify(bad, null, 2).replace('"order"', `"${ESCAPED}"`));
    assert.ok(await page.locator(".issue-message", { hasText: "<img src=x" }).first().isVisible());
    // The text of a stranger turns round nothing but itself.
    assert.equal(
      await page
        .locator(".issue-message")
        .first()
        .evaluate((one) => getComputedStyle(one).unicodeBidi),
      "isolate",
    );
    await walkViews();
    await answersKeys();
  });

  test("halves of characters, NUL and other control characters do not end anything", async () => {
    await paste(`{ "resourceType": "Bundle", "id": "\ud800", "\0": "\0\u0001\u2028\u2029\ufeff${BIDI}", "type": "\udfff" }`);
    await opened.verdict("Not valid").waitFor();
    await walkViews();
    await answersKeys();
  });

  for (const [name, text] of [
    ["nesting deeper than anyone reads", `{"resourceType":"Bundle","type":"message","entry":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["objects in objects", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`],
    ["a string of 5 MB", `{ "resourceType": "Bundle", "type": "${"<b>".repeat(1_700_000)}" }`],
    ["5 MB on one line", MESSAGES.find(({ name }) => name === "5 MB").write()],
    ["50,000 lines", indented(message(1400))],
    ["1,000 issues", indented(spoilObservations(message(200)))],
    ["no JSON at all, 5 MB of it", "<script>globalThis.owned=1</script>\n".repeat(140_000)],
  ]) {
    test(`${name}: there is a verdict, and the page answers`, async () => {
      await paste(text);
      await answersKeys();
      await walkViews();
      await answersKeys();
      opened.complaints = opened.complaints.filter((text) => text !== UNSETTLED);
    });
  }

  test("answers of a hostile server", async () => {
    const issue = (text) => ({
      severity: text,
      code: text,
      details: { text, coding: [{ system: "javascript:globalThis.owned=1", display: text }] },
      diagnostics: text,
      expression: [text],
    });
    let answer;
    const server = createServer((request, response) => {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Access-Control-Allow-Headers", "*, authorization");
      response.setHeader("Access-Control-Expose-Headers", "*");
      if (request.method !== "POST") return response.writeHead(request.method === "OPTIONS" ? 204 : 404).end();
      request.resume().on("end", () => {
        const { status = 200, type = "application/fhir+json", body } = answer;
        response
          .writeHead(status, { "Content-Type": type, Location: "javascript:globalThis.owned=1", "Content-Location": MARKUP })
          .end(body);
      });
    });
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    const { origin } = new URL(`http://127.0.0.1:${server.address().port}`);
    await paste(valid);
    await opened.view("Send");
    await page.getByLabel("Base URL").fill(`${origin}/fhir`);
    for (const next of [
      { status: 400, body: JSON.stringify({ resourceType: "OperationOutcome", issue: Array(10_000).fill(issue(MARKUP)) }) },
      { status: 201, body: JSON.stringify({ resourceType: MARKUP, id: MARKUP, text: { div: MARKUP } }) },
      { body: "[".repeat(1_000_000) },
      {
        body: JSON.stringify({
          resourceType: "Bundle",
          type: "message",
          entry: Array(20_000).fill({ fullUrl: "javascript:1", resource: issue(BIDI) }),
        }),
      },
      { status: 500, type: "text/html", body: `<!doctype html>${MARKUP.repeat(50_000)}` },
      { body: '\0\ud800{"resourceType":' },
    ]) {
      answer = next;
      await page.locator(".answers").evaluate((one) => one.querySelector(".answer")?.remove());
      await opened.send();
      await page.locator(".answer").first().waitFor();
      await nothingRan();
    }
    await answersKeys();
    server.closeAllConnections();
    server.close();
    // The server was named by who sent there.
    opened.elsewhere = opened.elsewhere.filter((url) => !url.startsWith(origin));
  });

  test("where the browser knows Trusted Types, no script comes from anywhere but the build, and no text becomes markup", async () => {
    const outcomes = await page.evaluate(() => {
      const attempt = (task) => {
        try {
          task();
          return "done";
        } catch (error) {
          return error.constructor.name;
        }
      };
      return [
        () => document.body.insertAdjacentHTML("beforeend", "<b>"),
        () => new Worker("/fhir/metadata"),
        () => new Worker("data:text/javascript,1"),
        () => navigator.serviceWorker.register("/fhir/sw.js"),
        () => globalThis.trustedTypes.createPolicy("other", {}),
        () => globalThis.trustedTypes.createPolicy("fhirpost", {}),
        () => {
          document.createElement("script").src = "https://a.example/script.js";
        },
      ].map(attempt);
    });
    // `register` is replaced by what keeps service workers out of the tests.
    outcomes.splice(3, 1);
    assert.deepEqual(outcomes, ["TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "TypeError"]);
    assert.ok(opened.complaints.length > 0);
    opened.complaints = [];
  });
});
