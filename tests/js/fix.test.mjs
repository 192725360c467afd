// Fixing: the edits of suggestions, all of them together, and `fhirpost check --fix`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { applyEdits, editsFor, Validator, validateBundle } from "fhirpost";
import { command } from "./command.mjs";

const validator = new Validator();

const faulty = `{
  "resourceType": "Patient",
  "name": { "family": "Chālmers😀" },
  "gendr": "Male",
  "birthDate": "1980-2-9",
  "active": "true",
  "photo": []
}
`;
const repaired = `{
  "resourceType": "Patient",
  "name": [{ "family": "Chālmers😀" }],
  "gender": "male",
  "birthDate": "1980-02-09",
  "active": true
}
`;

test("each suggestion fixes its issue, in strings as in bytes", () => {
  const { issues } = validator.validate(faulty);
  assert.deepEqual(
    issues.map(({ rule, suggestion }) => [rule, suggestion?.action]),
    [
      ["element-array", "wrap"],
      ["element-unknown", undefined],
      ["primitive-value", "replace"],
      ["element-type", "replace"],
      ["element-empty", "remove"],
    ],
    "the gender is not a code that it may be: the name alone is not certain",
  );
  const bytes = Buffer.from(faulty);
  const inBytes = validator.validate(bytes).issues;
  for (const [index, issue] of issues.entries()) {
    if (issue.suggestion?.edits === undefined) continue;
    const text = applyEdits(faulty, issue.suggestion.edits);
    assert.ok(!validator.validate(text).issues.some(({ rule }) => rule === issue.rule), issue.rule);
    const parts = [];
    let at = 0;
    for (const edit of inBytes[index].suggestion.edits) {
      parts.push(bytes.subarray(at, edit.start), Buffer.from(edit.text));
      at = edit.end;
    }
    assert.equal(Buffer.concat([...parts, bytes.subarray(at)]).toString(), text);
  }
});

test("an object has no text to edit, and without values edits hold none", () => {
  for (const { suggestion } of validator.validate(JSON.parse(faulty)).issues) assert.equal(suggestion?.edits, undefined);
  const hidden = validator.validate(faulty, { showValues: false }).issues;
  assert.deepEqual(
    hidden.map(({ suggestion }) => suggestion?.action),
    ["wrap", undefined, undefined, undefined, "remove"],
  );
  assert.doesNotMatch(JSON.stringify(hidden), /1980|Chālmers|Male|gendr/);
});

test("applyEdits takes the edits of that text only", () => {
  assert.equal(applyEdits("abc", []), "abc");
  assert.equal(
    applyEdits("abc", [
      { start: 0, end: 1, text: "x" },
      { start: 3, end: 3, text: "!" },
    ]),
    "xbc!",
  );
  for (const edits of [
    [{ start: 2, end: 4, text: "" }],
    [{ start: 2, end: 1, text: "" }],
    [
      { start: 1, end: 2, text: "" },
      { start: 0, end: 1, text: "" },
    ],
  ]) {
    assert.throws(() => applyEdits("abc", edits), RangeError);
  }
  for (const edit of [{ start: Number.NaN, end: 1, text: "" }, { start: 0.5, end: 1, text: "" }, { start: 0, end: 1 }, null]) {
    assert.throws(() => applyEdits("abc", [edit]), TypeError);
  }
  assert.deepEqual(applyEdits(new TextEncoder().encode("aé"), [{ start: 1, end: 3, text: "ö" }]), new TextEncoder().encode("aö"));
  assert.throws(() => applyEdits(new Uint8Array(1), [{ start: 0, end: 2, text: "" }]), RangeError);
  for (const wrong of [{}, [97], new Uint16Array(1), null]) assert.throws(() => applyEdits(wrong, []), TypeError);
});

test("fix fixes all, and says what", () => {
  const text = faulty.replace("Male", "male");
  const fixed = validator.fix(text);
  assert.equal(fixed.text, repaired);
  assert.equal(fixed.report.valid, true);
  assert.deepEqual(fixed.report, validator.validate(repaired));
  assert.deepEqual(
    fixed.applied.map(({ rule, line, column }) => `${rule} ${line}:${column}`),
    ["element-array 3:11", "element-unknown 4:3", "primitive-value 5:16", "element-type 6:13", "element-empty 7:12"],
  );
  for (const { start, end, line, suggestion } of fixed.applied) {
    assert.equal(text.slice(0, start).split("\n").length, line);
    assert.ok(end > start && suggestion.action !== undefined && suggestion.edits === undefined);
  }
  const again = validator.fix(fixed.text);
  assert.deepEqual(again.applied, []);
  assert.equal(again.text, fixed.text);
  assert.equal(new Validator().fix(validator.read(text)).text, repaired);
});

