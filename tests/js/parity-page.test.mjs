// docs/parity.md says what is recorded of runs, and nothing else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { page } from "../../scripts/parity/page.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8").replaceAll("\r\n", "\n");
const record = JSON.parse(read("tests/parity/record.json"));

test("the page is that of the record", () => {
  assert.equal(read("docs/parity.md"), page(record, read("docs/choices.md")), "write it anew: node scripts/parity/page.mjs");
});

test("what is recorded of parts comes to what is recorded of all", () => {
  for (const [name, { usual, hl7 }] of Object.entries(record.sets)) {
    for (const { all, parts } of [usual, hl7]) {
      for (const [part, of] of Object.entries(parts)) {
        const sum = Object.values(of).reduce((sums, list) => sums.map((one, index) => one + list[index]), [0, 0, 0, 0, 0]);
        assert.deepEqual(sum, all, `${name} by ${part}`);
      }
    }
  }
});

test("another record makes another page", () => {
  const other = structuredClone(record);
  other.sets["r4-faults"].usual.all[0] += 1;
  assert.notEqual(page(other, ""), page(record, ""));
});
