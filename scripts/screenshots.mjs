// `npm run screenshots`: pictures of every view, light and dark, wide and narrow, into docs/screenshots/.
//   npm run screenshots -- [view …]
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PNG } from "pngjs";
import { build, buildPage } from "./build.mjs";
import { chromium } from "./setup.mjs";
import { fail, root, say } from "./steps.mjs";

/** Of all pictures together, in bytes: they are committed. */
const MOST = 2_000_000;
const SIZES = { wide: { width: 1200, height: 700 }, narrow: { width: 360, height: 640 } };

await build();
await buildPage();
process.env.CHROMIUM = chromium() ?? fail("The screenshots need a Chromium.");
const { startBrowser } = await import("../tests/browser/open-page.mjs");
const { VIEWS } = await import("../tests/browser/views.mjs");

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in VIEWS));
if (unknown.length > 0) fail(`There is no view “${unknown[0]}”: there are ${Object.keys(VIEWS).join(", ")}.`);
const names = asked.length > 0 ? asked : Object.keys(VIEWS);

const folder = join(root, "docs/screenshots");
mkdirSync(folder, { recursive: true });
const browser = await startBrowser();
const missing = [];
let bytes = 0;
for (const name of names) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const path = join(folder, `${name}-${colorScheme}-${size}.png`);
      rmSync(path, { force: true });
      const opened = await browser.open({ colorScheme, viewport, reducedMotion: "reduce" });
      try {
        await VIEWS[name](opened);
        await take(opened.page, path, size);
        bytes += statSync(path).size;
      } catch (error) {
        missing.push(`${name}, ${colorScheme}, ${size}: ${error.message.split("\n")[0]}`);
      }
      await opened.page.context().close();
    }
  }
}
await browser.stop();
say(`${names.length} views, ${(bytes / 1000).toFixed(0)} kB, in docs/screenshots/`);
if (missing.length > 0) fail(`These could not be taken:\n${missing.join("\n")}`);
if (bytes > MOST) fail(`The pictures have ${bytes} bytes, and may have ${MOST}.`);

async function take(page, path, size) {
  // What the pointer happens to be on looks different, and toasts and the like come to rest.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  const isInFront = (await page.locator("dialog[open]").count()) > 0;
  // On a narrow screen the views are below the message: they are what the picture is of.
  const answer = page.locator(".answers > *").first();
  if (await answer.isVisible()) await answer.evaluate((one) => one.scrollIntoView());
  else if (size === "narrow" && !isInFront) await page.locator(".views").evaluate((views) => views.scrollIntoView());
  const picture = PNG.sync.read(await page.screenshot());
  fewerColours(picture.data);
  // Without filters, which are for photographs, a picture of text is a fifth smaller.
  writeFileSync(path, PNG.sync.write(picture, { filterType: 0, deflateLevel: 9, deflateStrategy: 0, colorType: 2 }));
}

/** Smooth edges of letters have thousands of colours: each becomes the nearest of the 96 that are there most. No eye sees it, and files are halved. */
function fewerColours(data) {
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = data.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 96);
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const distance = (a, b) => parts(a).reduce((sum, part, at) => sum + (part - parts(b)[at]) ** 2, 0);
  const nearest = new Map(frequent.map(([colour]) => [colour, colour]));
  for (const colour of counts.keys()) {
    if (nearest.has(colour)) continue;
    const [best] = frequent.reduce((best, [other]) => (distance(colour, other) < distance(colour, best[0]) ? [other] : best));
    nearest.set(colour, best);
  }
  for (let at = 0; at < data.length; at += 4) data.writeUIntBE(nearest.get(data.readUIntBE(at, 3)), at, 3);
}
