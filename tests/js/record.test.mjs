// How two records are compared: what differs is told by its kind, and words are not a verdict.
import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, pattern } from "../../scripts/record.mjs";

const ISSUE = {
  rule: "ref-unresolved",
  severity: "error",
  code: "not-found",
  pointer: "/a",
  expression: "Patient.a",
  line: 2,
  column: 3,
  start: 7,
  end: 9,
  suggestion: { value: "x", action: "replace", certain: true, edits: [[7, 9, "x"]] },
  text: "'b' is not found.",
};

const report = (...issues) => ({ valid: issues.length === 0, complete: true, truncated: false, issues });
const line = (issues, more = {}) => ({ input: "i", hash: "0", auto: report(...issues), ...more });
const kinds = (old, now) => differences(old, now).map(({ group, rule, what }) => `${group}: ${rule}: ${what}`);
const changed = (change) => kinds(line([ISSUE]), line([{ ...ISSUE, ...change }]));

test("the same makes no difference", () => {
  assert.deepEqual(changed({}), []);
  assert.deepEqual(kinds(line([ISSUE], { bundle: report(ISSUE) }), line([ISSUE])), []);
});

test("every part of a verdict is compared", () => {
  assert.deepEqual(changed({ severity: "warning" }), ["verdict: ref-unresolved: severity error → warning"]);
  assert.deepEqual(changed({ code: "value" }), ["verdict: ref-unresolved: code not-found → value"]);
  assert.deepEqual(changed({ rule: "ref-form" }), ["verdict: ref-unresolved: rule ref-unresolved → ref-form"]);
  for (const place of ["pointer", "line", "column", "start", "end"]) {
    assert.deepEqual(changed({ [place]: 50 }), [`verdict: ref-unresolved: place (${place}): a.b → a.b`]);
  }
  assert.deepEqual(changed({ causedBy: ["msg-id", "/id"] }), ["verdict: ref-unresolved: causedBy undefined → msg-id"]);
  for (const part of ["value", "edits", "certain", "action"]) {
    const [what, ...others] = changed({ suggestion: { ...ISSUE.suggestion, [part]: "remove" } });
    assert.match(what, new RegExp(`^verdict: ref-unresolved: suggestion \\(${part}\\): replace → `));
    assert.deepEqual(others, []);
  }
  assert.deepEqual(changed({ suggestion: undefined }), [
    "verdict: ref-unresolved: suggestion (value, action, certain, edits): replace → none",
  ]);
  assert.deepEqual(kinds(line([]), line([ISSUE])), [
    "verdict: report: valid true → false",
    "verdict: ref-unresolved: newly reported: error",
  ]);
});

test("words are told apart from verdicts, and orders from both", () => {
  assert.deepEqual(changed({ text: "'c' does not resolve." }), ["text: ref-unresolved: '…' is not found.\n   → '…' does not resolve."]);
  const other = { ...ISSUE, rule: "ref-form" };
  assert.deepEqual(kinds(line([ISSUE, other]), line([other, ISSUE])), ["order: report: the same issues in another order"]);
});

test("each way counts, and what is left out is as before", () => {
  const warning = { ...ISSUE, severity: "warning" };
  assert.deepEqual(kinds(line([ISSUE]), line([ISSUE], { message: report(warning) })).length, 1);
  assert.deepEqual(kinds(line([ISSUE], { bundle: report(warning) }), line([ISSUE], { bundle: report(warning) })), []);
  const hidden = kinds(line([ISSUE], { hidden: ["It is not found."] }), line([ISSUE], { hidden: ["It does not resolve."] }));
  assert.deepEqual(hidden, ["text: ref-unresolved: It is not found.\n   → It does not resolve."]);
  assert.equal(kinds(line([ISSUE], { hidden: [null] }), line([ISSUE], { hidden: [{ ...ISSUE, pointer: "" }] })).length, 1);
});

test("a fixed text, a panic, and whatever else is recorded", () => {
  const fixed = { hash: "1", edits: [], fixed: 1, applied: [], valid: true, left: [] };
  const name = "auto, fixed";
  assert.deepEqual(kinds(line([]), line([], { [name]: fixed })), ["verdict: fix: is fixed, and was not"]);
  assert.deepEqual(kinds(line([], { [name]: fixed }), line([], { [name]: { ...fixed, hash: "2" } })), ["verdict: fix: the fixed text"]);
  assert.deepEqual(kinds(line([]), { input: "i", hash: "0", panicked: true }), ["verdict: panic: it panics"]);
  assert.deepEqual(kinds(line([], { route: 1 }), line([], { route: 2 })), ["verdict: route: gives something else"]);
  assert.deepEqual(kinds({ gives: { error: "a is a c", position: 1 } }, { gives: { error: "a is not b", position: 1 } }), [
    "text: gives: a is a c\n   → a is not b",
  ]);
});

test("a pattern has no values", () => {
  assert.equal(pattern("'a' and 'b', 'c' of Patient.name[0].given: 12 ≥ 3, http://a.example/x?y."), "'…' and '…' of a.b: 0 ≥ 0, …:….");
});
