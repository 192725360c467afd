// How many presses a message with faults costs until it is valid: a press is one click or key, nothing is typed, and confirming counts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { pageForEachTest } from "./open-page.mjs";

const faulty = (name) => readFileSync(new URL(`faulty/${name}.json`, import.meta.url), "utf8");

let opened;
let page;

/** What is pressed next is what a person reads then: the offers of the text as it is now. */
let seen;
async function settled() {
  const handle = await page.waitForFunction((before) => {
    const now = document.querySelector(".issues")?.dataset.offered;
    return now !== before && now;
  }, seen);
  seen = await handle.jsonValue();
}

async function pressUntilValid(most) {
  let presses = 0;
  const press = async (button) => {
    await button.click();
    presses++;
  };
  seen = "0";
  await opened.verdict("Not valid").waitFor();
  await settled();
  await press(page.locator(".fix-all"));
  const dialog = page.getByRole("dialog", { name: "Fix all" });
  await press(dialog.getByRole("button", { name: /^Tick what is likely/ }));
  await press(dialog.getByRole("button", { name: /^Make \d+ change/ }));
  await dialog.waitFor({ state: "hidden" });
  const made = [];
  while (presses < most + 5) {
    await settled();
    if ((await page.locator(".verdict[data-tone=ok]").count()) > 0) break;
    const errors = page.locator('.issue-card[data-severity="error"]');
    const first = errors.locator(".fix").first();
    assert.ok((await first.count()) > 0, `nothing to press: ${(await errors.allInnerTexts()).join(" / ")}`);
    made.push(await first.innerText());
    await press(first);
  }
  assert.ok(presses <= most, `${presses} presses: ${made.join(" / ")}`);
  await opened.verdict("Valid").waitFor();
  return presses;
}

describe("presses", () => {
  pageForEachTest((given) => {
    opened = given;
    page = given.page;
  });

  test("a message with five faults is valid after at most four", async (t) => {
    await opened.paste(faulty("five"));
    t.diagnostic(`${await pressUntilValid(4)} presses`);
  });

  test("one with forty, after at most thirty", async (t) => {
    await opened.paste(faulty("forty"));
    t.diagnostic(`${await pressUntilValid(30)} presses`);
  });
});
