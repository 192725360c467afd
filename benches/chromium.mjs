// fhirpost in Chromium: the same measurement in a page, with Chromium's own JSON.parse beside it.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { MESSAGES } from "./messages.mjs";

const ORIGIN = "http://bench.localhost";
const root = fileURLToPath(new URL("..", import.meta.url));
const args = "no-sandbox disable-gpu no-first-run disable-background-networking disable-component-update disable-sync"
  .split(" ")
  .map((name) => `--${name}`);

export class ChromiumPage {
  name = "fhirpost, string, in the browser";
  #browser;
  #page;
  #message;

  static async start(executablePath) {
    const started = new ChromiumPage();
    started.#browser = await chromium.launch({ executablePath, args });
    started.version = `Chromium ${started.#browser.version()}`;
    const page = await started.#browser.newPage();
    // The files come from the disk: nothing is served, and nothing is asked of the network.
    await page.route("**/*", (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/") return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>bench</title>" });
      return route.fulfill({ path: join(root, pathname) });
    });
    await page.goto(`${ORIGIN}/`);
    await page.evaluate(async () => {
      const { default: init, validateBundle } = await import("/pkg/web.js");
      const { sample } = await import("/benches/timing.mjs");
      await init();
      globalThis.bench = { validateBundle, sample, text: "" };
    });
    started.#page = page;
    return started;
  }

  async #hold({ name }) {
    if (this.#message === name) return;
    await this.#page.evaluate((text) => {
      globalThis.bench.text = text;
    }, MESSAGES.find((message) => message.name === name).write());
    this.#message = name;
  }

  async verdictOnMessage(message) {
    await this.#hold(message);
    return this.#page.evaluate(() => globalThis.bench.validateBundle(globalThis.bench.text).valid);
  }

  async sample(message, budget) {
    await this.#hold(message);
    return this.#page.evaluate((budget) => {
      const { sample, text, validateBundle } = globalThis.bench;
      return sample(() => validateBundle(text), text, budget);
    }, budget);
  }

  stop() {
    return this.#browser.close();
  }
}
