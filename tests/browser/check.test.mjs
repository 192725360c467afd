// What the page says of a message, and how it fixes it: filters, the way to each issue, explanations, fixes, the boxes in the editor.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { modifier, pageForEachTest } from "./open-page.mjs";

const example = (name) => readFileSync(new URL(`../../www/examples/${name}.json`, import.meta.url), "utf8");
const valid = example("submit-service-request");
const broken = example("submit-service-request-broken");
const withUnknown = (n) => {
  const message = JSON.parse(valid);
  for (let i = 0; i < n; i++) message.entry[1].resource[`strange${i}`] = i;
  return JSON.stringify(message, null, 2);
};

let browser;
let opened;
let page;

const toggle = (name) => page.getByRole("group", { name: "Which issues are shown" }).getByRole("button", { name });
const rules = () => page.getByRole("combobox", { name: "Rule" });
const showing = () => page.locator(".issue-bar .muted");
const makeAll = () => page.getByRole("dialog", { name: "Fix all" }).getByRole("button", { name: /^Make / });
const undoFix = () => page.locator(".fix-notice").getByRole("button", { name: "Undo" });
const row = (rule) => page.locator(".issue-card", { has: page.locator(`.issue-rule:text-is("${rule}")`) });
const text = () =>
  page.evaluate(() => document.querySelector(".editor").shadowRoot.querySelector(".cm-content").cmTile.view.state.doc.toString());
const untilText = (check) =>
  page.waitForFunction((source) => {
    const { view } = document.querySelector(".editor").shadowRoot.querySelector(".cm-content").cmTile;
    return new RegExp(source).test(view.state.doc.toString());
  }, check.source);

