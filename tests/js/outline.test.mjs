// What JavaScript gets of the outline: the core's, with offsets in the units of the input.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Validator, validateBundle } from "fhirpost";

const validator = new Validator();

const text = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const bundle = JSON.parse(text);

test("the example has its entries and references, and their offsets are those of the string", () => {
  const { issue, entries, references } = validator.outline(text);
  assert.equal(issue, undefined);
  assert.equal(entries.length, bundle.entry.length);
  for (const { index, fullUrl, resourceType, id, start, end, reach } of entries) {
    const { resource } = bundle.entry[index];
    assert.deepEqual([fullUrl, resourceType, id], [bundle.entry[index].fullUrl, resource.resourceType, resource.id]);
    assert.deepEqual(JSON.parse(text.slice(start, end)), bundle.entry[index]);
    assert.equal(reach, "ahead");
  }
  assert.deepEqual(
    entries.filter(({ header }) => header).map(({ index }) => index),
    [0],
  );
  assert.deepEqual(
    entries.filter(({ focus }) => focus).map(({ index }) => index),
    validator.route(text).focus.map(({ entry }) => entry),
  );
  for (const { resolves, to, reference, start, end } of references) {
    assert.equal(JSON.parse(text.slice(start, end)), reference);
    assert.equal(resolves, "entry");
    assert.ok(entries[to].fullUrl.endsWith(reference));
  }
  const { path, from, to } = references.find(({ focus }) => focus);
  assert.deepEqual({ path, from, to }, { path: "focus[0]", from: 0, to: 1 });
});

test("offsets count what the input counts, and an object has none", () => {
  const wide = text.replace('"resourceType": "Bundle"', '"x😀é": 1, "resourceType": "Bundle"').replaceAll("depression", "dépression😀");
  const asText = validator.outline(wide);
  const bytes = new TextEncoder().encode(wide);
  const asBytes = validator.outline(bytes);
  const asObject = validator.outline(JSON.parse(wide));
  const withMark = validator.outline(`\ufeff${wide}`);
  for (const list of ["entries", "references"]) {
    for (const [index, { start, end, ...rest }] of asText[list].entries()) {
      const inBytes = asBytes[list][index];
      const slice = new TextDecoder().decode(bytes.subarray(inBytes.start, inBytes.end));
      assert.equal(slice, wide.slice(start, end));
      assert.deepEqual(asObject[list][index], rest);
      assert.deepEqual([withMark[list][index].start, withMark[list][index].end], [start + 1, end + 1]);
    }
  }
});

test("what is wrong is shown as that", () => {
  const broken = text.replace("ServiceRequest/referral-2093", "ServiceRequest/gone");
  const { entries, references } = validator.outline(broken);
  const [dangling] = references.filter(({ resolves }) => resolves === "nowhere");
  assert.deepEqual(
    { from: dangling.from, to: dangling.to, path: dangling.path, reference: dangling.reference },
    { from: 0, to: undefined, path: "focus[0]", reference: "ServiceRequest/gone" },
  );
  const unreachable = entries.filter(({ reach }) => reach !== "ahead").map(({ index }) => index);
  const reported = validateBundle(broken).issues.filter(({ rule }) => rule === "msg-unreachable");
  assert.deepEqual(
    unreachable,
    reported.map(({ pointer }) => Number(pointer.split("/")[2])),
  );
  assert.ok(unreachable.length > 0);
});

test("whatever the text is, there is an outline", () => {
  for (const broken of ["", "{", "[".repeat(200), new Uint8Array([0xff]), '{"a": "\ud83d"}']) {
    const { issue, entries, references } = validator.outline(broken);
    assert.deepEqual(issue, validateBundle(broken).issues[0]);
    assert.deepEqual([entries, references], [[], []]);
  }
  for (const other of ["null", "[]", "42", "{}", {}, '{"resourceType":"Bundle"}', { resourceType: "Bundle", entry: {} }]) {
    assert.deepEqual(validator.outline(other), { entries: [], references: [] });
  }
  assert.equal(validator.outline(text, { maxDepth: 2 }).issue.rule, "json-syntax");
  assert.equal(validator.outline(text, { maxBytes: 10 }).issue.rule, "json-syntax");
});

test("a Bundle of another type is outlined as what it is, unless it must be a message", () => {
  const collection = { ...bundle, type: "collection" };
  assert.ok(validator.outline(collection).entries.every(({ reach }) => reach === undefined));
  assert.ok(validator.outline(collection, { as: "message" }).entries.every(({ reach }) => reach === "ahead"));
});

test("wrong arguments are named", () => {
  assert.throws(() => validator.outline(7), new TypeError("input must be a string, a Uint8Array or an object"));
  assert.throws(() => validator.outline(text, { as: 1 }), new TypeError("options.as must be one of auto, message, bundle, resource"));
  assert.throws(() => validator.outline(text, { showValues: true }), /options\.showValues is not an option/);
});