test("fix keeps byte order marks and line ends, and gives bytes for bytes", () => {
  const windows = (text) => `\ufeff${text.replaceAll("\n", "\r\n")}`;
  const text = windows(faulty.replace("Male", "male"));
  assert.equal(validator.fix(text).text, windows(repaired));
  const fixed = validator.fix(Buffer.from(text));
  assert.ok(fixed.text instanceof Uint8Array);
  assert.equal(Buffer.from(fixed.text).toString(), windows(repaired));
  const right = Buffer.from(repaired);
  assert.equal(validator.fix(right).text, right, "what is right is given back as it is");
  const broken = Buffer.from([0x7b, 0xff]);
  assert.equal(validator.fix(broken).text, broken);
  const half = '{"resourceType":"Patient","id":"\ud800"}';
  assert.equal(validator.fix(half).text, half);
});

test("fix fixes what is not JSON, and goes on", () => {
  const fixed = validator.fix("{'resourceType': 'Patient', // who\n gender: 'femal', \"active\": True,}");
  assert.equal(fixed.text, '{"resourceType": "Patient",\n "gender": "female", "active": true}');
  assert.equal(fixed.report.valid, true);
  assert.equal(fixed.applied.filter(({ rule }) => rule === "json-syntax").length, 7);
});

test("values may be hidden, and are repaired all the same", () => {
  const fixed = validator.fix(faulty.replace("Male", "male"), { showValues: false });
  assert.equal(fixed.text, repaired);
  assert.doesNotMatch(JSON.stringify([fixed.applied, fixed.report]), /1980|Chālmers|gendr/);
});

test("fix: a rule that is off fixes nothing, and arguments of the wrong kind are named", () => {
  const off = validator.fix(faulty, { severities: { "element-empty": "off" } });
  assert.match(off.text, /"photo": \[\]/);
  assert.throws(() => validator.fix({}), /^TypeError: input must be a string or a Uint8Array$/);
  assert.throws(() => validator.fix(1), TypeError);
  assert.throws(() => validator.fix("{}", { severity: 1 }), /severity is not an option/);
});

