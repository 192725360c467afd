// What helps somebody who writes: the list of what may be written at the cursor, and the box that says what is known of an element.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { modifier, pageForEachTest } from "./open-page.mjs";

const submit = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");

let opened;
let page;

const list = () => page.locator(".cm-tooltip-autocomplete");
const option = (name) => list().getByRole("option", { name });
const box = () => page.locator(".description", { has: page.getByRole("link") });

const type = (text) => page.keyboard.type(text);

/** Rests the mouse on something, as often as it takes: at first the part of the page that answers is still on its way. */
async function hoverUntilSaid(text) {
  const target = page.getByText(text, { exact: true });
  for (let tries = 0; tries < 20 && !(await box().isVisible()); tries++) {
    await page.mouse.move(5, 5);
    await target.hover();
    await box()
      .waitFor({ timeout: 500 })
      .catch(() => {});
  }
}

describe("writing aid", () => {
  pageForEachTest((given) => {
    opened = given;
    page = given.page;
  });

  test("a resource is written by choosing: names, their values, and codes", async () => {
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+Space");
    await type('{"res');
    await option(/^resourceType/).waitFor();
    await page.keyboard.press("Enter");
    await type("Patien");
    await option(/^Patient/).waitFor();
    await page.keyboard.press("Enter");
    await type(', "gen');
    await option(/^gender/).waitFor();
    // What the chosen name is for stands beside it.
    await page.locator(".cm-completionInfo", { hasText: "male | female | other | unknown" }).waitFor();
    await page.keyboard.press("Enter");
    // The codes that are required come by themselves.
    await option(/^other/).waitFor();
    await type("fe");
    await option(/^female/).waitFor();
    await page.keyboard.press("Enter");
    await type("}");
    await opened.verdict("Valid").waitFor();
    assert.deepEqual(JSON.parse(await opened.text()), { resourceType: "Patient", gender: "female" });
    await page.keyboard.press(`${modifier}+Z`);
    await page.keyboard.press(`${modifier}+Z`);
    assert.equal(await opened.text(), '{"resourceType": "Patient", "gender": "fe"', "what was chosen is one step of its own");
  });

  test("a reference is one of the message's own, and Escape leaves the text alone", async () => {
    const [, before, target, after] = /^(.*?"subject": \{\s+"reference": ")([^"]*)(.*)$/s.exec(submit);
    await opened.paste(before + after);
    // Between the two quotation marks.
    await page.keyboard.press(`${modifier}+F`);
    await type('"reference": ""');
    for (const key of ["Enter", "Escape", "ArrowRight", "ArrowLeft"]) await page.keyboard.press(key);
    const wanted = list().getByRole("option").filter({ hasText: target });
    await page.keyboard.press("Control+Space");
    await wanted.waitFor();
    await page.keyboard.press("Escape");
    await list().waitFor({ state: "hidden" });
    await page.keyboard.press("Control+Space");
    await wanted.click();
    await list().waitFor({ state: "hidden" });
    await opened.verdict("Valid").waitFor();
    const [, fullUrl] = new RegExp(`"fullUrl": "([^"]*${target})"`).exec(submit);
    assert.equal(await opened.text(), before + fullUrl + after);
  });

  test("an element says what it is, under the mouse and by key", async () => {
    await opened.paste('{ "resourceType": "Patient", "gender": "female" }');
    await hoverUntilSaid('"gender"');
    for (const words of ["Patient.gender", "code", "0..1", "male | female | other | unknown", "Codes (required): AdministrativeGender"]) {
      await box().filter({ hasText: words }).waitFor();
    }
    assert.equal(await box().getByRole("link").getAttribute("href"), "https://hl7.org/fhir/R4/patient-definitions.html#Patient.gender");
    await page.mouse.move(5, 5);
    await box().waitFor({ state: "hidden" });
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Control+Shift+Space");
    await box().filter({ hasText: "Patient.gender" }).waitFor();
    await page.keyboard.press("Escape");
    await box().waitFor({ state: "hidden" });
  });
});
