// Several messages beside each other: each has its own text, verdict, history and file, and what is closed can be opened again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { modifier, pageForEachTest } from "./open-page.mjs";

const example = (name) => readFileSync(new URL(`../../www/examples/${name}.json`, import.meta.url), "utf8");
const valid = example("submit-service-request");
const broken = example("patient-link-broken");

describe("several messages", () => {
  let opened;
  let page;
  pageForEachTest((given) => {
    opened = given;
    ({ page } = given);
  });
  const tab = (name) => page.getByRole("tablist", { name: "Open messages" }).getByRole("tab", { name });

  test("each has its own verdict and history, by mouse and by keyboard", async () => {
    await opened.paste(valid);
    await opened.verdict("Valid").waitFor();
    assert.match(await page.title(), /^Valid · submit-service-request · fhirpost$/);
    await opened.button("New message beside this one").click();
    await opened.verdict("No message yet").waitFor();
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await tab("Valid: submit-service-request").click();
    await opened.verdict("Valid").waitFor();

    await tab("Valid: submit-service-request").focus();
    await page.keyboard.press("ArrowRight");
    await opened.verdict("Not valid").waitFor();
    await page.locator(".cm-content").click();
    await page.keyboard.press(`${modifier}+Z`);
    await opened.verdict("No message yet").waitFor();
    await page.keyboard.press(`${modifier}+Shift+Z`);
    await opened.verdict("Not valid").waitFor();
  });

  test("what is closed is said, and is there again by a press; the last one leaves an empty text", async () => {
    await opened.paste(valid);
    await opened.button("New message beside this one").click();
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await page.getByRole("button", { name: /^Close “/ }).click();
    await opened.verdict("Valid").waitFor();
    assert.equal(await page.getByRole("tablist", { name: "Open messages" }).count(), 0);
    await opened.button("Open it again").click();
    await opened.verdict("Not valid").waitFor();
    await tab(/^Not valid/).focus();
    await page.keyboard.press("Delete");
    await opened.verdict("Valid").waitFor();
  });
});