test("ids that are made of a text are the same for the same text", () => {
  const text = '{"resourceType":"Bundle","type":"message","entry":[]}';
  const id = (given) => JSON.parse(validator.fix(given).text).id;
  assert.match(id(text), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(id(text), id(text));
  assert.notEqual(id(text), id(` ${text}`));
});

test("the edits of fix make the fixed text of the one that was given", () => {
  const examples = new URL("../../www/examples/", import.meta.url);
  const texts = readdirSync(examples).map((name) => readFileSync(new URL(name, examples), "utf8"));
  const slips = (text, step) =>
    [...text].map((letter, at) => (at % step === 7 && /[a-z]/.test(letter) ? letter.toUpperCase() : letter)).join("");
  const broken = texts.flatMap((text, at) => [
    text,
    text.replaceAll('",\n', '"\n').replaceAll("Avery", "é😀 Avery"),
    text.replaceAll('"', "'").replaceAll("Avery", "😀"),
    slips(text, 97 + at).replaceAll("Avery", "é😀"),
    text.replace(/"(id|fullUrl)": "[^"]*",/g, (found, _, at) => (at % 3 === 0 ? "" : found)),
  ]);
  let edited = 0;
  for (const text of [faulty, "", "\ud800", "\ufeff{'a':1,}", '{"a":"\ud800\ty"}', ...broken]) {
    for (const as of ["auto", "message"]) {
      const fixed = validator.fix(text, { as });
      assert.equal(applyEdits(text, fixed.edits), fixed.text);
      assert.ok(fixed.edits.every(({ start, end }, at) => start <= end && start >= (fixed.edits[at - 1]?.end ?? 0)));
      assert.equal(fixed.edits.length > 0, fixed.text !== text);
      assert.equal(validator.fix(fixed.text, { as }).text, fixed.text, "a second time there is nothing to do");
      const bytes = new TextEncoder().encode(text);
      const fixedBytes = validator.fix(bytes, { as });
      assert.deepEqual(applyEdits(bytes, fixedBytes.edits), fixedBytes.text);
      if (text.isWellFormed()) assert.equal(new TextDecoder("utf-8", { ignoreBOM: true }).decode(fixedBytes.text), fixed.text);
      edited += fixed.edits.length;
    }
  }
  assert.ok(edited > 100);
});

test("no message is made of a transaction, unless that one fix is asked for", () => {
  const text = JSON.stringify({
    resourceType: "Bundle",
    type: "transaction",
    entry: [
      {
        fullUrl: "https://a.example/Patient/1",
        request: { method: "PUT", url: "Patient/1" },
        resource: { resourceType: "Patient", id: "1" },
      },
    ],
  });
  for (const as of ["auto", "message"]) assert.equal(validator.fix(text, { as }).text, text);
  assert.ok(validateBundle(text).issues.every(({ suggestion }) => suggestion?.edits === undefined));
  const offered = validateBundle(text, { as: "message" }).issues.filter(({ suggestion }) => suggestion?.edits);
  assert.ok(offered.every(({ suggestion }) => suggestion.certain === false));
  const type = offered.find(({ rule }) => rule === "msg-type");
  assert.equal(JSON.parse(applyEdits(text, type.suggestion.edits)).type, "message", "it was asked for");
  assert.ok(
    validateBundle(faulty).issues.every(({ suggestion }) => !("certain" in (suggestion ?? {}))),
    "what is certain says nothing of it",
  );
});

test("any number of slips is fixed in one call, and the list has an end", () => {
  const text = `{"resourceType":"Patient","name":[${'{"family":"x",},'.repeat(20_000)}@]}`;
  const first = validator.fix(text);
  assert.deepEqual([first.fixed, first.applied.length, first.report.counts.fatal], [20_000, 10_000, 1]);
  assert.equal(validator.fix(first.text).fixed, 0);
  assert.equal(validator.fix(text, { maxIssues: 5 }).applied.length, 5);
  const signs = validator.fix(`{"resourceType":"Patient","name":[{"text":"${"\n".repeat(200_000)}"}]}`);
  assert.deepEqual([signs.fixed, signs.edits.length, signs.report.valid], [1, 1, true]);
});

const folder = mkdtempSync(join(tmpdir(), "fhirpost-fix-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function check(args, input) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "check", ...args], { cwd: folder, input, encoding: "utf8" });
  return { status, stdout, stderr, lines: stdout.split("\n").slice(0, -1) };
}
const write = (name, text) => writeFileSync(join(folder, name), text);
const read = (name) => readFileSync(join(folder, name), "utf8");

test("check --fix writes files anew, and says what was fixed and what is left", () => {
  write("a.json", faulty);
  const { status, lines, stderr } = check(["--fix", "a.json"]);
  assert.deepEqual([status, stderr], [1, ""]);
  assert.match(lines[0], /^a\.json:3:11 fixed element-array: Patient\.name may repeat/);
  assert.match(lines.at(-2), /^a\.json:4:3 error element-unknown: Patient has no element '…'\. Suggested: gender$/);
  assert.match(lines.at(-1), /^1 text: 0 valid, 1 not; 1 error, 0 warnings, 0 information; 4 fixed; /);
  assert.equal(read("a.json"), repaired.replace('"gender": "male"', '"gendr": "Male"'));
  assert.deepEqual(readdirSync(folder), ["a.json"]);
  assert.equal(check(["a.json"]).status, 1);
  rmSync(join(folder, "a.json"));
});

test("check --fix keeps the permissions, and a link leads where it led", { skip: process.platform === "win32" }, () => {
  write("b.json", faulty.replace("Male", "male"));
  chmodSync(join(folder, "b.json"), 0o640);
  symlinkSync("b.json", join(folder, "link.json"));
  assert.equal(check(["--fix", "link.json"]).status, 0);
  assert.equal(read("b.json"), repaired);
  assert.equal(statSync(join(folder, "b.json")).mode & 0o777, 0o640);
  const { mtimeMs, ino } = statSync(join(folder, "b.json"));
  assert.equal(check(["--fix", "b.json"]).status, 0);
  assert.deepEqual(
    [statSync(join(folder, "b.json")).mtimeMs, statSync(join(folder, "b.json")).ino],
    [mtimeMs, ino],
    "what is right is not written",
  );
});

test("check --fix --dry-run writes nothing", () => {
  write("c.json", faulty);
  const { status, lines } = check(["--fix", "--dry-run", "c.json"]);
  assert.equal(status, 1);
  assert.match(lines[0], /^c\.json:3:11 would fix element-array: /);
  assert.match(lines.at(-1), /; 4 could be fixed; /);
  assert.equal(read("c.json"), faulty);
  assert.match(check(["--dry-run", "c.json"]).stderr, /^fhirpost: --dry-run belongs to --fix\n/);
});

test("check --fix as a filter: stdin goes to stdout, issues to stderr", () => {
  const { status, stdout, stderr } = check(["--fix"], faulty.replace("Male", "male"));
  assert.equal(status, 0);
  assert.equal(stdout, repaired);
  assert.match(stderr, /^stdin:3:11 fixed element-array: /);
  assert.equal(check(["--fix", "--quiet", "-"], repaired).stdout, repaired);
});

test("check --fix: each line of an NDJSON file by itself", () => {
  const line = '{"resourceType":"Patient","gender":"femal"}';
  write("many.ndjson", `${line}\r\n\n{"resourceType":"Patient"}\n   \n${line}`);
  const { status, lines } = check(["--fix", "many.ndjson"]);
  assert.equal(status, 0);
  assert.equal(
    read("many.ndjson"),
    `${line.replace("femal", "female")}\r\n\n{"resourceType":"Patient"}\n   \n${line.replace("femal", "female")}`,
  );
  assert.match(lines[1], /^many\.ndjson:5:36 fixed binding-required: /);
});

test("check --fix: json has what was fixed beside the report", () => {
  write("d.json", faulty);
  const [first] = check(["--fix", "--format", "json", "d.json"]).lines.map((line) => JSON.parse(line));
  assert.deepEqual(Object.keys(first), ["file", "applied", "report"]);
  assert.equal(first.applied.length, 4);
});

test("in pages the smaller entry validates the same, and fixes nothing", async () => {
  const small = await import("../../pkg/validate.js");
  small.initSync({ module: readFileSync(new URL("../../pkg/validate_bg.wasm", import.meta.url)) });
  const without = ({ suggestion, ...issue }) => issue;
  const examples = new URL("../../www/examples/", import.meta.url);
  const texts = [faulty, ...readdirSync(examples).map((name) => readFileSync(new URL(name, examples), "utf8")), "{ 'a': 1 }"];
  let edits = 0;
  for (const text of texts) {
    const [whole, validated] = [validateBundle(text), small.validateBundle(text)];
    assert.deepEqual({ ...validated, issues: validated.issues.map(without) }, { ...whole, issues: whole.issues.map(without) });
    assert.ok(validated.issues.every(({ suggestion }) => suggestion === undefined || (suggestion.value && !suggestion.edits)));
    edits += whole.issues.filter(({ suggestion }) => suggestion?.edits).length;
  }
  assert.ok(edits > 5, "the whole fixes");
});

test("of a few values that are allowed, each can be chosen", () => {
  const text = '{ "resourceType": "Patient", "text": { "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">é</div>" }, "gender": "x" }';
  const { issues } = validator.validate(text);
  const [missing, gender] = ["element-missing", "binding-required"].map((rule) => issues.find((issue) => issue.rule === rule)?.suggestion);
  assert.deepEqual(gender, {
    action: "replace",
    edits: gender.edits,
    certain: false,
    choices: ["female", "male", "other", "unknown"],
  });
  const chosen = applyEdits(text, [...editsFor(missing, "empty"), ...editsFor(gender, "other")]);
  assert.equal(JSON.parse(chosen).gender, "other");
  assert.equal(JSON.parse(chosen).text.status, "empty");
  assert.deepEqual(editsFor(gender, "female"), gender.edits);
  assert.equal(missing.value, "generated");
  assert.throws(() => editsFor(gender, "xyzzy"), TypeError);
  assert.equal(validator.fix(text).text, text, "nothing of it is certain");
});
