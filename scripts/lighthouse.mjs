// `npm run lighthouse`: Lighthouse's scores of the page as `npm start` serves it, for a telephone and for a desk. Fails below 95.
// Lighthouse is large, so it is installed here alone, into benches/lighthouse.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, buildPage } from "./build.mjs";
import { chromium, packagesOf } from "./setup.mjs";
import { fail, readOptions, root, say } from "./steps.mjs";

const LEAST = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices"];
/** Scores of performance vary with what else the machine does: the median of so many runs counts. */
const RUNS = 3;

readOptions("npm run lighthouse\nLighthouse's scores of the page; fails below 95.");
await build();
await buildPage();
const browser = chromium() ?? fail("Lighthouse needs a Chromium.");
const folder = "benches/lighthouse";
await packagesOf(folder, "Installing Lighthouse");

process.env.CHROMIUM = browser;
const { serve } = await import("../tests/browser/open-page.mjs");
const { child, origin } = await serve();
const scratch = mkdtempSync(join(tmpdir(), "fhirpost-"));
const low = [];
console.log(`\n| device | ${CATEGORIES.join(" | ")} | first paint | blocked |\n| --- | --: | --: | --: | --: | --: |`);
for (const device of ["mobile", "desktop"]) {
  const reports = Array.from({ length: RUNS }, () => report(device));
  const median = (figure) => reports.map(figure).sort((a, b) => a - b)[RUNS >> 1];
  const scores = CATEGORIES.map((name) => median(({ categories }) => Math.round(categories[name].score * 100)));
  const [paint, blocked] = ["first-contentful-paint", "total-blocking-time"].map((id) => median(({ audits }) => audits[id].numericValue));
  console.log(`| ${device} | ${scores.join(" | ")} | ${paint.toFixed(0)} ms | ${blocked.toFixed(0)} ms |`);
  CATEGORIES.forEach((name, at) => {
    if (scores[at] < LEAST) low.push(`${device}, ${name}: ${scores[at]}; ${losses(reports[0], name).join(", ")}`);
  });
}
child.kill();
rmSync(scratch, { recursive: true, force: true });
console.log();
if (low.length > 0) fail(`Below ${LEAST}:\n${low.join("\n")}`);
say(`No score is below ${LEAST}.`);

function report(device) {
  const path = join(scratch, "report.json");
  const flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update";
  const args = [
    `${origin}/`,
    "--quiet",
    "--output=json",
    `--output-path=${path}`,
    `--only-categories=${CATEGORIES}`,
    `--chrome-flags=${flags}`,
  ];
  if (device === "desktop") args.push("--preset=desktop");
  const { status, stderr } = spawnSync(join(root, folder, "node_modules/.bin/lighthouse"), args, {
    encoding: "utf8",
    env: { ...process.env, CHROME_PATH: browser },
  });
  if (status !== 0) fail(`Lighthouse could not run: ${stderr.trim().split("\n").at(-1)}`);
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The audits that cost points. */
function losses({ audits, categories }, name) {
  const costly = categories[name].auditRefs.filter(({ id, weight }) => weight > 0 && (audits[id].score ?? 1) < 0.9);
  return costly.map(({ id }) => `${id} ${audits[id].displayValue ?? ""}`.trim());
}
