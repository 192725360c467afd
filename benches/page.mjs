// How long the page takes: from its address to the first verdict, and for each key while one types.
//
//   node benches/page.mjs [--loads 9] [--keys 20] [--only "90 kB"]
//
// It takes the page as the last build left it, as `npm start` serves it, in the Chromium of the browser tests. What a key costs is read from
// the browser's own trace: all that its main thread does from one key down to the next, in which the check's verdict is shown, too. Processor
// time counts: on a busy machine the clock also counts what others do.
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { modifier, startBrowser } from "../tests/browser/open-page.mjs";
import { indented, MESSAGES, message, spoilObservations } from "./messages.mjs";
import { median } from "./timing.mjs";

const { values } = parseArgs({
  options: { loads: { type: "string", default: "9" }, keys: { type: "string", default: "20" }, only: { type: "string" } },
});

const named = (name) => MESSAGES.find((one) => one.name === name).write();
/** `pause`: between two keys, so long that the verdict on one is there before the next, in milliseconds. */
const TYPED = [
  { name: "5 kB", text: named("5 kB"), near: "vital-1", pause: 300 },
  { name: "90 kB", text: named("90 kB"), near: "vital-50", pause: 400 },
  { name: "1,000 issues", text: indented(spoilObservations(message(200))), near: "vital-100", pause: 800 },
  { name: "50,000 lines", text: indented(message(1190)), near: "vital-600", pause: 1500 },
  { name: "5 MB, indented", text: indented(message(5200)), near: "vital-2600", pause: 3000 },
  { name: "5 MB, one line", text: named("5 MB"), near: "vital-5000", pause: 3000 },
];

const browser = await startBrowser();
const loads = await firstVerdicts(named("5 kB"), Number(values.loads));
console.log(`From the address to the first verdict on a message of 5 kB, median of ${values.loads}, in ms:\n`);
console.log("| nothing kept | files kept by HTTP | kept by the service worker |\n| --: | --: | --: |");
console.log(`| ${loads.map((times) => median(times).toFixed(0)).join(" | ")} |\n`);

console.log(`Processor time of the main thread for one key, of ${values.keys}, and for pasting the message, in ms:\n`);
console.log(
  "| message | lines | key: median | 95 % | most | median by the clock | longest task | paste: longest task | verdict, by the clock |",
);
console.log("| --- | --: | --: | --: | --: | --: | --: | --: | --: |");
for (const typed of TYPED) {
  if (values.only !== undefined && values.only !== typed.name) continue;
  const { keys, paste, verdict } = await type(typed);
  const of = (name) => keys.map((key) => key[name]).sort((a, b) => a - b);
  const work = of("work");
  const nearlyAll = work[Math.ceil(work.length * 0.95) - 1];
  const cells = [median(work), nearlyAll, work.at(-1), median(of("clock")), of("longest").at(-1), paste, verdict];
  const lines = typed.text.split("\n").length.toLocaleString("en");
  console.log(`| ${typed.name} | ${lines} | ${cells.map((cell) => cell.toFixed(cell < 10 ? 1 : 0)).join(" | ")} |`);
}
await browser.stop();

/** Runs in the page: pastes as soon as there is an editor, and notes when the verdict is painted. */
function pasteAtOnce(text) {
  let pasted = false;
  const look = new MutationObserver(() => {
    const content = document.querySelector(".editor")?.shadowRoot?.querySelector(".cm-content");
    if (content && !pasted) {
      pasted = true;
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }
    if (document.querySelector(".verdict[data-tone=ok]")) {
      look.disconnect();
      requestAnimationFrame(() => {
        globalThis.verdictAt = performance.now();
      });
    }
  });
  look.observe(document, { childList: true, subtree: true, attributes: true });
}

/** Times of a first visit, of one with what HTTP keeps, and of one with the service worker. */
async function firstVerdicts(text, count) {
  const times = [[], [], []];
  const prepare = (page) => page.addInitScript(pasteAtOnce, text);
  const verdictAt = async ({ page }) => (await page.waitForFunction(() => globalThis.verdictAt)).jsonValue();
  for (let at = 0; at < count; at++) {
    const opened = await browser.open({ prepare });
    times[0].push(await verdictAt(opened));
    await opened.page.reload();
    times[1].push(await verdictAt(opened));
    await opened.page.context().close();
    const kept = await browser.open({ prepare, serviceWorkers: "allow" });
    await kept.page.evaluate(async () => (await navigator.serviceWorker.ready).active.state);
    await kept.page.reload();
    times[2].push(await verdictAt(kept));
    await kept.page.context().close();
  }
  return times;
}

async function type({ text, near, pause }) {
  const opened = await browser.open();
  const { page } = opened;
  page.setDefaultTimeout(120_000);
  const started = performance.now();
  let verdict;
  const paste = await traced(page, async () => {
    await opened.paste(text);
    await page.locator(".verdict[data-tone=ok], .verdict[data-tone=error]").waitFor();
    verdict = performance.now() - started;
    await setTimeout(2 * pause);
  });
  await goInto(page, near);
  await setTimeout(2 * pause);
  const typing = await traced(page, async () => {
    for (let key = 0; key < Number(values.keys); key++) {
      await page.keyboard.press("abcdefghij"[key % 10]);
      await setTimeout(pause);
    }
  });
  await page.context().close();
  return { keys: perKey(typing), paste: longestOf(tasks(paste)), verdict };
}

/** Puts the cursor into the unit of an Observation in the middle: what is typed there changes no verdict. */
async function goInto(page, near) {
  await page.keyboard.press(`${modifier}+F`);
  const field = page.locator(".cm-search [name=search]");
  for (const words of [`"${near}"`, '"unit": "', '"unit":"']) {
    await field.fill(words);
    await field.press("Enter");
  }
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowRight");
}

async function traced(page, task) {
  await browser.browser.startTracing(page, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"] });
  await task();
  return JSON.parse(String(await browser.browser.stopTracing())).traceEvents;
}

/** What the page's main thread did: its own, since only there are keys and pastes dispatched. */
function tasks(events) {
  const { pid, tid } = events.find(({ name, args }) => name === "EventDispatch" && /^(keydown|paste)$/.test(args.data?.type));
  return events.filter((event) => event.name === "RunTask" && event.pid === pid && event.tid === tid && event.dur > 0);
}

function longestOf(all) {
  return Math.max(...all.map(({ tdur = 0 }) => tdur / 1000));
}

function perKey(events) {
  const all = tasks(events);
  const downs = events.filter(({ name, args }) => name === "EventDispatch" && args.data?.type === "keydown").map(({ ts }) => ts);
  return downs.map((from, at) => {
    const to = downs[at + 1] ?? Number.POSITIVE_INFINITY;
    // The task that the key came with began a little before it.
    const own = all.filter(({ ts, dur }) => ts + dur > from && ts + dur <= to);
    const sum = (name) => own.reduce((total, task) => total + (task[name] ?? 0) / 1000, 0);
    return { work: sum("tdur"), clock: sum("dur"), longest: longestOf(own) };
  });
}
