// Nobody is kept out of the page: axe-core finds nothing on any view, the keyboard gets everywhere, and motion stops where it is unwanted.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./open-page.mjs";
import { leave, VIEWS } from "./views.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 360, height: 740 } };

let browser;

/**
 * Entries in the picture and the tree are called by a sentence: type, place, id, what refers to what. All that they show is in it, but the rule
 * wants it there word for word and in one piece, with the tooltip, and takes what is beside each other for one word.
 */
const isSentence = (id, html) => id === "label-content-name-mismatch" && /^<(g|li role="treeitem") /.test(html);

/** What axe-core finds, by rule and place. */
async function violations(page) {
  // Evaluated from outside: the page's own content security policy lets no such script in.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes
      .filter(({ html }) => !isSentence(id, html))
      .map(({ target, failureSummary, html }) => `${id} (${help}) at ${target}: ${failureSummary} ${html.slice(0, 200)}`),
  );
}

describe("accessibility", () => {
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.stop());

  for (const colorScheme of ["light", "dark"]) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      test(`axe-core finds nothing on any view: ${colorScheme}, ${size}`, async (t) => {
        const opened = await browser.open({ colorScheme, viewport, reducedMotion: "reduce" });
        for (const [name, go] of Object.entries(VIEWS)) {
          await t.test(name, async () => {
            await go(opened);
            assert.deepEqual(await violations(opened.page), []);
            assert.ok(await opened.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is cut off sideways");
          });
          await leave(opened);
        }
        await opened.close();
      });
    }
  }

  test("nothing has to be scrolled sideways at 320 pixels, as wide as a page is at 400 % (WCAG 1.4.10)", async () => {
    const opened = await browser.open({ viewport: { width: 320, height: 640 }, reducedMotion: "reduce" });
    for (const [name, go] of Object.entries(VIEWS)) {
      await go(opened);
      assert.ok(await opened.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
      await leave(opened);
    }
    await opened.close();
  });

  test("axe-core finds nothing on the empty page, nor while one searches", async () => {
    const opened = await browser.open();
    assert.deepEqual(await violations(opened.page), []);
    await opened.page.locator(".cm-content").click();
    await opened.page.keyboard.press("Control+F");
    await opened.page.locator(".cm-search").waitFor();
    assert.deepEqual(await violations(opened.page), []);
    await opened.close();
  });

  test("the keyboard gets everywhere, and always shows where it is", async () => {
    const opened = await browser.open();
    const { page } = opened;
    await VIEWS.issues(opened);
    const seen = new Map();
    const now = () =>
      page.evaluate(() => {
        let at = document.activeElement;
        const host = at;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        if (at === null || at === document.body) return undefined;
        at.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length + 1000 * (host === at ? 0 : 1));
        // The editor has its outline around its whole.
        const isOutlined = [at, host].some(
          (one) => parseFloat(getComputedStyle(one).outlineWidth) >= 1 && getComputedStyle(one).outlineStyle !== "none",
        );
        const { width, height } = at.getBoundingClientRect();
        return {
          stop: at.dataset.stop,
          name: `${at.tagName} ${at.getAttribute("aria-label") ?? at.textContent.slice(0, 30)}`,
          isOutlined,
          size: Math.min(width, height),
        };
      });
    for (let presses = 0; presses < 100; presses++) {
      await page.keyboard.press("Tab");
      const at = await now();
      // From the last it goes out of the page, and in again at the first.
      if (at === undefined) continue;
      if (seen.has(at.stop)) break;
      seen.set(at.stop, at);
    }
    const stops = [...seen.values()];
    assert.deepEqual(
      stops.filter(({ isOutlined }) => !isOutlined).map(({ name }) => name),
      [],
      "the focus is seen",
    );
    assert.deepEqual(
      stops.filter(({ size }) => size < 20).map(({ name, size }) => `${name}: ${size}`),
      [],
      "and is at something that one can hit",
    );
    for (const wanted of [/^DIV Message, as JSON/, /^BUTTON Issues/, /^BUTTON Error/])
      assert.ok(
        stops.some(({ name }) => wanted.test(name)),
        `${wanted} is reached: ${stops.map(({ name }) => name).join(", ")}`,
      );
    // Backwards, too: nothing is a trap.
    const backwards = new Set();
    for (let presses = 0; presses < 100 && backwards.size < stops.length; presses++) {
      await page.keyboard.press("Shift+Tab");
      const at = await now();
      if (at !== undefined) backwards.add(at.stop);
    }
    assert.deepEqual([...backwards].sort(), [...seen.keys()].sort());
    await opened.close();
  });

  test("every view is reached and left by keyboard alone", async () => {
    const opened = await browser.open();
    const { page } = opened;
    await page.getByRole("tab", { selected: true }).focus();
    const names = await page.getByRole("tab").allInnerTexts();
    for (const name of [...names.slice(1), names[0]]) {
      await page.keyboard.press("ArrowRight");
      await page.getByRole("tab", { selected: true, name: name.trim() }).waitFor();
      assert.equal(await page.getByRole("tabpanel").count(), 1);
    }
    await opened.close();
  });

  test("landmarks, headings and live counts", async () => {
    const opened = await browser.open();
    const { page } = opened;
    for (const role of ["banner", "main"]) assert.equal(await page.getByRole(role).count(), 1, role);
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
    for (const name of ["Message", "Check"]) assert.equal(await page.getByRole("region", { name, exact: true }).count(), 1, name);
    await opened.paste("{");
    await page
      .getByRole("status")
      .filter({ hasText: /^Check: 1 (fatal )?error/ })
      .waitFor();
    await opened.close();
  });

  test("where motion is unwanted, nothing moves", async () => {
    const opened = await browser.open({ reducedMotion: "reduce" });
    await VIEWS.issues(opened);
    const moving = await opened.page.evaluate(() => {
      const all = [...document.querySelectorAll("*"), ...document.querySelector(".editor").shadowRoot.querySelectorAll("*")];
      const moves = (one) =>
        getComputedStyle(one)
          .transitionDuration.split(", ")
          .some((time) => parseFloat(time) > 0.01);
      // The cursor of the editor blinks, as every cursor does.
      const running = document.getAnimations().map(({ animationName }) => animationName);
      return [...all.filter(moves).map((one) => one.outerHTML.slice(0, 80)), ...running.filter((name) => !/^cm-blink/.test(name))];
    });
    assert.deepEqual(moving, []);
    await opened.close();
  });

  test("with colours forced by the system, what is chosen and what has the focus can still be told", async () => {
    const opened = await browser.open({ forcedColors: "active" });
    const { page } = opened;
    await VIEWS.issues(opened);
    await opened.errors.first().click();
    const tab = page.getByRole("tab", { selected: true });
    const [chosen, other] = await Promise.all(
      [tab, page.getByRole("tab", { selected: false }).first()].map((one) =>
        one.evaluate((element) => {
          const { borderBottomColor, borderBottomWidth, backgroundColor, color, outlineStyle } = getComputedStyle(element);
          return [borderBottomColor, borderBottomWidth, backgroundColor, color, outlineStyle].join();
        }),
      ),
    );
    assert.notEqual(chosen, other);
    assert.deepEqual(await violations(page), []);
    await opened.close();
  });
});
