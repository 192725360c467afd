// `node scripts/icons.mjs`: draws the icons of the installed page from www/public/icon.svg. They are committed; run it when that changes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium as browsers } from "playwright-core";
import { chromium } from "./setup.mjs";
import { fail, root } from "./steps.mjs";

const folder = join(root, "www/public");
const svg = readFileSync(join(folder, "icon.svg"), "utf8");
// A system cuts its own shape out of a maskable icon: the ground goes to every edge, and what matters stays in the middle four fifths.
const maskable = svg.replace('viewBox="0 0 32 32"', 'viewBox="-5 -5 42 42"').replace(/<rect .*\/>/, (rect) => {
  const [, fill] = /fill="([^"]+)"/.exec(rect);
  return `<rect x="-5" y="-5" width="42" height="42" fill="${fill}" />`;
});

const executablePath = chromium() ?? fail("The icons need a Chromium to draw them.");
const browser = await browsers.launch({ executablePath, args: ["--no-sandbox"] });
for (const [name, drawing, size] of [
  ["icon-192", svg, 192],
  ["icon-512", svg, 512],
  ["icon-maskable-512", maskable, 512],
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw }</style>${drawing}`);
  await page.screenshot({ path: join(folder, `${name}.png`), omitBackground: true });
  await page.close();
}
await browser.close();