describe("the check", () => {
  pageForEachTest((given, its) => {
    opened = given;
    page = given.page;
    browser = its;
  });

  test("filters by severity and rule, says how many are shown, and keeps what was chosen while one types", async () => {
    await opened.example("Submit a referral, with faults");
    await opened.verdict("Not valid").waitFor();
    assert.equal(await showing().innerText(), "Showing 7 of 7 issues");
    await toggle("Errors 5").waitFor();
    await toggle("Notes 2").waitFor();

    // What is pressed is what is shown.
    await toggle(/Notes/).click();
    assert.equal(await toggle(/Notes/).getAttribute("aria-pressed"), "true");
    assert.equal(await showing().innerText(), "Showing 2 of 7 issues");
    await toggle(/Errors/).click();
    assert.equal(await showing().innerText(), "Showing 7 of 7 issues");
    await toggle(/Notes/).click();
    assert.equal(await toggle(/Notes/).getAttribute("aria-pressed"), "false");
    assert.equal(await showing().innerText(), "Showing 5 of 7 issues");
    assert.equal(await row("code-unchecked").count(), 0);

    await rules().selectOption("binding-required");
    assert.equal(await rules().locator("option:checked").innerText(), "binding-required (1)");
    assert.equal(await opened.rows.count(), 1);
    await row("binding-required").locator("button.issue").click();
    await page.keyboard.insertText('"activ"');
    await page.getByText("The code 'activ' is not").first().waitFor();
    assert.equal(await opened.rows.count(), 1);
    assert.equal(await rules().inputValue(), "binding-required");

    // A rule that is kept again stays chosen, and the list says why it is empty.
    await row("binding-required").locator("button.issue").click();
    await page.keyboard.insertText('"active"');
    await page.getByText("The filters hide every issue.").waitFor();
    assert.equal(await rules().locator("option:checked").innerText(), "binding-required (0)");
    await opened.button("Show all").click();
    assert.equal(await showing().innerText(), "Showing 6 of 6 issues");
    assert.equal(await toggle(/Errors/).getAttribute("aria-pressed"), "false");
  });

  test("F8 goes on from an issue that was gone to in the list, and from one that was checked again", async () => {
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await row("element-unknown").locator("button.issue").click();
    await opened.untilSelected('"authordOn"');
    const [first, second] = [await opened.rows.locator(".issue-rule").allInnerTexts(), "element-unknown"];
    const next = first[first.indexOf(second) + 1];
    await page.keyboard.press("F8");
    await page.locator(".issue-card.current .issue-rule", { hasText: next }).waitFor();
    // The same text is checked again: the way goes on where it was.
    await toggle(/Errors/).click();
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Shift+F8");
    await opened.untilSelected('"authordOn"');
  });

  test("a notice is closed by its button", async () => {
    await opened.example("Submit a referral, with faults");
    await opened.verdict("Not valid").waitFor();
    await opened.button("Fix: rename to “authoredOn”").click();
    await page.getByText("Done: rename to “authoredOn”.").waitFor();
    await opened.button("Close this notice").click();
    await page.getByText("Done: rename to “authoredOn”.").waitFor({ state: "detached" });
    assert.ok(await page.evaluate(() => document.querySelector(".fix-notice").childElementCount === 0));
  });

  test("F8 walks what is shown, and says in a box at the place what is wrong there", async () => {
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await rules().selectOption("element-unknown");
    await page.locator(".cm-content").focus();
    await page.keyboard.press("F8");
    await opened.untilSelected('"authordOn"');
    const box = page.locator(".cm-tooltip", { hasText: "ServiceRequest has no element 'authordOn'" });
    await box.waitFor();
    assert.match(await page.locator("section.check [role=status]").innerText(), /^Error, 75:9\. ServiceRequest has no element/);
    // It is the only one that is shown: the walk comes back to it.
    await page.keyboard.press("F8");
    await opened.untilSelected('"authordOn"');
    await page.keyboard.press("Escape");
    await box.waitFor({ state: "detached" });
  });

  test("a list of many issues grows as one walks through it", async () => {
    await opened.paste(withUnknown(130));
    await opened.verdict("Not valid").waitFor();
    await page.getByLabel("Order").selectOption("By place");
    assert.equal(await opened.rows.count(), 100);
    await opened.button("Show 32 more").click();
    assert.equal(await opened.rows.count(), 132);
    await page.keyboard.press("Home");
    assert.ok(await opened.rows.first().evaluate((row) => row === document.activeElement));
    // The last is that the Questionnaire is not known.
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await opened.untilSelected('"strange129"');
  });

  test("what repeats is one line, issues are grouped, one is suppressed and shown again, and the report is saved", async () => {
    await opened.paste(valid.replaceAll('"system": "http://loinc.org"', '"system": "loinc"').replace('"active"', '"Active"'));
    await opened.verdict("Not valid").waitFor();
    const twice = page.locator(".issue-card", { hasText: "2 times" });
    assert.match(await twice.innerText(), /coding-system[\s\S]*Also at \d+:\d+/);
    await twice.getByRole("button", { name: "Suppress here: coding-system" }).click();
    await page.locator("summary", { hasText: "Suppressed (2)" }).waitFor();
    await page.getByLabel("Group by").selectOption("Rule");
    await page.getByRole("heading", { name: /^binding-required \(1\)$/ }).waitFor();
    await opened.button("Suppress here: binding-required").click();
    await opened.verdict("Valid").waitFor();
    await page.locator("summary", { hasText: "Suppressed (3)" }).click();
    await opened.button("Show again: binding-required").click();
    await opened.verdict("Not valid").waitFor();

    await page.locator("summary", { hasText: "Report" }).click();
    for (const [format, name, says] of [
      ["HTML, to print", "report.html", /<td>binding-required<\/td>/],
      ["Markdown", "report.md", /^# Validation report[\s\S]*\| binding-required \|/],
    ]) {
      await page.getByLabel("Report as").selectOption(format);
      const saved = page.waitForEvent("download");
      await opened.button("Save report").click();
      const download = await saved;
      assert.equal(download.suggestedFilename(), name);
      assert.match(readFileSync(await download.path(), "utf8"), says);
    }
  });

  test("each issue is explained by the page of its rule, with the source as a link", async () => {
    await opened.example("Submit a referral, with faults");
    await opened.verdict("Not valid").waitFor();
    const binding = row("binding-required");
    await binding.getByRole("button", { name: "Why? About binding-required" }).click();
    await binding.getByText("The receiver knows what to do with these codes and no others.").waitFor();
    const source = binding.getByRole("link");
    assert.equal(await source.getAttribute("href"), "https://hl7.org/fhir/R4/codesystem-binding-strength.html");
    assert.equal(await source.getAttribute("rel"), "noreferrer noopener");
    assert.equal(await source.getAttribute("target"), "_blank");

    // By keyboard, and it stays open while the message changes elsewhere.
    await row("primitive-value").locator("button.issue").focus();
    await page.keyboard.press("ArrowRight");
    await row("primitive-value").locator(".rule-page").waitFor();
    await binding.locator("button.issue").click();
    await page.keyboard.insertText('"active"');
    await binding.waitFor({ state: "detached" });
    assert.equal(await row("primitive-value").locator(".rule-page").count(), 1);
    await row("primitive-value").locator("button.issue").focus();
    await page.keyboard.press("ArrowLeft");
    assert.equal(await row("primitive-value").locator(".rule-page").count(), 0);
  });

  test("a constraint of R4 has its source in the specification", async () => {
    await opened.paste(valid.replace(/"birthDate"/, '"contact": [{ "gender": "male" }], "birthDate"'));
    await row("pat-1").getByRole("button", { name: "Why?" }).click();
    await row("pat-1").getByRole("link", { name: "https://hl7.org/fhir/R4/patient.html" }).waitFor();
  });

  test("a fix is one press, goes on to the next issue, and is undone", async () => {
    await opened.example("Submit a referral, with faults");
    await opened.verdict("Not valid").waitFor();
    await opened.button("Fix: rename to “authoredOn”").click();
    await untilText(/"authoredOn"/);
    await row("element-unknown").waitFor({ state: "detached" });
    await page.getByText("Done: rename to “authoredOn”.").waitFor();
    assert.match(await row("primitive-value").locator("button.issue:focus .issue-rule").innerText(), /primitive-value/);
    await undoFix().click();
    await row("element-unknown").waitFor();
    assert.equal(await text(), broken);
    assert.equal(await page.getByText("Done: rename").count(), 0);

    // Where no row is left, the word on that has the focus.
    await rules().selectOption("element-unknown");
    await opened.button("Fix: rename to “authoredOn”").click();
    await page.locator(".note:focus", { hasText: "The filters hide every issue." }).waitFor();
  });

  test("by keyboard: F fixes in the list, Tab goes to the button, and in the editor a key fixes what the cursor is in", async () => {
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await row("binding-required").locator("button.issue").focus();
    await page.keyboard.press("f");
    await untilText(/"status": "active"/);
    await row("binding-required").waitFor({ state: "detached" });

    await row("element-unknown").locator("button.issue").focus();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Fix: rename to “authoredOn”");
    await undoFix().click();
    await row("binding-required").waitFor();

    await page.keyboard.press(`${modifier}+Home`);
    await page.keyboard.press("F8");
    await page.keyboard.press("F8");
    await opened.untilSelected('"actve"');
    await page.keyboard.press(`${modifier}+.`);
    await untilText(/"status": "active"/);
    assert.ok(await page.locator(".cm-content").evaluate((content) => content.getRootNode().activeElement === content));
    await page.keyboard.press(`${modifier}+.`);
    await page.getByText("There is no certain fix for an issue at the cursor.").waitFor();
  });

  test("the box in the editor has the fix too, under the mouse and at F8", async () => {
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await row("binding-required").locator("button.issue").click();
    await page.locator(".cm-lintRange-error", { hasText: "actve" }).hover();
    await page.locator(".cm-tooltip").getByRole("button", { name: "Fix: replace by “active”" }).click();
    await untilText(/"status": "active"/);
    await row("binding-required").waitFor({ state: "detached" });
    await page.locator(".cm-content").focus();
    await page.keyboard.press("F8");
    await opened.untilSelected('"http://snomed.info/sct"');
    await page.keyboard.press("F8");
    await opened.untilSelected('"authordOn"');
    await page.locator(".cm-tooltip").getByRole("button", { name: "Fix: rename to “authoredOn”" }).click();
    await untilText(/"authoredOn"/);
  });

  test("a transaction is validated as what it is, as a message only where the switch says so, and made one only where that is asked for", async () => {
    const patient = { resourceType: "Patient", id: "1", gender: "femal" };
    const entry = { fullUrl: "https://a.example/Patient/1", request: { method: "PUT", url: "Patient/1" }, resource: patient };
    await opened.paste(JSON.stringify({ resourceType: "Bundle", type: "transaction", entry: [entry] }, null, 2));
    await opened.verdict("Not valid").waitFor();
    await opened.button("Fix all (1)").click();
    await makeAll().click();
    await opened.verdict("Valid").waitFor();
    await page.getByLabel("As a message").check();
    await row("msg-type").waitFor();
    assert.equal(await page.getByRole("button", { name: /^Fix all/ }).count(), 0, "what is left is for who means it");
    assert.match(await text(), /"type": "transaction"[\s\S]*"method": "PUT"[\s\S]*"female"/);
    await opened.button("If that is meant: replace by “message”").click();
    await untilText(/"type": "message"/);
    await page.getByText("Done: replace by “message”.").waitFor();
    await page.getByLabel("As a message").uncheck();
  });

  test("the fix says what it does: each kind is named by its action, and makes the issue go away", async () => {
    const message = JSON.parse(valid);
    message.entry.push(message.entry.shift());
    const [first, second] = message.entry;
    first.resource.category = first.resource.category[0];
    first.resource.subject = [first.resource.subject];
    first.resource.code.text = "";
    first.resource.authoredOn = "2026-9-14";
    delete second.fullUrl;
    await opened.paste(JSON.stringify(message, null, 2));
    await opened.verdict("Not valid").waitFor();
    const fixes = [
      ["msg-header-first", /^Fix: move it to the front$/],
      ["element-array", /^Fix: wrap in an array$/],
      ["element-empty", /^Fix: leave it out$/],
      ["element-array", /^Fix: take out of the array$/],
      ["primitive-value", /^Fix: replace by “2026-09-14”$/],
      ["bundle-fullurl-missing", /^Fix: add “"fullUrl": "urn:uuid:[0-9a-f-]+/],
    ];
    for (const [rule, name] of fixes) {
      const card = page.locator(".issue-card", { hasText: rule, has: page.getByRole("button", { name }) });
      const before = await card.count();
      assert.ok(before >= 1, `${rule} has no fix ${name}`);
      await card.getByRole("button", { name }).first().click();
      await page.getByText(/^Done: /).waitFor();
      await card.nth(before - 1).waitFor({ state: "detached" });
    }
    const fixed = JSON.parse(await text());
    assert.equal(fixed.entry[0].resource.resourceType, "MessageHeader");
    assert.ok(Array.isArray(fixed.entry[1].resource.category));
    assert.ok(!("text" in fixed.entry[1].resource.code));
  });

  test("a reference that means an entry is repaired", async () => {
    await opened.paste(valid.replace('"Patient/patient-4417"', '"patient/patient-4417"'));
    await opened.verdict("Not valid").waitFor();
    await page
      .getByRole("button", { name: /^Fix: replace by “.*patient-4417”$/ })
      .first()
      .click();
    await opened.verdict("Valid").waitFor();
    assert.equal(await text(), valid);
  });

  test("a fix that is asked for while one types waits for the check of the new text", async () => {
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await page.keyboard.press(`${modifier}+Home`);
    // In one go: the offsets of the edits that are known are those of the old text.
    await page.evaluate(() => {
      const { view } = document.querySelector(".editor").shadowRoot.querySelector(".cm-content").cmTile;
      view.dispatch({ changes: { from: 0, insert: "\n\n\n" } });
      [...document.querySelectorAll("button.fix")].find((button) => button.textContent.includes("authoredOn")).click();
    });
    await untilText(/"authoredOn"/);
    assert.equal(await text(), `\n\n\n${broken.replace("authordOn", "authoredOn")}`);
  });

  test("all are fixed as one step: what is left is said, and one undo takes it back", async () => {
    await opened.example("Submit a referral, with faults");
    await opened.verdict("Not valid").waitFor();
    const count = Number(/\d+/.exec(await page.locator(".fix-all").innerText())[0]);
    // The cursor stays in what it is in, though places before it change.
    await row("primitive-value").locator("button.issue").click();
    await opened.untilSelected('"1987-02-30"');
    await page.locator(".fix-all").click();
    await makeAll().click();
    await page.getByText(/\d+ issues fixed\. Left: .*error/).waitFor();
    const fixed = Number(/\d+/.exec(await page.locator(".fix-notice").innerText())[0]);
    assert.ok(fixed >= count && count >= 2, `${fixed} of ${count}`);
    assert.match(await text(), /"authoredOn"/);
    assert.match(await text(), /"status": "active"/);
    const selected = await page.evaluate(() => {
      const { state } = document.querySelector(".editor").shadowRoot.querySelector(".cm-content").cmTile.view;
      return state.sliceDoc(state.selection.main.from, state.selection.main.to);
    });
    assert.equal(selected, '"1987-02-30"');
    await undoFix().click();
    await row("element-unknown").waitFor();
    assert.equal(await text(), broken);
  });

  test("many are fixed at their places: the cursor stays in what it is in", async () => {
    const message = JSON.parse(valid);
    const observation = message.entry.find(({ resource }) => resource.resourceType === "Observation").resource;
    for (let i = 0; i < 80; i++) {
      const resource = { ...observation, id: `more-${i}`, status: "finall", note: { text: `note ${i}` } };
      message.entry.push({ fullUrl: `https://example.org/fhir/Observation/more-${i}`, resource });
    }
    message.entry.push(message.entry.shift());
    await opened.paste(JSON.stringify(message, null, 2));
    await opened.verdict("Not valid").waitFor();
    await page.evaluate(() => {
      const { view } = document.querySelector(".editor").shadowRoot.querySelector(".cm-content").cmTile;
      const anchor = view.state.doc.toString().indexOf('"note 40"');
      view.dispatch({ selection: { anchor, head: anchor + '"note 40"'.length } });
    });
    await page.locator(".fix-all").click();
    await makeAll().click();
    await page.getByText(/\d+ issues fixed\./).waitFor();
    const fixed = await text();
    assert.ok(!fixed.includes('"finall"'));
    assert.equal(JSON.parse(fixed).entry[0].resource.resourceType, "MessageHeader");
    const selected = await page.evaluate(() => {
      const { view } = document.querySelector(".editor").shadowRoot.querySelector(".cm-content").cmTile;
      const { from, to } = view.state.selection.main;
      return view.state.sliceDoc(from, to);
    });
    assert.equal(selected, '"note 40"');
  });

  test("an issue of a whole object is marked where that begins", async () => {
    const message = JSON.parse(valid);
    message.entry[1].resource.category = message.entry[1].resource.category[0];
    await opened.paste(JSON.stringify(message, null, 2));
    await opened.verdict("Not valid").waitFor();
    await page.keyboard.press(`${modifier}+Home`);
    await page.keyboard.press("F8");
    const marks = await page.locator(".cm-lintRange-error").allInnerTexts();
    assert.deepEqual(marks, ["{"]);
    assert.equal(await page.locator(".cm-lint-marker-error").count(), 1);
  });

  test("a tap on a sign beside the line opens its box", async () => {
    opened = await browser.open({ hasTouch: true });
    page = opened.page;
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await row("binding-required").locator("button.issue").tap();
    await page.locator(".cm-activeLineGutter .cm-lint-marker-error").tap();
    await page.locator(".cm-tooltip", { hasText: "binding-required" }).waitFor();
    await page.locator(".cm-content").press("Escape");
    await page.locator(".cm-tooltip").waitFor({ state: "detached" });
    await page.locator(".cm-lintRange-error", { hasText: "actve" }).tap();
    await page.locator(".cm-tooltip").getByRole("button", { name: "Fix: replace by “active”" }).tap();
    await untilText(/"status": "active"/);
    await opened.close();
  });

  test("in a narrow window everything has room", async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await opened.example("Submit a referral, with faults");
    await opened.verdict("Not valid").waitFor();
    await row("binding-required").getByRole("button", { name: "Why?" }).click();
    await row("binding-required").locator(".rule-page").waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  });

  test("F8 walks on while another view is open", async () => {
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await opened.view("Share");
    await page.locator(".cm-content").focus();
    await page.keyboard.press(`${modifier}+Home`);
    const places = [];
    for (let press = 0; press < 3; press++) {
      await page.keyboard.press("F8");
      await page.waitForFunction(
        (before) => document.querySelector(".editor").shadowRoot.getSelection().toString() !== before,
        places.at(-1) ?? "",
      );
      places.push(await opened.selected());
    }
    assert.equal(new Set(places).size, 3);
  });

  test("a row that is pressed right after typing goes to where its issue is now", async () => {
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await page.evaluate(() => {
      const { view } = document.querySelector(".editor").shadowRoot.querySelector(".cm-content").cmTile;
      view.dispatch({ changes: { from: 0, insert: "\n\n\n" } });
      [...document.querySelectorAll("button.issue")].find((row) => row.textContent.includes("binding-required")).click();
    });
    await opened.untilSelected('"actve"');
  });

  test("an emptied editor has no issues", async () => {
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    await page.keyboard.press(`${modifier}+A`);
    await page.keyboard.press("Delete");
    await opened.verdict("No message yet").waitFor();
    // The check of the empty text has come when one that is asked for later has.
    await page.keyboard.press("F8");
    await page.waitForTimeout(200);
    assert.equal(await opened.rows.count(), 0);
  });
});
