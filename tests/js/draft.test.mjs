// A draft says after each edit what a whole validation says, however the edits come and whatever becomes of the core.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Draft, Validator } from "../../pkg/node.js";
import { random } from "./random.mjs";

const MESSAGE = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const validator = new Validator();

test("a draft says of each text what a validation says of it", () => {
  const chance = random(7);
  const below = (most) => Math.floor(chance() * most);
  const typed = ["", "a", '"', ",", "}", "é😀", "\ud800", "\udc00", "{}", '"id":"x",'];
  const draft = validator.draft(MESSAGE);
  for (let step = 0; step < 300; step += 1) {
    const start = below(draft.text.length + 1);
    const end = Math.min(draft.text.length, start + below(3));
    const text = step % 7 === 6 ? draft.text.slice(0, below(20)) : typed[below(typed.length)];
    const edits = [{ start, end, text }];
    // Now and then as it was.
    const back = [{ start: 0, end: draft.text.length, text: MESSAGE }];
    const report = draft.edit(step % 5 === 4 ? back : edits);
    assert.deepEqual(report, validator.validate(draft.text), draft.text);
    assert.equal(draft.report, report);
  }
});

test("its options are those of a validation", () => {
  const options = { as: "message", showValues: false, maxBytes: 5_000_000, severities: { "msg-id": "off" } };
  const draft = validator.draft(MESSAGE, options);
  const at = MESSAGE.indexOf('"status"');
  draft.edit([{ start: at, end: at + 8, text: '"statsu"' }]);
  assert.deepEqual(draft.report, validator.validate(draft.text, options));
  assert.ok(draft.report.issues.some(({ rule }) => rule === "element-unknown"));
  // What is too long is not read, and is again when it is short enough.
  const short = validator.draft("{}", { maxBytes: 20 });
  short.edit([{ start: 1, end: 1, text: " ".repeat(30) }]);
  assert.deepEqual(short.report, validator.validate(short.text, { maxBytes: 20 }));
  short.edit([{ start: 1, end: 31, text: '"a":1' }]);
  assert.deepEqual(short.report, validator.validate('{"a":1}', { maxBytes: 20 }));
});

test("edits that cannot be made change nothing", () => {
  const draft = validator.draft("{}");
  for (const edit of [
    { start: 1, end: 0, text: "" },
    { start: 0, end: 3, text: "" },
  ])
    assert.throws(() => draft.edit([edit]), RangeError);
  assert.throws(() => draft.edit([{ start: 0 }]), TypeError);
  assert.throws(() => draft.edit("x"), TypeError);
  assert.throws(() => validator.draft({}), /text must be a string/);
  assert.throws(() => validator.draft("{}", { az: 1 }), TypeError);
  assert.equal(draft.text, "{}");
  assert.ok(draft instanceof Draft);
  draft.free();
  draft.free();
  assert.throws(() => draft.edit([]), /was freed/);
});

test("drafts that the core has put out are taken up again", () => {
  const drafts = Array.from({ length: 60 }, () => validator.draft(MESSAGE));
  const at = MESSAGE.indexOf('"status"');
  for (const draft of drafts) draft.edit([{ start: at, end: at + 8, text: '"statsu"' }]);
  for (const draft of drafts) assert.deepEqual(draft.report, validator.validate(draft.text));
});
