// A string reaches the core as ASCII, as Latin-1 or as UTF-8, whichever is fastest. Whatever it holds, the core validates that text, and counts in its units.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Validator } from "fhirpost";

const validator = new Validator();

const patient = (name) => `{"resourceType":"Patient","name":[{"family":${name}}],"gender":"femal"}`;
const validated = (text) => validator.validate(text, { showValues: true });

const TEXTS = {
  ASCII: "plain",
  "one character of Latin-1": "Müller",
  "Latin-1 alone, of every character": Array.from({ length: 128 }, (_, place) => String.fromCharCode(128 + place)).join(""),
  "beyond Latin-1": "O’Brien, Łukasz, 山田",
  "where Latin-1 would be the same low bytes": "\u0141\u01e9\u20ac",
  "surrogate pairs": "😀a😀b\u{10ffff}",
  everything: "aé’😀\u007f",
};

for (const [what, name] of Object.entries(TEXTS)) {
  test(`${what}: the text is validated as its bytes are`, () => {
    const text = patient(JSON.stringify(name));
    const [ofText, ...others] = validated(text).issues;
    const [ofBytes] = validated(Buffer.from(text)).issues;
    const { start, end, suggestion, ...said } = ofText;
    assert.equal(text.slice(start, end), '"femal"');
    const [edit] = suggestion.edits;
    assert.equal(JSON.parse(text.slice(0, edit.start) + edit.text + text.slice(edit.end)).gender, "female");
    const { start: first, end: last, suggestion: _, ...saidOfBytes } = ofBytes;
    assert.deepEqual(said, saidOfBytes);
    assert.equal(Buffer.from(text).subarray(first, last).toString(), '"femal"');
    assert.deepEqual(others, []);
  });

  test(`${what}: a value is quoted, and a text fixed, as it is`, () => {
    const quoted = validated(`{"resourceType":"Patient","gender":${JSON.stringify(name)}}`).issues.map(({ message }) => message);
    assert.ok(
      quoted.some((message) => message.includes([...name].slice(0, 80).join(""))),
      quoted.join(),
    );
    const { text } = validator.fix(patient(JSON.stringify(name)));
    assert.equal(JSON.parse(text).name[0].family, name);
  });
}

test("half a surrogate pair is an error at its place, wherever it is", () => {
  for (const name of ["a\ud800", "\udc00\ud800", "😀\ud83d", "ü\ude00😀"]) {
    const text = patient(`"${name}"`);
    const [issue] = validated(text).issues;
    assert.equal(issue.rule, "json-syntax");
    assert.equal(issue.severity, "fatal");
    assert.ok(/^[\ud800-\udfff]$/.test(text.slice(issue.start, issue.start + 1)), `${JSON.stringify(name)} at ${issue.start}`);
  }
});

test("no message can be read from RegExp afterwards", () => {
  validated(patient('"O’Brien, who is to stay secret"'));
  for (const name of ["input", "lastMatch", "leftContext", "rightContext"]) assert.equal(RegExp[name], "", name);
});

test("what is longer than may be read is refused by its beginning, and not copied first", () => {
  const options = { maxBytes: 1000 };
  const told = (input) => {
    const { valid, complete, issues } = validator.validate(input, options);
    assert.deepEqual([valid, complete, issues.length], [false, false, 1]);
    return issues[0];
  };
  for (const text of ["x".repeat(5000), "’".repeat(600), "😀".repeat(501), `${"x".repeat(1000)}😀`, `x${"😀".repeat(700)}`]) {
    const ofText = told(text);
    assert.equal(ofText.code, "too-costly", text.slice(0, 3));
    assert.deepEqual(told(validator.read(text)), ofText);
    const { line, column, message } = told(Buffer.from(text));
    assert.deepEqual([ofText.line, ofText.column, ofText.message], [line, column, message]);
  }
  assert.notEqual(validator.validate(`"${"x".repeat(998)}"`, options).issues[0].code, "too-costly");
  // 400 MB, of which a thousand bytes are looked at: neither the string nor its bytes become a second one.
  const long = "abcdefgh".repeat(50_000_000);
  const before = process.memoryUsage();
  told(long);
  told(validator.read(long));
  const { arrayBuffers, external } = process.memoryUsage();
  assert.ok(arrayBuffers - before.arrayBuffers + external - before.external < 50_000_000);
});

test("half surrogate pairs take no more memory than others", () => {
  const text = `{"resourceType":"Patient","name":[{"family":"${"\ud800a".repeat(500_000)}"}]}`;
  const before = process.memoryUsage().heapTotal;
  const [issue] = validator.validate(text).issues;
  assert.equal(issue.rule, "json-syntax");
  assert.equal(issue.start, text.indexOf("\ud800"));
  assert.ok(process.memoryUsage().heapTotal - before < 50_000_000);
});
