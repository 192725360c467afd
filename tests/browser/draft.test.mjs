// While somebody types, only what changed is validated. What the page says is what it says of the whole text.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { modifier, startBrowser } from "./open-page.mjs";

const submit = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");

/** In the page: notes by what name the check is asked. */
function noteQuestions() {
  const { postMessage } = Worker.prototype;
  globalThis.questions = [];
  Worker.prototype.postMessage = function (message, ...more) {
    globalThis.questions.push(message.name);
    return postMessage.call(this, message, ...more);
  };
}

let browser;

describe("a draft", () => {
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.stop());

  test("after edits here and there, the issues are those of the whole text", async () => {
    const opened = await browser.open({ prepare: (page) => page.addInitScript(noteQuestions) });
    const { page } = opened;
    const questions = () => page.evaluate(() => globalThis.questions.filter((name) => ["check", "begin", "edit"].includes(name)));
    const said = async () => (await opened.rows.allInnerTexts()).map((row) => row.replace(/\s+/g, " "));
    /** Selects the next of these and types over it, and waits until the count of errors is that. */
    const typeOver = async (found, typed, errors) => {
      await page.locator(".cm-content").focus();
      await page.keyboard.press(`${modifier}+F`);
      await page.keyboard.press(`${modifier}+A`);
      await page.keyboard.type(found);
      for (const key of ["Enter", "Escape"]) await page.keyboard.press(key);
      if (typed === "") await page.keyboard.press("Delete");
      else await page.keyboard.type(typed);
      await page.waitForFunction((count) => document.querySelectorAll("ol button.issue-error").length === count, errors);
    };
    await opened.paste(submit);
    await opened.verdict("Valid").waitFor();
    assert.deepEqual(await questions(), ["check"], "what was pasted is checked whole");
    await typeOver('"gender": "', '"gender": "x', 1);
    await typeOver('"2026-05"', '"2026-15"', 2);
    await typeOver('"entry": [', '"entry" : [ ', 2);
    await typeOver('"authoredOn"', '"authoredAt"', 3);
    await typeOver('"authoredAt"', '"authoredOn"', 2);
    const asked = await questions();
    assert.equal(asked.filter((name) => name === "check").length, 1, "nothing else was checked whole");
    assert.equal(asked.filter((name) => name === "begin").length, 1, "the first key makes the draft");
    assert.ok(asked.filter((name) => name === "edit").length > 2, "what is typed after it are edits");
    const edited = await said();
    const text = await opened.text();
    await opened.paste("{}");
    await opened.paste(text);
    await page.waitForFunction((count) => document.querySelectorAll("ol button.issue").length === count, edited.length);
    assert.equal((await questions()).at(-1), "check");
    assert.deepEqual(await said(), edited);
    await opened.close();
  });
});
