// The picture and the outline of a message, as a person sees and walks them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Validator } from "fhirpost";
import { modifier, pageForEachTest } from "./open-page.mjs";

const valid = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const bundle = JSON.parse(valid);
const BASE = "https://fhirtest.netsmartcloud.com/v4";

/** The example with a reference that dangles, one that resolves elsewhere, and an entry that nothing refers to. */
const faulty = (() => {
  const made = JSON.parse(valid);
  const request = made.entry[1].resource;
  request.reasonReference[0].reference = "Condition/gone";
  request.insurance[0].reference = "https://payer.example.org/fhir/Coverage/77";
  made.entry.push({ fullUrl: `${BASE}/Basic/island`, resource: { resourceType: "Basic", id: "island", code: { text: "Alone" } } });
  return JSON.stringify(made, undefined, 2);
})();

/** A message of so many entries: the example, and observations that the request refers to. */
function many(count) {
  const made = JSON.parse(valid);
  const { supportingInfo } = made.entry[1].resource;
  for (let index = made.entry.length; index < count; index++) {
    const id = `observation-${index}`;
    supportingInfo.push({ reference: `Observation/${id}` });
    const resource = {
      resourceType: "Observation",
      id,
      status: "final",
      code: { text: "x" },
      subject: { reference: "Patient/patient-4417" },
    };
    made.entry.push({ fullUrl: `${BASE}/Observation/${id}`, resource });
  }
  return JSON.stringify(made, undefined, 1);
}

let opened;
let page;

const nodes = () => page.locator("svg.picture .node");
const node = (name) => page.locator("svg.picture").getByRole("button", { name });
const row = (name) => page.getByRole("treeitem", { name });
const link = (title) => page.locator("svg.picture .link").filter({ has: page.locator("title", { hasText: title }) });

/** Pastes a message and waits for its picture. */
async function draw(text, expected) {
  await opened.paste(text);
  await opened.view("Picture");
  await page.waitForFunction((count) => document.querySelectorAll("svg.picture .node").length === count, expected);
}

/** What is lit up in the text, line by line. */
const lit = () =>
  page.evaluate(() =>
    [...document.querySelector(".editor").shadowRoot.querySelectorAll(".cm-hover")].map((mark) => mark.textContent).join(""),
  );
const untilLit = (text) =>
  page.waitForFunction(
    (wanted) =>
      [...document.querySelector(".editor").shadowRoot.querySelectorAll(".cm-hover")]
        .map((mark) => mark.textContent)
        .join("")
        .includes(wanted),
    text,
  );

/** Puts the cursor behind this in the text, with the search of the editor. */
async function cursorTo(text) {
  await page.locator(".cm-content").focus();
  await page.keyboard.press(`${modifier}+Home`);
  await page.keyboard.press(`${modifier}+F`);
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
}

