// The page as `npm start` serves it, in a real browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { modifier, pageForEachTest } from "./open-page.mjs";

const valid = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const STATUS = /"status": "active"/;
const broken = valid.replace(STATUS, '"status": "activ"');
const brokenLine = broken.slice(0, broken.indexOf('"activ"')).split("\n").length;

let opened;
let page;

describe("the page", () => {
  pageForEachTest((given) => {
    opened = given;
    page = given.page;
  });

  test("a broken message is marked, fixed, sent, and the created id is read", async () => {
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    assert.equal(await opened.errors.count(), 1);
    const row = await opened.rowText(opened.errors.first());
    assert.match(row, new RegExp(`Error\\s+${brokenLine}:\\d+\\s+binding-required`));
    await opened.button("Fix: replace by “active”").waitFor();
    // A click goes to the place, where the wrong word is underlined and its line has a mark in the gutter.
    await opened.errors.first().click();
    const marked = page.locator(".cm-lintRange-error");
    assert.equal(await marked.first().innerText(), '"activ"');
    assert.equal(await page.locator(".cm-lint-marker-error").count(), 1);
    assert.equal(await opened.selected(), '"activ"');
    await page.keyboard.insertText('"active"');
    await opened.verdict("Valid").waitFor();
    assert.equal(await opened.errors.count(), 0);

    await opened.send();
    await opened.answer.getByText("The message was accepted.").waitFor();
    const text = await opened.answer.innerText();
    assert.match(text, /200/);
    assert.match(text, /ServiceRequest\/[0-9a-f-]{36}/);
    assert.match(text, /created/);
  });

  test("the keyboard is enough", async () => {
    await opened.paste(broken.replace('"intent": "order"', '"intent": "ordr"'));
    await opened.verdict("Not valid").waitFor();
    await page.keyboard.press("F8");
    await opened.untilSelected('"activ"');
    await page.keyboard.insertText('"active"');
    await page.keyboard.press("F8");
    await opened.untilSelected('"ordr"');
    await page.keyboard.insertText('"order"');
    await opened.verdict("Valid").waitFor();
    await page.keyboard.press(`${modifier}+Enter`);
    await opened.answer.getByText("The message was accepted.").waitFor();
  });

  test("a message with errors is sent only when asked twice, and the answer says why it is refused", async () => {
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await opened.send();
    await page.getByText(/Press again to send it all the same/).waitFor();
    assert.equal(await opened.answer.innerText(), "");
    await opened.button("Send anyway").click();
    await opened.answer.getByText("422", { exact: false }).first().waitFor();
    assert.match(await opened.answer.innerText(), /request-status/);
  });

  test("the list of issues is one tab stop, walked with the arrow keys", async () => {
    await opened.example("Submit a referral, with faults");
    await opened.verdict("Not valid").waitFor();
    assert.equal(await opened.rows.count(), 7);
    await page.getByLabel("Order").selectOption({ label: "By place" });
    const places = (await opened.rows.locator(".issue-place").allTextContents()).map((place) => Number(place.split(":")[0]));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
    assert.equal(await page.locator("ol button.issue[tabindex='0']").count(), 1);
    await opened.rows.first().focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
    await opened.untilSelected('"authordOn"');
    // The row of the issue that the cursor is in says so, and Shift+F8 goes back to the one before.
    assert.match(await opened.rowText(page.locator("[aria-current=true]")), /element-unknown/);
    await page.keyboard.press("Shift+F8");
    await opened.untilSelected('"http://snomed.info/sct"');
  });

  test("text that is not JSON is said not to be, and nothing is lost when an example replaces it", async () => {
    await opened.paste("{ mine");
    await opened.verdict("Not valid").waitFor();
    assert.match(await opened.rowText(opened.rows.first()), /1:3\s+json-syntax/);
    await opened.example("Update a referral");
    await opened.verdict("Valid").waitFor();
    await opened.button("Bring it back").click();
    await page.locator(".cm-content", { hasText: "{ mine" }).waitFor();
  });

  test("a narrow window scrolls only downwards", async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await opened.errors.first().scrollIntoViewIfNeeded();
    assert.ok(await opened.errors.first().isVisible());
    // A jump shows the place in the editor; the list, which is below it here, must not pull the page away from it.
    await opened.errors.first().click();
    await opened.untilSelected('"activ"');
    const bounds = await page.locator(".cm-lintRange-error").first().boundingBox();
    assert.ok(bounds.y >= 0 && bounds.y < 700, `the place is at ${bounds.y}`);
  });
});
