// Packages made to hurt: through the wasm, too, each ends in an issue, and the validator works as before.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Validator } from "fhirpost";
import { packageFiles, profile, tgz } from "./tgz.mjs";

/** What is said of a package. */
const said = (bytes) => {
  const validator = new Validator({ packages: bytes });
  assert.equal(validator.validate({ resourceType: "Patient", gender: "x" }).valid, false);
  return validator.issues.map(({ kind, message }) => `${kind}: ${message}`);
};

const resources = (files) => tgz(packageFiles("example.hostile", "1.0.0", {}, files));
const valueSet = (id, compose) => ({ resourceType: "ValueSet", url: `https://example.org/${id}`, status: "active", compose });

test("archives that are too much, or are not whole, are refused", () => {
  const whole = resources({ "ValueSet-a.json": valueSet("a", {}) });
  const head = emptyFile();
  for (const [bytes, expected] of [
    [gzipSync(Buffer.alloc(64 * 1024 * 1024)), /^unreadable: becomes more than 200 times as long when it is unpacked/],
    [Buffer.concat(Array.from({ length: 100_001 }, () => head)), /^unreadable: has more than 100000 entries/],
    [whole.subarray(0, -20), /^unreadable: ends in the middle/],
    [absurd(), /^unreadable: has a file of more than 67108864 bytes/],
    [tgz(packageFiles("n".repeat(1_000_000), "1.0.0")), /^unreadable: has a package\.json that has a name of more than 250 bytes/],
  ]) {
    const [first, ...others] = said(bytes);
    assert.match(first, expected);
    assert.deepEqual(others, []);
  }
});

test("definitions that go in circles, or too deep, are an issue each", () => {
  const deep = `{"resourceType":"ValueSet","url":"https://example.org/deep","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  const base = (id, of) => ({ ...profile(id, "Patient"), baseDefinition: `https://example.org/StructureDefinition/${of}` });
  const including = (id, other) => valueSet(id, { include: [{ valueSet: [`https://example.org/${other}`] }] });
  const all = said(
    resources({
      "a-deep.json": deep,
      "b-one.json": base("one", "two"),
      "b-two.json": base("two", "one"),
      "c-one.json": including("c1", "c2"),
      "c-two.json": including("c2", "c1"),
    }),
  );
  for (const expected of [/^unreadable: .*[Nn]ested deeper/, /^invalid: is derived from itself/, /^invalid: .*includes itself/]) {
    assert.ok(
      all.some((one) => expected.test(one)),
      `${expected}: ${all.join("\n")}`,
    );
  }
});

test("filters that would backtrack, and sets included without end, end", () => {
  const concept = Array.from({ length: 5000 }, (_, at) => ({ code: `${"a".repeat(at % 100)}${at}` }));
  const system = { resourceType: "CodeSystem", url: "https://example.org/cs", status: "active", content: "complete", concept };
  const filter = (value) => ({ system: system.url, filter: [{ property: "code", op: "regex", value }] });
  const all = said(
    resources({
      "a.json": system,
      "b.json": valueSet("b", { include: [filter("(a+)+x")] }),
      "c.json": valueSet("c", { include: Array(30_000).fill(filter("(a|aa)*b")) }),
    }),
  );
  assert.deepEqual(all, ["not-supported: cannot be listed offline, its codes are not compared: there are too many codes to list"]);
});

/** The head of an empty file. */
function emptyFile() {
  const head = Buffer.alloc(512);
  head.write("package/a.json");
  head.write("0", 124);
  return summed(head);
}

/** An archive that claims to hold a file of 4 GiB. */
function absurd() {
  const head = Buffer.alloc(512);
  head.write("package/a.json");
  head.write((2 ** 32).toString(8), 124);
  return Buffer.concat([summed(head), Buffer.alloc(1024)]);
}

function summed(head) {
  head.fill(" ", 148, 156);
  head.write("0", 156);
  const sum = head.reduce((sum, byte) => sum + byte, 0);
  head.write(sum.toString(8).padStart(6, "0"), 148);
  return head;
}