describe("the picture of a message", () => {
  pageForEachTest((given) => {
    opened = given;
    page = given.page;
  });

  test("it has every entry, and an arrow for every pair that refers", async () => {
    await draw(valid, bundle.entry.length);
    const { references } = new Validator().outline(valid);
    const pairs = new Set(references.map(({ from, to }) => `${from} ${to}`));
    assert.equal(await page.locator("svg.picture .link").count(), pairs.size);
    for (const [index, { resource }] of bundle.entry.entries()) {
      await node(new RegExp(`^${resource.resourceType} ${index}( · .+)?, ${resource.id}, `)).waitFor();
    }
    await node(/^MessageHeader 0( · .+)?, .*, refers to 3, referred to by 0$/).waitFor();
    await node(/^ServiceRequest 1 · Referral to .*, referral-2093, focus, refers to 6, referred to by 1$/).waitFor();
    await link(/^MessageHeader 0 .*→ ServiceRequest 1 .*: focus$/).waitFor();
    await link(/^ServiceRequest 1 .*→ Patient 2 · Testerman, Avery Quinn: subject$/).waitFor();
    await page.getByText(`${bundle.entry.length} entries, ${references.length} references`).waitFor();
    assert.equal(await page.locator("svg.picture .node .mark").count(), 3, "the header and two focuses are marked");
    assert.equal(await page.locator(".legend li").count(), 3);
  });

  test("what dangles, resolves elsewhere or is not linked stands out by name, shape and mark", async () => {
    await draw(faulty, bundle.entry.length + 3);
    const roles = {
      missing: node("missing Condition/gone, referred to by 1"),
      elsewhere: node("elsewhere https://payer.example.org/fhir/Coverage/77, referred to by 1"),
      unlinked: node(/^Basic 13( · .+)?, island, not linked, referred to by 0$/),
      entry: node(/^Patient 2/),
    };
    const shapes = new Set();
    for (const [role, found] of Object.entries(roles)) {
      await found.waitFor();
      assert.match(await found.getAttribute("class"), new RegExp(`role-${role}`));
      assert.equal(await found.locator(".mark").count(), role === "entry" ? 0 : 1);
      shapes.add((await found.locator(".shape").getAttribute("d")).replace(/[-\d. ]+/g, ""));
    }
    assert.equal(shapes.size, 4, "no two have one shape");
    const dashes = await roles.unlinked.locator(".shape").evaluate((shape) => getComputedStyle(shape).strokeDasharray);
    assert.notEqual(dashes, "none");
    assert.match(await link("Condition/gone: reasonReference").getAttribute("class"), /resolves-nowhere/);
    assert.equal(await page.locator("svg.picture .head.crossed").count(), 1, "its arrow ends in a cross");
    await page.getByText("1 dangling reference", { exact: true }).waitFor();
    // Two entries have lost what referred to them; they still refer to others, and the last does not even that.
    await page.getByText("1 entry not linked", { exact: true }).waitFor();
    assert.equal(await page.locator("svg.picture .role-backwards").count(), 3);
    await row(/^Basic 13( · .+)?, island, not linked, referred to by 0, \d issues?$/).waitFor();
  });

  test("pointing at a node or an arrow lights up its text, and a click selects it", async () => {
    await draw(faulty, bundle.entry.length + 3);
    await node(/^Practitioner 4/).hover();
    await untilLit('"id": "practitioner-71"');
    assert.match(await node(/^Practitioner 4/).getAttribute("class"), /\blit\b/);
    assert.match(await row(/^Practitioner 4/).getAttribute("class"), /\blit\b/);
    // What is linked with it stays bright.
    assert.match(await node(/^PractitionerRole 3/).getAttribute("class"), /\bnear\b/);
    await node(/^missing/).hover();
    await untilLit('"Condition/gone"');
    assert.equal(await lit(), '"Condition/gone"');
    const reach = link(/^MessageHeader 0 .*→ ServiceRequest 1 .*: focus$/).locator(".reach");
    await reach.scrollIntoViewIfNeeded();
    const middle = await reach.evaluate((path) => {
      const { x, y } = path.getPointAtLength(path.getTotalLength() / 3);
      const at = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
      return { x: at.x, y: at.y };
    });
    await page.mouse.move(middle.x, middle.y);
    await untilLit('"ServiceRequest/referral-2093"');
    assert.equal(await lit(), '"ServiceRequest/referral-2093"');
    await page.mouse.move(5, 5);
    await page.waitForFunction(() => document.querySelector(".editor").shadowRoot.querySelector(".cm-hover") === null);
    await node(/^missing/).click();
    await opened.untilSelected('"Condition/gone"');
  });

  test("the cursor in the text lights up its node, its arrow and its row", async () => {
    await draw(valid, bundle.entry.length);
    await cursorTo('"id": "coverage-1"');
    await page.locator("svg.picture .node[aria-current=true]", { hasText: "Coverage" }).waitFor();
    assert.equal(await page.locator("svg.picture [aria-current=true]").count(), 1);
    await page.locator("[role=treeitem][aria-current=true]", { hasText: "Coverage" }).waitFor();
    await cursorTo('"Organization/organization-payer');
    await page.locator("svg.picture .link.current").waitFor();
    assert.match(await page.locator("svg.picture .link.current title").textContent(), /^Coverage 9 .*→ Organization 10 .*: payor$/);
  });

  test("the keyboard alone walks the picture and the outline", async () => {
    await draw(valid, bundle.entry.length);
    assert.equal(await page.locator("svg.picture [tabindex='0']").count(), 1);
    assert.equal(await page.locator("[role=tree] [tabindex='0']").count(), 1);
    await page.getByRole("tab", { name: "Picture" }).focus();
    await page.keyboard.press("Tab");
    const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    assert.match(await focused(), /^MessageHeader 0/);
    await untilLit('"resourceType": "MessageHeader"');
    // Wherever the picture runs, one of the two goes on along the arrows.
    await page.keyboard.press("ArrowRight");
    if ((await focused()).startsWith("MessageHeader")) await page.keyboard.press("ArrowDown");
    assert.doesNotMatch(await focused(), /^MessageHeader/);
    await page.keyboard.press("Home");
    assert.match(await focused(), /^MessageHeader 0/);
    await page.keyboard.press("PageDown");
    await page.keyboard.press("PageDown");
    assert.match(await focused(), /^Patient 2/);
    await page.keyboard.press("End");
    assert.match(await focused(), /^QuestionnaireResponse 12/);
    assert.equal(await page.locator("svg.picture [tabindex='0']").count(), 1);
    await page.keyboard.press("PageUp");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".editor").shadowRoot.getSelection().toString().includes("phq9-score"));

    // The outline: down, open, to the first reference, to the text.
    await row(/^MessageHeader 0/).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    assert.equal(await row(/^ServiceRequest 1/).getAttribute("aria-expanded"), "true");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(), "subject refers to Patient 2 · Testerman, Avery Quinn");
    await untilLit('"Patient/patient-4417"');
    await page.keyboard.press("Enter");
    await opened.untilSelected('"Patient/patient-4417"');
    await row("subject refers to Patient 2 · Testerman, Avery Quinn").focus();
    await page.keyboard.press("ArrowLeft");
    assert.match(await focused(), /^ServiceRequest 1/);
    await page.keyboard.press("ArrowLeft");
    assert.equal(await row(/^ServiceRequest 1/).getAttribute("aria-expanded"), "false");
  });

  test("it follows the text, keeps the last picture while that is not JSON, and keeps size and focus", async () => {
    await draw(valid, bundle.entry.length);
    await opened.button("Larger").click();
    const size = await page.locator("output.zoom").textContent();
    await cursorTo("Coverage/coverage-1");
    await page.keyboard.insertText("Coverage/coverage-2");
    await node(/^missing Coverage\/coverage-2/).waitFor();
    assert.equal(await page.locator("output.zoom").textContent(), size);
    await page.locator(".cm-content").focus();
    await page.keyboard.press(`${modifier}+End`);
    await page.keyboard.insertText("}");
    await page.getByText(/^This is not JSON: see \d+:\d+\. What is shown is the message as it was before\.$/).waitFor();
    assert.equal(await nodes().count(), bundle.entry.length + 1);
    await page.keyboard.press("Backspace");
    await page.waitForFunction(() => document.querySelector(".see-notice").textContent === "");
    // Only a place moves: nothing is drawn anew, and who walks the picture stays there.
    await node(/^Patient 2/).focus();
    await nodes()
      .first()
      .evaluate((first) => {
        first.dataset.kept = "yes";
      });
    await cursorTo('"intent": "order",');
    await page.keyboard.press("ArrowRight");
    await page.keyboard.insertText("\n\n\n");
    // Its places are those of the new text, as soon as anything is lit up again.
    await node(/^Practitioner 4/).hover();
    await untilLit('"id": "practitioner-71"');
    assert.equal(await nodes().first().getAttribute("data-kept"), "yes");
  });

  test("the order of Tab has one node, also after another message came", async () => {
    await draw(valid, bundle.entry.length);
    await node(/^Coverage 9/).focus();
    const without = JSON.parse(valid);
    without.entry.splice(6, 1);
    await draw(JSON.stringify(without), bundle.entry.length);
    await node(/^Coverage 8/).waitFor();
    assert.equal(await page.locator("svg.picture [tabindex='0']").count(), 1);
  });

  test("200 entries: all are there, those that are alike are together, and all fit", async () => {
    await draw(many(200), 200);
    await page.getByText("200 entries", { exact: false }).first().waitFor();
    assert.ok((await page.locator("svg.picture .block").count()) > 0);
    assert.ok((await page.locator("svg.picture .link").count()) < 60, "arrows are drawn for blocks");
    await page.locator("svg.picture .block", { hasText: "Observation × 187" }).waitFor();
    await opened.button("Fit: show all of the picture").click();
    const [room, picture] = await Promise.all(
      ["div.window", "svg.picture"].map((selector) => page.locator(selector).evaluate((part) => part.getBoundingClientRect().toJSON())),
    );
    assert.ok(picture.width <= room.width && picture.height <= room.height, "nothing needs scrolling");
    assert.ok(
      await page.locator("div.window").evaluate((part) => part.scrollWidth <= part.clientWidth && part.scrollHeight <= part.clientHeight),
    );
    await node(/^Observation 150( · .+)?, observation-150/).hover();
    await untilLit('"id": "observation-150"');
    // Enlarged, there is more room; Escape gives it back.
    await opened.button("Give the picture more room").click();
    await page.waitForFunction(
      (before) => document.querySelector("svg.picture").getBoundingClientRect().height > before * 1.2,
      picture.height,
    );
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".see.enlarged").count(), 0);
    // The filter finds one of them.
    await page.getByRole("searchbox", { name: "Filter entries" }).fill("observation-177");
    assert.equal(await page.getByRole("treeitem").count(), 1);
    await page.getByRole("treeitem").click();
    await page.waitForFunction(() => document.querySelector(".editor").shadowRoot.getSelection().toString().includes("observation-177"));
    await page.getByRole("searchbox", { name: "Filter entries" }).fill("nothing like it");
    await page.getByText("No entry matches.").waitFor();
  });

  test("more than 500 entries are listed, not drawn", async () => {
    await opened.paste(many(600));
    await opened.view("Picture");
    await page.getByText("600 entries are too many for a picture. The outline has all of them.").waitFor();
    await row(/^MessageHeader 0/).waitFor();
    assert.equal(await nodes().count(), 0);
    await opened.button("Show 200 more").click();
    assert.equal(await page.getByRole("treeitem").count(), 400);
    // Back to few: the picture is there again.
    await opened.paste(valid);
    await page.waitForFunction((count) => document.querySelectorAll("svg.picture .node").length === count, bundle.entry.length);
    await node(/^Patient 2/).waitFor();
  });

  test("what is not a message is said not to be", async () => {
    await opened.view("Picture");
    await page.getByText("No message yet, so there is nothing to draw.").waitFor();
    await opened.paste("{ mine");
    await page.getByText("This is not JSON: see 1:3.", { exact: true }).waitFor();
    await opened.paste('{ "resourceType": "Patient" }');
    await page.getByText("There are no entries here, so there is nothing to draw.").waitFor();
    await opened.paste(
      '{ "resourceType": "Bundle", "type": "message", "entry": [null, { "resource": { "resourceType": "Patient" } }, { "resource": 7 }] }',
    );
    await page.getByText("There is no MessageHeader: nothing says what belongs to the message.").waitFor();
    assert.equal(await nodes().count(), 3);
  });

  test("a stranger's text is only text, and does not reach beyond its place", async () => {
    const script = "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>";
    const hostile = JSON.parse(valid);
    hostile.entry[1].resource.id = script;
    hostile.entry[2].resource.resourceType = script;
    hostile.entry[3].resource.id = "\u202egnirts\u2066a\u0000b\u200b";
    hostile.entry[4].fullUrl = "__proto__";
    hostile.entry[5].resource.id = "constructor";
    hostile.entry[1].resource.reasonReference[0].reference = `${script}\u202e`;
    hostile.entry[1].resource["\u202e<b>"] = { reference: "Patient/patient-4417" };
    hostile.entry[0].resource.id = "x".repeat(5000);
    await opened.paste(JSON.stringify(hostile));
    await opened.view("Picture");
    await nodes().first().waitFor();
    await row(/^ServiceRequest 1/).waitFor();
    await row(/^ServiceRequest 1/).focus();
    await page.keyboard.press("ArrowRight");
    assert.match(await page.title(), /(^| · )fhirpost$/);
    assert.equal(await page.locator(".see img, .see script, .see b").count(), 0);
    const texts = await page.locator(".see").evaluate((see) => {
      const names = [...see.querySelectorAll("[aria-label]")].map((part) => part.getAttribute("aria-label"));
      return `${see.textContent} ${names.join(" ")}`;
    });
    assert.doesNotMatch(texts, /[\u202a-\u202e\u2066-\u2069\u200b\0]/);
    assert.match(texts, /\ufffdgnirts\ufffda\ufffdb\ufffd/);
    assert.ok(texts.includes("<script>"));
  });

  test("a narrow window scrolls only downwards, and has all of it", async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await draw(faulty, bundle.entry.length + 3);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    for (let times = 0; times < 4; times++) await opened.button("Larger").click();
    await node(/^MessageHeader/).focus();
    for (const [key, name] of [
      ["End", /^elsewhere/],
      ["Home", /^MessageHeader/],
      ["End", /^elsewhere/],
    ]) {
      await page.keyboard.press(key);
      const [room, place] = await Promise.all([page.locator("div.window").boundingBox(), node(name).boundingBox()]);
      const inside = (at, size) => place[at] >= room[at] && place[at] + Math.min(place[size], 40) <= room[at] + room[size];
      assert.ok(inside("x", "width") && inside("y", "height"), `${key}: what has the focus is in view`);
    }
    await row(/^Basic 13/).scrollIntoViewIfNeeded();
    assert.ok(await row(/^Basic 13/).isVisible());
    await opened.button("Give the picture more room").click();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await opened.button("Give the picture more room").click();
  });

  test("control and wheel zoom where the pointer is, and dragging moves the picture", async () => {
    await draw(valid, bundle.entry.length);
    for (let times = 0; times < 3; times++) await opened.button("Larger").click();
    const window = page.locator("div.window");
    const box = await node(/^ServiceRequest 1/).boundingBox();
    const room = await window.boundingBox();
    assert.ok(room.width > 0);
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await page.mouse.move(at.x, at.y);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -200);
    await page.keyboard.up("Control");
    await page.waitForFunction(
      (before) => document.querySelectorAll("svg.picture .node")[1].getBoundingClientRect().width > before * 1.1,
      box.width,
    );
    const now = await node(/^ServiceRequest 1/).boundingBox();
    assert.ok(Math.abs(now.x + now.width / 2 - at.x) < 25 && Math.abs(now.y + now.height / 2 - at.y) < 25, "it grows where it is");
    const before = await window.evaluate((part) => [part.scrollLeft, part.scrollTop]);
    // A place where nothing is drawn.
    const ground = await window.evaluate((part) => {
      const { left, top } = part.getBoundingClientRect();
      for (let x = left + 4; x < left + part.clientWidth; x += 6) {
        for (let y = top + 4; y < top + part.clientHeight; y += 6) {
          if (document.elementFromPoint(x, y)?.closest(".node, .link") === null) return { x, y };
        }
      }
    });
    await page.mouse.move(ground.x, ground.y);
    await page.mouse.down();
    await page.mouse.move(ground.x - 60, ground.y - 40, { steps: 4 });
    await page.mouse.up();
    const after = await window.evaluate((part) => [part.scrollLeft, part.scrollTop]);
    assert.notDeepEqual(after, before);
    // From an entry as from the ground: no words are selected, and the entry is not gone to.
    const selected = await opened.selected?.();
    const entry = await node(/^ServiceRequest 1/).boundingBox();
    await page.mouse.move(entry.x + entry.width / 2, entry.y + entry.height / 2);
    await page.mouse.down();
    await page.mouse.move(entry.x + entry.width / 2 + 40, entry.y + entry.height / 2 + 30, { steps: 4 });
    await page.mouse.up();
    assert.notDeepEqual(await window.evaluate((part) => [part.scrollLeft, part.scrollTop]), after);
    assert.equal(await page.evaluate(() => String(getSelection())), "");
    assert.equal(await opened.selected?.(), selected);
  });
});
