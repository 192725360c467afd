// FHIRPath over the message: results, marks in the text, problems, and expressions that take too long.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { pageForEachTest } from "./open-page.mjs";

const valid = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
/** As long as a message gets: about 5 MB. */
const long = () => {
  const message = JSON.parse(valid);
  const observation = message.entry.find(({ resource }) => resource.resourceType === "Observation");
  for (let i = 0; i < 4500; i++) {
    const fullUrl = `https://example.org/fhir/Observation/more-${i}`;
    message.entry.push({ fullUrl, resource: { ...observation.resource, id: `more-${i}` } });
  }
  return JSON.stringify(message);
};

let opened;
let page;

const input = () => page.getByRole("combobox", { name: "FHIRPath expression" });
const status = () => page.locator(".evaluate-status");
const untilStatus = (text) => page.locator(".evaluate-status", { hasText: text }).waitFor();
const hits = () => page.locator(".hits > li");
const marks = () => page.locator(".cm-hit");

describe("FHIRPath", () => {
  pageForEachTest(async (given) => {
    opened = given;
    page = given.page;
    await opened.example("Submit a referral");
    await opened.verdict("Valid").waitFor();
    await opened.view("FHIRPath");
  });

  test("what is typed is evaluated, its hits are marked, and a click goes to the place", async () => {
    await input().pressSequentially("Bundle.entry.resource.ofType(ServiceRequest).status");
    await untilStatus(/^1 result$/);
    assert.match(
      await hits().innerText(),
      /FHIR\.code\s+line 47\s+active\s+Bundle\.entry\[1\]\.resource\.ofType\(ServiceRequest\)\.status/,
    );
    await hits().getByRole("button").click();
    await opened.untilSelected('"active"');
    assert.deepEqual(await marks().allInnerTexts(), ['"active"']);
  });

  test("by keyboard: Enter brings the first hit into view, arrows walk the results, Enter goes to one", async () => {
    await input().fill("Bundle.entry.resource.ofType(Patient).name.given");
    await page.keyboard.press("Enter");
    await untilStatus(/^\d+ results?$/);
    await marks().first().waitFor();
    await input().fill("descendants().ofType(Reference).reference");
    await untilStatus(/^23 results$/);
    await hits().first().getByRole("button").focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.locator(".hits button[tabindex='0']").count(), 1);
    await page.keyboard.press("Enter");
    await opened.untilSelected('"ServiceRequest/referral-2093"');
  });

  test("an example fills the box, and the up and down keys bring back what was there", async () => {
    await input().fill("1 + 1");
    await page.keyboard.press("Enter");
    await untilStatus(/^1 result, 0 in the message$/);
    assert.match(await hits().innerText(), /System\.Integer\s+computed\s+2/);
    await opened.button("All references").click();
    await untilStatus(/^23 results$/);
    assert.ok(await input().evaluate((box) => box === document.activeElement));
    await page.keyboard.press("ArrowUp");
    assert.equal(await input().inputValue(), "1 + 1");
    await untilStatus(/^1 result,/);
    await page.keyboard.press("ArrowDown");
    assert.equal(await input().inputValue(), "descendants().ofType(Reference).reference");
  });

  test("what may follow is offered, by keyboard and by mouse, and the functions are there to be looked up", async () => {
    const option = (name) => page.getByRole("option", { name: new RegExp(`^${name}\\b`) });
    await input().pressSequentially("Bundle.entry.resource.ofType(Pat");
    await page.getByRole("option", { name: "Patient", exact: true }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.press("End");
    await page.keyboard.type(").birth");
    await option("birthDate").click();
    assert.equal(await input().inputValue(), "Bundle.entry.resource.ofType(Patient).birthDate");
    await untilStatus(/^1 result$/);
    await page.keyboard.press("End");
    await page.getByText(/^Functions \(\d+\)$/).click();
    await page.getByRole("searchbox", { name: "Search functions" }).fill("as text");
    await page.getByRole("button", { name: "toString()" }).click();
    assert.equal(await input().inputValue(), "Bundle.entry.resource.ofType(Patient).birthDate.toString()");
    await untilStatus(/^1 result, 0 in the message$/);
  });

  test("why there is no result is said, and what was meant is a press away", async () => {
    const reason = page.locator(".reason");
    for (const [written, why, meant] of [
      ["Patient.name.family", /The text is a Bundle/, "Bundle.entry.resource.ofType(Patient).name.family"],
      [
        "Bundle.entry.resource.ofType(Observation).valueInteger",
        /calls “valueInteger” just “value”/,
        "Bundle.entry.resource.ofType(Observation).value.ofType(integer)",
      ],
      ["Bundle.entry.resource.ofType(Pateint)", /Is “Patient” meant\?/, "Bundle.entry.resource.ofType(Patient)"],
      [
        "Bundle.entry.resource.ofType(Patient).brithDate",
        /Patient has no element “brithDate”/,
        "Bundle.entry.resource.ofType(Patient).birthDate",
      ],
    ]) {
      await input().fill(written);
      await page.locator(".reason", { hasText: why }).waitFor();
      await reason.getByRole("button").click();
      assert.equal(await input().inputValue(), meant);
      await untilStatus(/^1 result$/);
      assert.ok(await reason.isHidden());
    }
    await input().fill("Bundle.entry.resource.ofType(Patient).name.where(use = 'old').family");
    await page.locator(".reason", { hasText: "“where(use = 'old')” leaves nothing" }).waitFor();
    await input().fill("Bundle.entry.resource.ofType(Claim)");
    await page.locator(".reason", { hasText: "There is no Claim in the text." }).waitFor();
  });

  test("what is wrong with an expression is said, and shown at its place", async () => {
    await input().fill("Bundle.entry.where(x = )");
    await untilStatus(/^\) is not allowed here, at character 24\.$/);
    assert.equal(await page.locator(".problem mark").innerText(), ")");
    assert.equal(await input().getAttribute("aria-invalid"), "true");
    await input().fill("Bundle.type");
    await untilStatus(/^1 result$/);
    assert.equal(await input().getAttribute("aria-invalid"), "false");
    assert.equal(await page.locator(".problem").innerText(), "");
    await input().fill("Bundle.nothing");
    await untilStatus(/^No result/);
  });

  test("the results follow the text, and the marks leave with the view and come back with it", async () => {
    await input().fill("Bundle.type");
    await marks().waitFor();
    assert.equal(await marks().innerText(), '"message"');
    await opened.view("Issues");
    await marks().waitFor({ state: "detached" });
    await opened.view("FHIRPath");
    await marks().waitFor();

    await hits().getByRole("button").click();
    await page.keyboard.insertText('"batch"');
    await page.locator(".hit-value", { hasText: "batch" }).waitFor();
    assert.equal(await marks().innerText(), '"batch"');
    await page.keyboard.insertText("}}");
    await untilStatus(/not JSON/);

    await opened.button("Clear").click();
    await marks().waitFor({ state: "detached" });
    assert.equal(await status().innerText(), "");
    assert.equal(await hits().count(), 0);
  });

  test("a text that changes while another view is shown is evaluated anew", async () => {
    await input().fill("Bundle.type");
    await untilStatus(/^1 result$/);
    await opened.view("Issues");
    await opened.paste('{ "resourceType": "Bundle", "type": "history" }');
    await opened.view("FHIRPath");
    await page.locator(".hit-value", { hasText: "history" }).waitFor();
  });

  test("many results of a long message are cut, and the page answers meanwhile", async () => {
    await opened.paste(long());
    await input().fill("descendants()");
    await page.getByText(/The first 200 of [\d,]{6,} results are listed\./).waitFor({ timeout: 30_000 });
    assert.equal(await hits().count(), 200);
  });

  test("what takes too long is stopped after a while or by hand, and the next expression is answered", async () => {
    // How fast a machine is must not matter: the worker gives no answer while it is held.
    const hold = (worker) =>
      worker.evaluate(() => {
        const answer = self.postMessage.bind(self);
        self.postMessage = (reply) => {
          if (reply.result === undefined) answer(reply);
        };
      });
    await input().fill("1 + 1");
    await untilStatus(/^1 result,/);
    const tools = () => page.workers().filter((worker) => worker.url().includes("tools"));
    await Promise.all(tools().map(hold));
    await input().fill("Bundle.type");
    await page.getByRole("button", { name: "Cancel" }).click();
    await untilStatus(/^Cancelled\.$/);
    await input().fill("1 + 1");
    await untilStatus(/^1 result,/);
    await Promise.all(tools().map(hold));
    await page.clock.install();
    await input().fill("Bundle.type + 'x'");
    // The page's clock goes ahead: nobody waits.
    const evaluating = page.locator(".evaluate-status", { hasText: /^Evaluating/ });
    for (let tries = 0; tries < 100 && !(await evaluating.isVisible()); tries++) await page.clock.fastForward(100);
    // The page is alive: what happens elsewhere on it is not held up.
    await page.getByRole("tab", { name: "FHIRPath" }).focus();
    await evaluating.waitFor();
    const stopped = page.locator(".evaluate-status", { hasText: /^Stopped after 5 seconds/ });
    for (let tries = 0; tries < 100 && !(await stopped.isVisible()); tries++) await page.clock.fastForward(5000);
    await stopped.waitFor();
    assert.ok(await page.getByRole("button", { name: "Cancel" }).isHidden());
    await input().fill("Bundle.type");
    await untilStatus(/^1 result$/);
  });

  test("in a narrow window nothing is wider than it", async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await opened.button("All references").click();
    await untilStatus(/^23 results$/);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  });
});
