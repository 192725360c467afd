// Format and Minify of the page: whatever the text is, only what is between its tokens changes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createScanner } from "jsonc-parser";
import { bundled } from "./bundled.mjs";
import { random } from "./random.mjs";

const { MOST_LEVELS, sameToken, shapeJson } = await bundled(fileURLToPath(new URL("../../www/src/write/json-text.ts", import.meta.url)));
const example = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const SHAPES = ["format", "minify"];
const EOF = 17;

function tokens(text) {
  const scanner = createScanner(text, true);
  const found = [];
  while (scanner.scan() !== EOF) found.push(text.substr(scanner.getTokenOffset(), scanner.getTokenLength()));
  return found;
}

test("digits, escapes, the order of keys and keys that occur twice are kept", () => {
  const text = '{"b":1.0,"a":1.00e-0010,\t"b":-0,\n"c":"\\u00e9\\/ é","d":123456789012345678901234567890,"e":[],"f":{ }}';
  const formatted = [
    "{",
    '  "b": 1.0,',
    '  "a": 1.00e-0010,',
    '  "b": -0,',
    '  "c": "\\u00e9\\/ é",',
    '  "d": 123456789012345678901234567890,',
    '  "e": [],',
    '  "f": {}',
    "}",
  ].join("\n");
  assert.equal(shapeJson(text, "format").text, formatted);
  assert.equal(shapeJson(formatted, "minify").text, text.replace(/[\t\n]|(?<=\{) (?=\})/g, ""));
});

test("an example is formatted already, and is the same again after Minify and Format", () => {
  const { text } = shapeJson(example, "minify");
  assert.ok(!/\n/.test(text));
  assert.equal(`${shapeJson(text, "format").text}\n`, example);
});

test("what is not JSON stays, and its line is named", () => {
  for (const [text, badLine] of [
    ['{"a":\n1,}', 2],
    ['{"a":"open\n"b":2}', 1],
    ["{\n\nfoo bar\n}", 3],
    ["[1 2]", 1],
    ["{} {}", 1],
    ["// why\n{}", 1],
    ["{", 1],
  ]) {
    for (const shape of SHAPES) {
      const shaped = shapeJson(text, shape);
      assert.equal(shaped.badLine, badLine, `${shape} ${text}`);
      assert.deepEqual(tokens(shaped.text), tokens(text), `${shape} ${text}`);
    }
  }
});

test("of any text, the tokens stay as they are", () => {
  const next = random(20_261_128);
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    "\r\n",
    "\t",
    '"a"',
    '"',
    '"\\"',
    "\\",
    "1",
    "-",
    "1.50",
    "tru",
    "true",
    "null",
    "//",
    "/*",
    "*/",
    "é",
    "\u00a0",
    "\u2028",
    "\ufeff",
    "\u0001",
  ];
  for (let round = 0; round < 20_000; round++) {
    let text = "";
    for (let length = next() * 14; length > 0; length--) text += pieces[Math.floor(next() * pieces.length)];
    for (const shape of SHAPES) {
      const { text: shaped, badLine } = shapeJson(text, shape);
      assert.deepEqual(tokens(shaped), tokens(text), `${shape} ${JSON.stringify(text)}`);
      assert.equal(shaped.replace(/\s/g, ""), text.replace(/\s/g, ""));
      if (badLine === undefined) assert.equal(shapeJson(shaped, shape).text, shaped, `twice, ${shape} ${JSON.stringify(text)}`);
    }
  }
});

test("a text that is nested too deeply is left alone, in little time", () => {
  const nested = (levels) => "[".repeat(levels) + "]".repeat(levels);
  assert.deepEqual(shapeJson(nested(2_000_000), "format"), {});
  assert.deepEqual(shapeJson(nested(MOST_LEVELS + 1), "minify"), {});
  assert.equal(shapeJson(nested(MOST_LEVELS), "minify").text, nested(MOST_LEVELS));
});

test("the cursor stays beside its token", () => {
  const before = '{ "a" : [ 1,\n 2 ] }';
  const { text } = shapeJson(before, "format");
  for (const [index, character] of [...before].entries()) {
    if (/\s/.test(character)) continue;
    assert.equal(text.slice(0, sameToken(before, index + 1, text)).at(-1), character);
  }
  assert.equal(sameToken(before, 0, text), 0);
  assert.equal(sameToken(before, before.length, text), text.length);
});
