// How the command lays JSON out: only what is between the tokens changes, however long a text is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bundled } from "./bundled.mjs";

const { compact, indented } = await bundled(fileURLToPath(new URL("../../src/js/json-text.ts", import.meta.url)));

test("texts, numbers and names stay as they are written", () => {
  const text = '{ "a" :[ 1.00 , -0e5,\n{ } , [\t] ],"b\\"\\\\" : "} , \\" : [" , "c":null,"c":true }';
  assert.equal(compact(text), '{"a":[1.00,-0e5,{},[]],"b\\"\\\\":"} , \\" : [","c":null,"c":true}');
  assert.equal(indented('{"a":[1,{}],"b":""}'), '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": ""\n}');
  assert.equal(compact(indented(text)), compact(text));
});

test("a text of any length, and one that does not end", () => {
  for (const piece of ["a", '\\"', "\\\\", "\\n ", "\u{1f600}"]) {
    const text = `{"a":"${piece.repeat(2_000_000)}"}`;
    assert.ok(compact(text) === text, piece);
    // No JSON; but it comes to an end.
    assert.ok(compact(text.slice(0, -2)) === text.slice(0, -2), piece);
  }
});
