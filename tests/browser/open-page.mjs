// Serves the page as `npm start` does, and opens it in a real browser: what every browser test begins with.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, afterEach, before, beforeEach } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
// Without these, Chromium asks for updates and the like: nothing of that belongs into a test.
const args = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync"
  .split(" ")
  .map((name) => `--${name}`);

export const modifier = process.platform === "darwin" ? "Meta" : "Control";

/** A browser without any page. */
export const launch = (...more) => chromium.launch({ executablePath, args: [...args, ...more] });

/** Starts `scripts/serve.mjs` on a free port, with these options beside that. */
export function serve(...more) {
  const child = spawn(process.execPath, [fileURLToPath(new URL("../../scripts/serve.mjs", import.meta.url)), "--port", "0", ...more]);
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (text) => {
      const origin = /the page is at (http:\/\/127\.0\.0\.1:\d+)\//.exec(text)?.[1];
      if (origin) resolve({ child, origin });
    });
    child.stderr.on("data", (text) => reject(new Error(String(text))));
    child.on("exit", () => reject(new Error("the server ended")));
  });
}

/** A browser for a file of tests, and a server unless one is named; `open` gives each test a page of its own. */
export async function startBrowser(served) {
  const { child, origin } = served === undefined ? await serve() : { origin: served };
  const browser = await launch();
  return {
    origin,
    browser,
    stop: async () => {
      await browser.close();
      child?.kill();
    },
    /** `serviceWorkers` lets the page keep itself in the browser; elsewhere it would only fetch everything once more for each test.
     *  `prepare` is given the page before anything is in it; other options are those of Playwright's contexts. */
    open: async ({ serviceWorkers = "block", prepare = () => {}, ...options } = {}) => {
      const context = await browser.newContext({
        serviceWorkers,
        viewport: { width: 1280, height: 900 },
        permissions: ["clipboard-read", "clipboard-write"],
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const opened = new OpenedPage(page, origin);
      await prepare(page);
      await page.goto(`${origin}/`);
      // The page comes in parts after it has loaded; this is the last.
      await page.locator(".side").waitFor();
      return opened;
    },
  };
}

/**
 * For a `describe`: one browser, and in it a page for each test, which `begin` is given with the browser before the test; `end` is waited
 * for after it. Whose tests have servers of their own says `elsewhere`.
 */
export function pageForEachTest(begin, { end = () => {}, elsewhere = false } = {}) {
  let browser;
  let opened;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.stop());
  beforeEach(async () => {
    opened = await browser.open();
    await begin(opened, browser);
  });
  afterEach(async () => {
    await end();
    await opened.close();
    if (!elsewhere) assert.deepEqual(opened.elsewhere, [], "nothing goes to a third party");
  });
}

/** The page as a person sees it: its parts by what they are called. */
class OpenedPage {
  /** What the browser complained about: errors, refused loads, violations of the content security policy. */
  complaints = [];

  constructor(page, origin) {
    this.page = page;
    page.on("console", (message) => {
      // The browser reports every answer that is not 2xx; that is not a complaint about the page.
      const isStatus = message.text().startsWith("Failed to load resource: the server responded");
      const isBlocked = message.text() === "Service Worker registration blocked by Playwright";
      if (["error", "warning"].includes(message.type()) && !isStatus && !isBlocked) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(origin)) this.elsewhere.push(request.url());
    });
  }

  /** Requests to other places than the server of the page. */
  elsewhere = [];

  async close() {
    await this.page.context().close();
    assert.deepEqual(this.complaints, [], "the browser complained");
  }

  /** Replaces the text of the editor as a person would: select all, paste. */
  async paste(text) {
    await this.page.locator(".cm-content").click();
    await this.page.keyboard.press(`${modifier}+A`);
    await this.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await this.page.keyboard.press(`${modifier}+V`);
  }

  /** What is selected in the editor, which lives in a shadow root. */
  selected() {
    return this.page.evaluate(() => document.querySelector(".editor").shadowRoot.getSelection().toString());
  }

  /** Waits until this is selected. */
  async untilSelected(text) {
    await this.page.waitForFunction((wanted) => document.querySelector(".editor").shadowRoot.getSelection().toString() === wanted, text);
  }

  verdict(name) {
    return this.page.locator("section.check strong", { hasText: new RegExp(`^${name}$`) });
  }

  get rows() {
    return this.page.locator("ol button.issue");
  }

  get errors() {
    return this.page.locator("ol button.issue-error");
  }

  /** What a row says. A new row is laid out (`content-visibility: auto`) in the frame after it appears; until then it has no text. */
  async rowText(row) {
    const laidOut = await this.page.waitForFunction((element) => element.innerText, await row.elementHandle());
    return laidOut.jsonValue();
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Takes an example from the gallery. */
  async example(title) {
    await this.button("Examples").click();
    await this.page.getByRole("dialog", { name: "Examples" }).getByRole("button", { name: title, exact: true }).click();
  }

  /** The text of the editor, which shows only a part of a long one. */
  async text() {
    await this.page.locator(".cm-content").click();
    await this.page.keyboard.press(`${modifier}+A`);
    await this.page.keyboard.press(`${modifier}+C`);
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Opens one of the views beside the message. */
  async view(name) {
    const tab = this.page.getByRole("tab", { name });
    await tab.click();
    await this.page
      .locator(`#${await tab.getAttribute("aria-controls")} > *`)
      .first()
      .waitFor();
  }

  /** Opens the view of sending and presses its button. */
  async send() {
    await this.view("Send");
    await this.button("Send").click();
  }

  get answer() {
    return this.page.locator("section.send .answers");
  }
}
