// What comes in, whatever it is: the page says what it is, one press makes the best of it, and undo takes that back.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { pageForEachTest } from "./open-page.mjs";

const message = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const minified = JSON.stringify(JSON.parse(message));
const reported = new URL("../../../shared/reported/page/", import.meta.url);
const given = (name) => readFileSync(new URL(name, reported), "utf8");
const skip = existsSync(reported) ? false : `${reported.pathname} is not there`;

let opened;
let page;

const line = () => page.locator(".intake");
const says = (text) => page.locator(".intake", { hasText: text }).waitFor();
const untilText = (part) => page.locator(".cm-content", { hasText: part }).waitFor();

async function drop(files) {
  await page.evaluate((all) => {
    const data = new DataTransfer();
    for (const { name, content } of all) {
      data.items.add(new File([typeof content === "string" ? content : Uint8Array.from(content)], name));
    }
    const target = document.querySelector(".editor");
    for (const type of ["dragover", "drop"]) {
      target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true, composed: true }));
    }
  }, files);
}

/** Pastes; until the button is pressed the text is as it was, and undo brings that back. */
async function pasteAndPress(text, said, button) {
  await opened.paste(text);
  await says(said);
  assert.equal(await opened.text(), text.replaceAll("\r\n", "\n").replaceAll("\r", "\n"));
  await opened.button(button).click();
}

