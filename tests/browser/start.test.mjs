// The first screen, the settings, the sheet of keys, and the way from the text back to the list.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageForEachTest } from "./open-page.mjs";

describe("the first screen", () => {
  let opened;
  let page;
  pageForEachTest((given) => {
    opened = given;
    ({ page } = given);
  });

  test("three doors: the clipboard, an example with faults, the form", async () => {
    await page.getByText(/^Version \d/).waitFor();
    await page.evaluate(() => navigator.clipboard.writeText('{"resourceType":"Basic"}'));
    await page.getByRole("button", { name: /^Paste from the clipboard/ }).click();
    await opened.verdict("Not valid").waitFor();
    assert.equal(await page.getByRole("region", { name: "Start" }).count(), 0);
    await opened.button("New message beside this one").click();
    await page.getByRole("button", { name: /^Take an example with faults/ }).click();
    await opened.errors.first().waitFor();
    await page.locator(".issue-called", { hasText: "Patient · Testerman, Avery Quinn" }).first().waitFor();
    // From the list into the text, and back to the issue that the cursor is in.
    await opened.errors.first().click();
    await page.waitForFunction(() => document.activeElement.id === "message-editor");
    await page.keyboard.press("F6");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-current")), "true");
    await page.keyboard.press("F6");
    assert.equal(await page.evaluate(() => document.activeElement.id), "message-editor");
    await opened.button("New message beside this one").click();
    await page.getByRole("button", { name: /^Compose with a form/ }).click();
    await page.getByRole("dialog", { name: "Compose a message" }).waitFor();
  });

  test("settings hold, and are kept only where that was asked for; ? shows the keys", async () => {
    await opened.button("Settings…").click();
    await page.getByLabel("Colours").selectOption("dark");
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 0);
    await page.getByLabel("Keep these settings on this device").check();
    await page.keyboard.press("Escape");
    await page.reload();
    await page.locator(".side").waitFor();
    assert.equal(await ground(), dark);
    await opened.button("Settings…").click();
    await page.getByLabel("Keep these settings on this device").uncheck();
    await page.getByLabel("Colours").selectOption("light");
    assert.notEqual(await ground(), dark);
    assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 0);
    await page.keyboard.press("Escape");
    await page.getByRole("tab", { selected: true }).focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).getByText("next issue").waitFor();
  });

  test("at 390 pixels every view is in sight, and fingers have 44 pixels", async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    for (const tab of await page.locator(".views [role=tab]").all()) {
      const { x, width } = await tab.boundingBox();
      assert.ok(x >= 0 && x + width <= 390, await tab.innerText());
    }
  });
});
