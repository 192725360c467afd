// What leaves the page besides sending: copies, files, and links that hold a message; and what comes in with a link, friendly or not.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { pageForEachTest } from "./open-page.mjs";

const read = (name) => readFileSync(new URL(`../../www/examples/${name}.json`, import.meta.url), "utf8");
const broken = read("submit-service-request-broken");
const MINE = '{ "mine": 1.0 }';

let browser;
let opened;
let page;

const status = (text) => page.locator(".share-status", { hasText: text }).waitFor();
const said = (text) => page.locator(".notice:not(.new-version)", { hasText: text }).waitFor();
const copied = () => page.evaluate(() => navigator.clipboard.readText());
const linkOf = (text) => `${browser.origin}/#message=${deflateRawSync(text).toString("base64url")}`;
const textOf = (link) => inflateRawSync(Buffer.from(link.split("#message=")[1], "base64url")).toString();

async function downloaded(button) {
  const [download] = await Promise.all([page.waitForEvent("download"), opened.button(button).click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

/** Opens an address as a browser does that has this page open already or, with `fresh`, does not. */
async function visit(address, { fresh = false } = {}) {
  if (fresh) await page.goto("about:blank");
  await page.goto(address);
}

async function example() {
  await opened.example("Submit a referral, with faults");
  await opened.verdict("Not valid").waitFor();
  await opened.view("Share");
}

async function makeLink() {
  await opened.button("Make a link…").click();
  await opened.button("Make the link").click();
  return page.getByLabel("Link with the message").inputValue();
}

describe("sharing", () => {
  pageForEachTest((given, its) => {
    opened = given;
    page = given.page;
    browser = its;
  });

  test("the message and the report are copied", async () => {
    await example();
    await opened.button("Copy message").click();
    await status("The message is copied.");
    assert.equal(await copied(), broken);
    await opened.button("Copy as OperationOutcome").click();
    await status("The OperationOutcome is copied.");
    const outcome = JSON.parse(await copied());
    assert.equal(outcome.resourceType, "OperationOutcome");
    assert.equal(outcome.issue.length, 7);
    assert.match(JSON.stringify(outcome), /'actve'/);
  });

  test("files: their names hold nothing of the message, and the report can do without its values", async () => {
    await example();
    assert.deepEqual(await downloaded("Download message"), { name: "message.json", text: broken });
    const report = await downloaded("Download report");
    assert.equal(report.name, "report.json");
    assert.match(report.text, /'actve'/);
    assert.equal(JSON.parse(report.text).counts.error, 5);
    await page.getByLabel("Leave values of the message out").check();
    for (const button of ["Download report", "Download OperationOutcome"]) {
      const { name, text } = await downloaded(button);
      assert.match(name, /^(report|operation-outcome)\.json$/);
      assert.doesNotMatch(text, /actve|1987-02-30|phq9-answer/);
      assert.match(text, /binding-required/);
    }
  });

  test("an empty page has nothing to share, and says so", async () => {
    await opened.view("Share");
    for (const name of ["Copy message", "Download message", "Copy as OperationOutcome", "Download report", "Make a link…"]) {
      await page.locator(".share-status").evaluate((element) => element.replaceChildren());
      await opened.button(name).click();
      await status("There is no message yet.");
    }
  });

  test("a link is made after a warning and a second press, by keyboard too, and holds the message", async () => {
    await example();
    await opened.button("Make a link…").focus();
    await page.keyboard.press("Enter");
    await page.getByText("The link holds the message itself, and with it all health data in it.").waitFor();
    assert.match(await page.locator(".share-warning").innerText(), /history/);
    // Enter once more does not confirm what was not read.
    await page.keyboard.press("Enter");
    assert.equal(await page.getByLabel("Link with the message").count(), 0);
    await opened.button("Cancel").click();
    assert.equal(await page.locator(".share-warning").count(), 0);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const link = await page.getByLabel("Link with the message").inputValue();
    assert.ok(link.startsWith(`${browser.origin}/#message=`));
    assert.equal(textOf(link), broken);
    await opened.button("Copy link").click();
    await status("The link is copied.");
    assert.equal(await copied(), link);
    // A link to what is no longer there would be a trap.
    await opened.paste(MINE);
    await status("The message has changed since the link was made.");
    assert.equal(await page.getByLabel("Link with the message").count(), 0);
  });

  test("a link opens the message, and leaves the address bar", async () => {
    await example();
    const link = await makeLink();
    await visit(link, { fresh: true });
    await said("This message came with the link");
    assert.equal(page.url(), `${browser.origin}/`);
    await opened.verdict("Not valid").waitFor();
    assert.equal(await opened.text(), broken);
    await opened.view("Share");
    assert.equal(await makeLink(), link);
  });

  test("a link in the page that is open replaces its text, which can be brought back", async () => {
    await opened.paste(MINE);
    await visit(linkOf(broken));
    await said("Your text is still in the undo history.");
    assert.equal(page.url(), `${browser.origin}/`);
    assert.equal(await opened.text(), broken);
    await opened.button("Bring it back").click();
    assert.equal(await opened.text(), MINE);
  });

  test("kept text gives way to a link's, and can be brought back", async () => {
    await opened.paste(MINE);
    await opened.button("More").click();
    await page.getByRole("switch").check();
    await page.waitForFunction(async () => (await indexedDB.databases()).length === 1);
    await page.waitForTimeout(600);
    await visit(linkOf(broken), { fresh: true });
    await said("Your text is still in the undo history.");
    await opened.button("Bring it back").click();
    assert.equal(await opened.text(), MINE);
  });

  test("a long link is said to be long, one that no browser opens is not made", async () => {
    const noise = (length) => JSON.stringify(Array.from({ length }, (_, at) => Math.sin(at).toString(36)));
    await opened.paste(noise(2000));
    await opened.view("Share");
    await makeLink();
    await page.getByText("Many mail and chat programs cut links of this length.").waitFor();
    await opened.paste(noise(250_000));
    await opened.button("Make a link…").click();
    await opened.button("Make the link").click();
    await status("which is more than browsers open");
    assert.equal(await page.getByLabel("Link with the message").count(), 0);
  });

  test("a fragment that holds no message is told of, and loses nothing", async () => {
    await opened.paste(MINE);
    const whole = deflateRawSync(broken).toString("base64url");
    for (const [what, fragment] of [
      ["nothing", ""],
      ["no base64url", "%3Cscript%3Ealert(1)%3C/script%3E"],
      ["no deflate", "AAAAAAAA"],
      ["cut", whole.slice(0, whole.length / 2)],
      ["more after it", `${whole}AAAA${whole}`],
      ["not UTF-8", deflateRawSync(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])).toString("base64url")],
      ["only white space", deflateRawSync(" \n").toString("base64url")],
      ["an odd length", "A"],
    ]) {
      await page.locator(".notice:not(.new-version)").evaluate((element) => element.replaceChildren());
      await visit(`${browser.origin}/#message=${fragment}`);
      await said("The link holds no message that can be read").catch(() => assert.fail(what));
      assert.equal(page.url(), `${browser.origin}/`, what);
    }
    assert.equal(await opened.text(), MINE);
  });

  test("a fragment that would unpack to gigabytes is not unpacked", async () => {
    await opened.paste(MINE);
    // A quarter of a megabyte of address, of which each byte stands for a thousand.
    const bomb = deflateRawSync(Buffer.alloc(200_000_000, " "), { level: 9 }).toString("base64url");
    await visit(`${browser.origin}/#message=${bomb}`);
    await page.locator(".notice:not(.new-version)", { hasText: "is larger than 32 MB" }).waitFor({ timeout: 30_000 });
    assert.equal(await opened.text(), MINE);
  });

  test("what a link brings is text, whatever it looks like", async () => {
    const hostile = '{"resourceType":"<img src=x onerror=document.title=1>\u202e</script>"}';
    await visit(linkOf(hostile), { fresh: true });
    await opened.verdict("Not valid").waitFor();
    assert.equal(await opened.text(), hostile);
    assert.equal(await page.locator("img[src=x]").count(), 0);
    assert.match(await page.title(), /(^| · )fhirpost$/);
  });

  test("another fragment is left alone", async () => {
    await visit(`${browser.origin}/#somewhere`);
    assert.equal(page.url(), `${browser.origin}/#somewhere`);
    assert.equal(await page.locator(".notice:not(.new-version)").innerText(), "");
  });

  test("at 360 px the view scrolls only downwards, and what it says is in sight", async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await example();
    await makeLink();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await opened.button("Copy message").click();
    await status("The message is copied.");
    const box = await page.locator(".share-status").boundingBox();
    assert.ok(box.y + box.height <= 700, `it is at ${box.y}`);
  });
});
