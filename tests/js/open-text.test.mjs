// The texts that are open in the page: each has its own undo state, and is changed and checked out of sight, too.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { bundled } from "./bundled.mjs";

const asked = [];

/** Answers each check at once: one issue for each "x", the later ones first. */
class FakeWorker {
  #listeners = [];

  addEventListener(name, listener) {
    if (name === "message") this.#listeners.push(listener);
  }

  postMessage({ id, args: [text] }) {
    asked.push(text);
    const issues = [...text.matchAll(/x/g)].reverse().map(({ index }) => ({ rule: "r", severity: "error", message: "x", start: index }));
    setImmediate(() => {
      for (const listener of this.#listeners) listener({ data: { id, result: { report: { issues }, milliseconds: 1 } } });
    });
  }
}

let store;

beforeEach(async () => {
  store = await bundled(fileURLToPath(new URL("../../www/src/store.ts", import.meta.url)));
  // CodeMirror looks for a browser when it is loaded, and does without one.
  globalThis.document = { baseURI: "https://page.example.org/" };
  globalThis.Worker = FakeWorker;
});
afterEach(() => {
  for (const name of ["document", "Worker"]) delete globalThis[name];
});

test("a text has its own undo state, whichever is current", () => {
  const { current, currentText, openText, openTexts } = store;
  const first = current.value;
  first.replace("one");
  const second = openText();
  assert.deepEqual([openTexts.value.length, current.value === second, currentText.value], [2, true, ""]);
  second.replace("two");
  assert.equal(currentText.value, "two");
  first.edit([
    { start: 3, end: 3, text: "!" },
    { start: 0, end: 1, text: "O" },
  ]);
  assert.equal(first.text.value, "One!");
  first.undo();
  assert.deepEqual([first.text.value, first.canRedo.value, second.canRedo.value], ["one", true, false]);
  second.undo();
  assert.deepEqual([second.text.value, second.canUndo.value, first.text.value], ["", false, "one"]);
});

test("the check of the newest text is waited for, and its issues are in the order of the text", async () => {
  const text = store.openText();
  text.replace("x");
  text.replace("x x");
  const { text: of, report } = await text.whenChecked();
  assert.equal(of, "x x");
  assert.deepEqual(
    report.issues.map(({ start }) => start),
    [0, 2],
  );
  assert.equal(text.checked.value.text, "x x");
  assert.ok(!asked.includes("x"), "the older one is not checked any more");
});
