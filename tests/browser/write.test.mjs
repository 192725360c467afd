// Writing: the gallery, files, Format and Minify, the form, and the text that stays on the device.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { modifier, pageForEachTest } from "./open-page.mjs";

const read = (name) => readFileSync(new URL(`../../www/examples/${name}.json`, import.meta.url), "utf8");
const submit = read("submit-service-request");
const folder = mkdtempSync(join(tmpdir(), "fhirpost-write-"));
const MINE = '{ "mine": 1.0 }';

let opened;
let page;

const notice = () => page.locator(".notice:not(.new-version)");
const said = (text) => page.locator(".notice:not(.new-version)", { hasText: text }).waitFor();
const shows = (text) => page.locator(".cm-content", { hasText: text }).waitFor();
const dialog = (name) => page.getByRole("dialog", { name });
const field = (group, label) => page.getByRole("group", { name: new RegExp(`^${group}`) }).getByLabel(label);

function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Chooses files as a person does: by the button, in the browser's dialog. */
async function choose(...paths) {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), opened.button("Open…").click()]);
  if (paths.length === 1) await chooser.setFiles(paths);
  // The dialog offers one; several can only be dropped.
  else throw new Error("one file");
}

/** Drops files, and gives what was shown while they hovered. */
function drop(files) {
  return page.evaluate(async (given) => {
    const data = new DataTransfer();
    for (const { name, content, size } of given) data.items.add(new File([size ? new Uint8Array(size) : content], name));
    // Inside, where the editor would put the file in among the text by itself.
    const target = document.querySelector(".editor").shadowRoot.querySelector(".cm-content");
    const fire = (type) =>
      target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true, composed: true }));
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const kept = !fire("dragover");
    const sign = document.querySelector(".drop-sign");
    await painted();
    const shown = !sign.hidden;
    fire("drop");
    await painted();
    return { kept, shown, shownAfter: !sign.hidden };
  }, files);
}

async function openCompose() {
  await opened.button("Compose").click();
  await page.locator("#compose-event option").first().waitFor({ state: "attached" });
}

