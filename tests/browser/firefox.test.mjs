// The same page in Firefox: a verdict, a fix, a message sent.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Firefox, findFirefox } from "./firefox.mjs";
import { serve } from "./open-page.mjs";

const valid = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const broken = valid.replace('"status": "active"', '"status": "activ"');
const executable = findFirefox();

// As WebDriver names them.
const KEYS = { control: "\ue009", enter: "\ue007", f8: "\ue038" };

const paste = (text) => {
  const content = document.querySelector(".editor").shadowRoot.querySelector(".cm-content");
  content.focus();
  // Firefox's own way to make such an event: it takes no clipboard of somebody else's.
  content.dispatchEvent(new ClipboardEvent("paste", { dataType: "text/plain", data: text, bubbles: true, cancelable: true }));
};
const verdict = (word) => document.querySelector("section.check strong")?.textContent === word;

describe("in Firefox", { skip: executable === undefined && "there is no Firefox here: install firefox-esr to run this" }, () => {
  test("a broken message is marked, fixed by keyboard, and sent", async () => {
    const { child, origin } = await serve();
    const firefox = await Firefox.start(executable);
    try {
      await firefox.open(`${origin}/`);
      await firefox.until(() =>
        Boolean(document.querySelector(".side") && document.querySelector(".editor").shadowRoot.querySelector(".cm-content")),
      );
      await firefox.evaluate(paste, broken);
      await firefox.until(verdict, "Not valid");
      await firefox.press(KEYS.f8);
      await firefox.until(() => document.activeElement?.shadowRoot?.activeElement?.classList.contains("cm-content"));
      await firefox.type('"active"');
      await firefox.until(verdict, "Valid");
      await firefox.press(KEYS.control, KEYS.enter);
      await firefox.until(() => document.querySelector(".answers")?.innerText.includes("The message was accepted."));
      assert.deepEqual(firefox.complaints, []);
    } finally {
      await firefox.stop();
      child.kill();
    }
  });
});