describe("what comes in", () => {
  pageForEachTest((one) => {
    opened = one;
    page = one.page;
  });

  test("a message in a curl command, in a string, packed: one press takes it out, undo brings back what was there", async () => {
    await pasteAndPress(`curl https://a.example -d '${message}'`, "This holds a message, in a curl command.", "Take it out");
    await opened.verdict("Valid").waitFor();
    assert.equal(await opened.text(), message);
    await opened.button("Undo").click();
    await untilText("curl https://a.example");
    await pasteAndPress(JSON.stringify(message), "inside a JSON string", "Take it out");
    await opened.verdict("Valid").waitFor();
    await pasteAndPress(gzipSync(message).toString("base64"), "written as base64, packed with gzip", "Take it out");
    await opened.verdict("Valid").waitFor();
    assert.equal(await opened.text(), message);
    await pasteAndPress(`2026-11-20 10:15:00 INFO in: ${minified} out`, "in a line of a log", "Take it out");
    await opened.verdict("Valid").waitFor();
    assert.match(await opened.text(), /^\{\n {2}"resourceType"/, "a text of one line is formatted with that");
  });

  test("a message has nothing to be said; one of one line is offered to be formatted", async () => {
    await opened.paste(minified);
    await says("It is all on one line.");
    await opened.button("Format it").click();
    await untilText('"resourceType": "Bundle"');
    await opened.paste(message);
    await opened.verdict("Valid").waitFor();
    await page.locator(".intake:empty").waitFor({ state: "attached" });
  });

  test("a bare resource is checked as what it is, and becomes a message by a press", async () => {
    const request =
      '{ "resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": { "display": "x" }, "quantityQuantity": { "value": 1.50 } }';
    await pasteAndPress(request, "This is a ServiceRequest, not a message", "Wrap it in a message");
    await opened.verdict("Not valid").waitFor();
    await untilText("submit-service-request");
    assert.match(await opened.text(), /"value": 1\.50/, "no digit is lost");
    await opened.paste('{ "resourceType": "Patient", "active": true }');
    await says("This is a Patient, not a message");
    assert.equal(await line().getByRole("button").count(), 1, "only to close it");
  });

  test("Parameters, and a Bundle that is no message", async () => {
    const parameters = `{"resourceType":"Parameters","parameter":[{"name":"content","resource":${minified}}]}`;
    await pasteAndPress(parameters, "These are Parameters with a Bundle in them", "Unwrap it");
    await opened.verdict("Valid").waitFor();
    await pasteAndPress('{"resourceType":"Bundle","type":"collection"}', "This is a Bundle of type collection", "Check it as a message");
    await opened.verdict("Not valid").waitFor();
    assert.equal(await page.locator("#as-message").isChecked(), true);
  });

  test("XML, HL7 v2 and other versions of FHIR are named, with what to do", async () => {
    await opened.paste('<Bundle xmlns="http://hl7.org/fhir"><type value="message"/></Bundle>');
    await says("This is XML, and the page reads JSON.");
    await opened.paste("MSH|^~\\&|A|B|C|D|20261120||ADT^A01|1|P|2.5.1");
    await says("This is an HL7 v2 message (ADT^A01)");
    await opened.paste('{"resourceType":"ReferralRequest"}');
    await says("It is written for FHIR STU3");
    await opened.paste('{"resourceType":"ServiceRequest","code":{"concept":{"text":"x"}}}');
    await says("It is written for FHIR R5");
  });

  test("NDJSON is a table: a verdict on each, a filter, one is opened, and the report is saved", async () => {
    const faulty = minified.replace('"active"', '"actve"');
    const all = `${minified}\n${faulty}\n${minified}\n`;
    await opened.paste(all);
    await says("These are 3 resources.");
    await opened.button("Check each").click();
    const table = page.getByRole("dialog", { name: "Several resources" });
    await table.getByText("2 valid, 1 not valid").waitFor();
    await table.getByLabel("Show", { exact: true }).selectOption("Not valid");
    assert.equal(await table.locator("tbody tr").count(), 1);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      table.getByRole("button", { name: "Download the report" }).click(),
    ]);
    const report = JSON.parse(readFileSync(await download.path(), "utf8"));
    assert.deepEqual([report.checked, report.valid, report.resources.length], [3, 2, 3]);
    await table.getByRole("button", { name: "Open 2" }).click();
    await opened.verdict("Not valid").waitFor();
    assert.equal(await opened.text(), faulty);
    await opened.button("Back to the table").click();
    await table.getByRole("button", { name: "Close", exact: true }).click();
    await opened.button("Undo").click();
    assert.equal(await opened.text(), all);
  });

  test("several files are a table; a packed one is opened", async () => {
    await drop([
      { name: "a.json", content: message },
      { name: "b.json", content: "{}" },
      { name: "c.ndjson", content: `${minified}\n${minified}` },
      { name: "d.json.gz", content: [...gzipSync(message)] },
    ]);
    const table = page.getByRole("dialog", { name: "Several resources" });
    await table.getByText("4 valid, 1 not valid").waitFor();
    await table.getByRole("button", { name: "Open d.json.gz" }).click();
    await opened.verdict("Valid").waitFor();
    assert.equal(await opened.text(), message);
    await opened.paste("{}");
    await drop([{ name: "e.json.gz", content: [...gzipSync(message)] }]);
    await opened.verdict("Valid").waitFor();
    await drop([{ name: "f.gz", content: [0x1f, 0x8b, 1, 2, 3] }]);
    await page.locator(".notice", { hasText: "“f.gz” is packed, but it is damaged" }).waitFor();
    assert.equal(await opened.text(), message);
  });

  test("definitions among several files are used by a press, and the table is checked by them", async () => {
    const profile = {
      resourceType: "StructureDefinition",
      url: "https://clinic.example.org/StructureDefinition/named",
      name: "Named",
      status: "active",
      kind: "resource",
      abstract: false,
      type: "Patient",
      baseDefinition: "http://hl7.org/fhir/StructureDefinition/Patient",
      derivation: "constraint",
      differential: {
        element: [
          { id: "Patient", path: "Patient" },
          { id: "Patient.name", path: "Patient.name", min: 1 },
        ],
      },
    };
    const patient = JSON.stringify({ resourceType: "Patient", meta: { profile: [profile.url] } });
    await drop([
      { name: "patient.json", content: patient },
      { name: "profile.json", content: JSON.stringify(profile) },
    ]);
    const table = page.getByRole("dialog", { name: "Several resources" });
    await table.getByText("2 valid, 0 not valid").waitFor();
    await table.getByRole("button", { name: "Open patient.json" }).click();
    await opened.verdict("Valid").waitFor();
    await drop([
      { name: "patient.json", content: patient },
      { name: "profile.json", content: JSON.stringify(profile) },
    ]);
    await table.getByRole("button", { name: "Use 1 definition among them" }).click();
    await opened.verdict("Not valid").waitFor();
  });

  test("what was reported: a press makes each of them a text that can be checked", { skip }, async () => {
    for (const [name, said, button] of [
      ["email.txt", "This holds a message, with other text around it, with smart quotes.", "Take it out"],
      ["email-only-quotes.txt", "This holds a message, with smart quotes.", "Clean it"],
      ["parameters-faulty.json", "These are Parameters with a Bundle in them", "Unwrap it"],
      ["bare-sr.json", "This is a ServiceRequest, not a message", "Wrap it in a message"],
      ["minified.json", "It is all on one line.", "Format it"],
    ]) {
      await pasteAndPress(given(name), said, button);
      await page.locator(".facts dd", { hasText: "submit-service-request" }).waitFor();
      assert.equal(JSON.parse(await opened.text()).type, "message", name);
    }
    for (const [name, said] of [
      ["xml.xml", "This is XML"],
      ["hl7v2.txt", "HL7 v2 message (REF^I12^REF_I12)"],
      ["r5.json", "FHIR R5"],
      ["transaction.json", "a Bundle of type transaction"],
      ["ndjson-messages.ndjson", "These are 3 resources."],
      ["ndjson.ndjson", "These are 12 resources."],
    ]) {
      await opened.paste(given(name));
      await says(said);
    }
    for (const name of ["good.json", "forty.json"]) {
      await opened.paste(given(name));
      await page.locator(".facts dd", { hasText: "submit-service-request" }).waitFor();
      await page.locator(".intake:empty").waitFor({ state: "attached" });
    }
  });
});