describe("writing", () => {
  after(() => rmSync(folder, { recursive: true, force: true }));
  pageForEachTest((given) => {
    opened = given;
    page = given.page;
  });

  test("the gallery: every example comes into the editor, by mouse and by keyboard", async () => {
    for (const [title, verdict, name] of [
      ["Submit a referral", "Valid", "submit-service-request"],
      ["An answer, with faults", "Not valid", "answer-broken"],
      ["Link two patients", "Valid", "patient-link"],
      ["Update a referral, with faults", "Not valid", "update-service-request-broken"],
    ]) {
      await opened.example(title);
      await opened.verdict(verdict).waitFor();
      assert.equal(await opened.text(), read(name));
      assert.equal(await notice().innerText(), "", "an example that nobody changed is not work");
    }
    await opened.button("Examples").focus();
    await page.keyboard.press("Enter");
    await dialog("Examples").waitFor();
    for (const key of ["Tab", "Tab", "Tab", "Escape"]) await page.keyboard.press(key);
    await dialog("Examples").waitFor({ state: "hidden" });
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Examples");
    await page.keyboard.press("Enter");
    await dialog("Examples").waitFor();
    for (const key of ["Tab", "Tab", "Tab", "Tab", "Enter"]) await page.keyboard.press(key);
    await dialog("Examples").waitFor({ state: "hidden" });
    assert.equal(await opened.text(), read("answer"));
  });

  test("the gallery: events of networks are found by a word, and taken", async () => {
    await opened.button("Examples").click();
    const gallery = dialog("Examples");
    await gallery.getByRole("searchbox", { name: "Search by event, network or content" }).fill("nhs medic");
    await gallery.getByText("2 of 29 examples").waitFor();
    assert.deepEqual(await gallery.getByRole("heading", { level: 4 }).allInnerTexts(), ["Prescription", "Dispensed"]);
    await gallery.getByRole("searchbox").fill("no such event");
    await gallery.getByText("0 of 29 examples").waitFor();
    await gallery.getByRole("searchbox").fill("medcom blood");
    await gallery.getByRole("button", { name: "Measured at home" }).click();
    await opened.verdict("Valid").waitFor();
    assert.match(await opened.text(), /homecareobservation-message/);
  });

  test("a file is opened, and what was typed can be brought back", async () => {
    await opened.paste(MINE);
    await choose(file("windows.json", `\ufeff${submit.replaceAll("\n", "\r\n")}`));
    await opened.verdict("Valid").waitFor();
    await said("“windows.json” is open. Your text is still in the undo history.");
    assert.equal(await opened.text(), submit);
    await opened.button("Bring it back").click();
    await shows(MINE);
    assert.equal(await notice().innerText(), "");
  });

  test("a file that cannot be a message is refused in words, and nothing is lost", async () => {
    await opened.paste(MINE);
    await choose(file("latin.json", Buffer.from('{"name":"Müller"}', "latin1")));
    await said("“latin.json” was not opened: it is not UTF-8 text");
    await choose(file("utf16.json", Buffer.from("\ufeff{}", "utf16le")));
    await said("“utf16.json” was not opened: it is not UTF-8 text");
    await drop([{ name: "big.json", size: 64 * 1024 * 1024 + 1 }]);
    await said("“big.json” was not opened: it is larger than 64 MB.");
    assert.equal(await opened.text(), MINE);
  });

  test("a dropped file is announced, and opened instead of what was there", async () => {
    await opened.paste(MINE);
    const dropped = await drop([{ name: "<img src=x onerror=alert(1)>.json", content: submit }]);
    assert.deepEqual(dropped, { kept: true, shown: true, shownAfter: false });
    await opened.verdict("Valid").waitFor();
    await said("“<img src=x onerror=alert(1)>.json” is open. Your text is still in the undo history.");
    assert.equal(await page.locator(".notice:not(.new-version) img").count(), 0);
    assert.equal(await opened.text(), submit);
    await opened.button("Bring it back").click();
    await shows(MINE);
  });

  test("Minify and Format keep every digit and key, as one step, with the cursor beside its token", async () => {
    const text = '{\n  "b": 1.0,\n  "a": 1.00e-3,\n  "b": "\\u00e9"\n}';
    await opened.paste(text);
    await page.keyboard.press(`${modifier}+Home`);
    for (const key of ["ArrowDown", "ArrowDown", "End", "ArrowLeft", "ArrowLeft"]) await page.keyboard.press(key);
    await opened.button("Minify").click();
    await said("Minified.");
    await page.keyboard.type("7");
    assert.equal(await opened.text(), '{"b":1.0,"a":1.00e-73,"b":"\\u00e9"}');
    await opened.button("Undo").click();
    await opened.button("Undo").click();
    assert.equal(await opened.text(), text);
    await opened.button("Redo").click();
    await opened.button("Format").click();
    await said("Formatted.");
    assert.equal(await opened.text(), text);
    await opened.button("Format").click();
    await said("It is formatted already.");
  });

  test("what is not JSON is formatted as far as that is certain, and its line is named", async () => {
    await opened.paste('{"a":1,\n"b":oops,\n"c":[1,2]}');
    await opened.button("Format").click();
    await said("Line 2 is not JSON");
    assert.equal(await opened.text(), '{\n  "a": 1,\n  "b":oops,\n  "c": [\n    1,\n    2\n  ]\n}');
    await opened.paste("[".repeat(5000));
    await opened.button("Format").click();
    await said("nested more than 128 levels");
    assert.equal(await opened.text(), "[".repeat(5000));
  });

  test("5 MB are formatted while the page goes on", async () => {
    const bundle = JSON.parse(submit);
    const [, ...rest] = bundle.entry;
    while (bundle.entry.length < 7600) bundle.entry.push(...rest);
    const text = JSON.stringify(bundle);
    assert.ok(text.length > 4_500_000);
    await drop([{ name: "large.json", content: text }]);
    await said("is open");
    // What else the main thread gets to do between the press and the formatted text: nothing, if it did the work itself.
    await page.evaluate(() => {
      window.turns = 0;
      const notice = document.querySelector(".notice:not(.new-version)");
      const turn = () => {
        if (notice.textContent.includes("Working")) window.turns += 1;
        setTimeout(turn, 0);
      };
      turn();
    });
    await opened.button("Format").click();
    await page.locator(".notice:not(.new-version)", { hasText: "Formatted." }).waitFor({ timeout: 30_000 });
    assert.ok((await page.evaluate(() => window.turns)) > 0);
    await opened.button("Undo").click();
  });

  test("composing: three presses from an empty page to a valid message", async () => {
    await opened.button("Compose").click();
    await opened.button("Fill with sample data").click();
    await opened.button("Compose the message").click();
    await opened.verdict("Valid").waitFor();
    assert.equal(await opened.errors.count(), 0);
    const message = JSON.parse(await opened.text());
    assert.equal(message.entry[0].resource.eventCoding.code, "submit-service-request");
    await page.keyboard.press(`${modifier}+Z`);
    assert.equal(await page.locator(".cm-placeholder").count(), 1, "one step of undo");
    // The same by keyboard, from the top of the page.
    await page.reload();
    await opened.verdict("No message yet").waitFor();
    for (const key of ["Tab", "Tab", "Enter"]) await page.keyboard.press(key);
    await dialog("Compose a message").waitFor();
    for (const key of ["Tab", "Enter"]) await page.keyboard.press(key);
    await page.locator(".compose-said", { hasText: "made-up data" }).waitFor();
    await page.keyboard.press("Enter");
    await opened.verdict("Valid").waitFor();
  });

  test("the fields of a row are beside each other", async () => {
    await opened.button("Compose").click();
    await dialog("Compose a message").waitFor();
    const tops = (label) => field("Patient", label).evaluate((input) => input.getBoundingClientRect().top);
    assert.equal(await tops("Family name"), await tops("Given names"));
  });

  test("composing by keyboard alone: what is missing is said, beside the field and above, and the focus goes there", async () => {
    await opened.paste(MINE);
    await opened.button("Compose").focus();
    await page.keyboard.press("Enter");
    await page.locator("#compose-event option").first().waitFor({ state: "attached" });
    await opened.button("Compose the message").focus();
    await page.keyboard.press("Enter");
    await page.locator(".compose-summary", { hasText: "7 fields need a look:" }).waitFor();
    const family = field("Patient", "Family name");
    assert.ok(await family.evaluate((input) => input === document.activeElement));
    assert.equal(await family.getAttribute("aria-invalid"), "true");
    const described = (await family.getAttribute("aria-describedby")).split(" ");
    const words = await page.evaluate((ids) => ids.map((id) => document.getElementById(id).innerText).join(" "), described);
    assert.match(words, /This is needed\./);
    await page.keyboard.type("Typed");
    assert.equal(await family.getAttribute("aria-invalid"), null, "a correction is seen at once");

    // Closed and opened again: what was typed is there, and sample data is not put around it.
    await page.keyboard.press("Escape");
    await dialog("Compose a message").waitFor({ state: "hidden" });
    await openCompose();
    assert.equal(await family.inputValue(), "Typed");
    await opened.button("Fill with sample data").click();
    await page.locator(".compose-said", { hasText: "not mixed" }).waitFor();
    assert.equal(await family.inputValue(), "Typed");
    assert.equal(await field("Requester", "NPI").inputValue(), "");
    await opened.button("Clear").click();
    await opened.button("Fill with sample data").click();
    await family.fill("Typed");
    await opened.button("Compose the message").click();
    await opened.verdict("Valid").waitFor();
    assert.match(await opened.text(), /"family": "Typed"/);
    await opened.button("Bring it back").click();
    await shows(MINE);
  });

  test("the form: the update asks for the id, wrong values are named, and Clear can be taken back", async () => {
    await openCompose();
    await page.getByLabel("Event", { exact: true }).selectOption("update-service-request");
    await opened.button("Fill with sample data").click();
    const id = field("Existing request", "ServiceRequest id");
    await id.fill("not an id");
    await field("Requester", "NPI").fill("1234567890");
    await field("Source", "Endpoint").fill("clinic.example.org");
    await opened.button("Compose the message").click();
    await page.locator(".compose-summary", { hasText: "3 fields need a look:" }).waitFor();
    assert.deepEqual(await page.locator(".field-problem:visible").allInnerTexts(), [
      "An id has up to 64 letters, digits, hyphens and dots.",
      "This is not an NPI: it has 10 digits, and the last one must fit the others.",
      "This is not a complete http or https address.",
    ]);
    await opened.button("Requester: NPI").click();
    assert.ok(await field("Requester", "NPI").evaluate((input) => input === document.activeElement));
    await opened.button("Clear").click();
    assert.equal(await id.inputValue(), "");
    await page.getByRole("dialog").getByRole("button", { name: "Bring it back" }).click();
    assert.equal(await id.inputValue(), "not an id");
    await id.fill("referral-2093");
    await field("Requester", "NPI").fill("1234567893");
    await field("Source", "Endpoint").fill("https://clinic.example.org/fhir");
    await opened.button("Compose the message").click();
    await opened.verdict("Valid").waitFor();
    assert.match(await opened.text(), /\/ServiceRequest\/referral-2093"/);
  });

  test("an existing message opens in the form, a field is checked when it is left, codes are searched, rows are added", async () => {
    await opened.example("Submit a referral");
    await opened.verdict("Valid").waitFor();
    const before = await opened.text();
    await openCompose();
    await opened.button("Open the message in this form").click();
    const family = field("Patient", "Family name");
    const was = await family.inputValue();
    assert.ok(before.includes(`"family": "${was}"`));
    await family.fill("Otherwood");
    await field("Requester", "NPI").fill("12");
    await page.keyboard.press("Tab");
    await page.locator(".field-problem:visible", { hasText: "This is not an NPI" }).waitFor();
    await field("Requester", "NPI").fill("1234567893");
    await page.locator(".field-problem:visible").waitFor({ state: "detached" });
    await opened.button("Another: reason").click();
    const [, second] = await page.getByRole("group", { name: /^Reason/ }).all();
    assert.ok(await second.getByLabel("Reason", { exact: true }).evaluate((input) => input === document.activeElement));
    await page.keyboard.type("Insomnia");
    await page.getByRole("combobox", { name: "Type’s code", exact: true }).fill("subsid");
    await page.getByRole("option", { name: "SUBSIDIZ" }).first().click();
    assert.match(await field("Coverage", "Type’s code system").inputValue(), /v3-ActCode$/);
    await opened.button("Change the message").click();
    await opened.verdict("Valid").waitFor();
    const after = await opened.text();
    assert.match(after, /"family": "Otherwood"/);
    assert.match(after, /"text": "Insomnia"/);
    assert.match(after, /"code": "SUBSIDIZ"/);
    await page.keyboard.press(`${modifier}+Z`);
    assert.equal(await opened.text(), before, "one step of undo");
  });

  test("templates and defaults are kept only when asked, and forgotten by a press", async () => {
    const stored = () => page.evaluate(() => localStorage.length);
    await openCompose();
    await opened.button("Fill with sample data").click();
    assert.equal(await stored(), 0);
    await page.getByText("Templates and my clinic’s defaults").click();
    await page.getByLabel("Name of the template").fill("Psychiatry");
    await opened.button("Keep the form as a template").click();
    await opened.button("Keep requester, source and destination as my clinic’s defaults").click();
    await page.reload();
    await openCompose();
    await page.waitForFunction(() => document.activeElement?.id === "compose-event");
    assert.equal(await field("Requester", "Organization").inputValue(), "Riverbend Family Practice (example)");
    assert.equal(await field("Patient", "Family name").inputValue(), "");
    await page.getByText("Templates and my clinic’s defaults").click();
    await opened.button("Use “Psychiatry”").click();
    assert.equal(await field("Patient", "Family name").inputValue(), "Testerman");
    await opened.button("Forget “Psychiatry”").click();
    await opened.button("Forget the defaults").click();
    assert.equal(await stored(), 0);
  });

  test("another event: resources as JSON, with their digits", async () => {
    await openCompose();
    await page.getByLabel("Event", { exact: true }).selectOption("Another event…");
    await opened.button("Fill with sample data").click();
    const focus = page.getByLabel("What the message is about");
    await focus.fill('{"resourceType":"Observation","status":"final","code":{"text":"Weight"},"valueQuantity":{"value":70.50}');
    await opened.button("Compose the message").click();
    await page.locator(".field-problem:visible", { hasText: "This is not JSON." }).waitFor();
    await focus.press("End");
    await focus.press("Control+End");
    await page.keyboard.type("}");
    await opened.button("Compose the message").click();
    await opened.verdict("Valid").waitFor();
    assert.match(await opened.text(), /"value": 70\.50\n/);
    assert.match(await opened.rowText(opened.rows.first()), /msg-event-unknown/);
  });

  test("nothing is stored while nobody asked for it; what is kept is there after a reload, and gone when it is turned off", async () => {
    const stored = () =>
      page.evaluate(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, document.cookie]);
    await opened.paste(MINE);
    await page.waitForTimeout(600);
    assert.deepEqual(await stored(), [0, 0, 0, ""]);

    await opened.button("More").click();
    const keep = page.getByRole("switch", { name: "Keep my text on this device across reloads" });
    assert.equal(await keep.isChecked(), false);
    await keep.check();
    await page.keyboard.press("Escape");
    const long = JSON.stringify({ mine: "ä".repeat(3_000_000) });
    await drop([{ name: "long.json", content: long }]);
    await said("is open");
    await page.keyboard.press(`${modifier}+Home`);
    await page.keyboard.type("\n");
    await page.waitForTimeout(2500);
    await page.reload();
    await said("This is the text that was kept on this device.");
    assert.equal(await opened.text(), `\n${long}`);

    await opened.button("More").click();
    assert.equal(await keep.isChecked(), true);
    await keep.uncheck();
    await page.waitForFunction(async () => (await indexedDB.databases()).length === 0);
    assert.deepEqual(await stored(), [0, 0, 0, ""]);
    await opened.paste("{}");
    await page.waitForTimeout(600);
    assert.deepEqual(await stored(), [0, 0, 0, ""]);
  });

  test("of two tabs that keep their text, the one whose text is no longer kept asks, and does not take the place back", async () => {
    await opened.button("More").click();
    await page.getByRole("switch").check();
    await page.keyboard.press("Escape");
    await opened.paste(MINE);
    await page.waitForTimeout(600);
    const asks = () => page.evaluate(() => !window.dispatchEvent(new Event("beforeunload", { cancelable: true })));
    assert.equal(await asks(), false);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.locator(".notice", { hasText: "This is the text that was kept on this device." }).waitFor();
    await other.locator(".cm-content").press(`${modifier}+Home`);
    await other.keyboard.type("\n\n");
    await other.waitForTimeout(600);
    assert.equal(await asks(), true);
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await page.waitForTimeout(300);
    await other.reload();
    await other.locator(".notice", { hasText: "This is the text that was kept on this device." }).waitFor();
    const text = await other.evaluate(() =>
      document.querySelector(".editor").shadowRoot.querySelector(".cm-content").cmTile.view.state.doc.toString(),
    );
    assert.equal(text, `\n\n${MINE}`);
    await other.close();
  });

  test("where the browser keeps nothing, the page says so, and the switch is off", async () => {
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("no", "QuotaExceededError");
      };
    });
    await page.reload();
    await opened.paste(MINE);
    await opened.button("More").click();
    const keep = page.getByRole("switch");
    await keep.click();
    await said("Your text could not be kept");
    assert.equal(await keep.isChecked(), false);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    assert.equal(await opened.text(), MINE);
  });

  test("at 360 px everything is there: the toolbar, its menu, the gallery and the form", async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    const bar = await page.locator(".write-bar").boundingBox();
    assert.ok(bar.height < 40, `the toolbar is on one line, not ${bar.height} px high`);
    await opened.paste('{"a":1}');
    await opened.button("More").click();
    await opened.button("Format").click();
    await said("Formatted.");
    await opened.button("More").click();
    await opened.button("Undo").click();
    assert.equal(await opened.text(), '{"a":1}');
    for (const name of ["Examples", "Compose"]) {
      await opened.button(name).click();
      const box = page.locator("dialog:modal");
      await box.waitFor();
      assert.ok(
        await page.evaluate(() =>
          [...document.querySelectorAll("dialog:modal, dialog:modal *")].every((one) => one.getBoundingClientRect().right <= innerWidth),
        ),
      );
      await opened.button("Close").click();
    }
  });

  test("who leaves is asked while work lies under another text", async () => {
    const asks = async () => {
      const asked = page.waitForEvent("dialog", { timeout: 1000 }).catch(() => undefined);
      await page.evaluate(() => setTimeout(() => location.reload()));
      const dialog = await asked;
      await dialog?.dismiss();
      return dialog?.type() === "beforeunload";
    };
    await opened.paste(MINE);
    await choose(file("other.json", submit));
    await said("Your text is still in the undo history.");
    assert.ok(await asks());
  });
});
