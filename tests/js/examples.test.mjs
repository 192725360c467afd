// The messages of the page's gallery: the valid ones are clean, and the broken ones have exactly the faults that the gallery names.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Messaging, validateBundle } from "fhirpost";
import { PATIENT_LINK } from "./patient-link.mjs";

const folder = new URL("../../www/examples/", import.meta.url);

/** The rules of what is more than a note, in the order of their names. */
const FAULTS = {
  "submit-service-request.json": [],
  "submit-service-request-broken.json": [
    "binding-required",
    "element-unknown",
    "msg-focus-unresolved",
    "msg-unreachable",
    "primitive-value",
  ],
  "update-service-request.json": [],
  "update-service-request-broken.json": [
    "bundle-fullurl-missing",
    "element-type",
    "msg-header-first",
    "msg-unreachable",
    "primitive-value",
    "ref-unresolved",
    "ref-unresolved",
  ],
  "answer.json": [],
  "answer-broken.json": [
    "binding-required",
    "element-missing",
    "element-unknown",
    "msg-focus-unresolved",
    "msg-unreachable",
    "primitive-value",
  ],
  // HL7's event is none of those that are built in, and a message of it gets this warning whatever it says.
  "patient-link.json": ["msg-event-unknown"],
  "patient-link-broken.json": [
    "binding-required",
    "bundle-fullurl-id",
    "choice-single",
    "element-array",
    "json-duplicate-key",
    "msg-event-unknown",
    "msg-unreachable",
    "ref-unresolved",
  ],
};

const read = (name) => readFileSync(new URL(name, folder), "utf8");

test("every example is looked at here", () => {
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(FAULTS).sort());
});

for (const [name, rules] of Object.entries(FAULTS)) {
  test(`${name}: ${rules.join(", ") || "nothing to mend"}`, () => {
    const { issues, valid } = validateBundle(read(name), { message: true });
    const found = issues.filter(({ severity }) => severity !== "information").map(({ rule }) => rule);
    assert.deepEqual(found.sort(), rules);
    assert.equal(valid, !name.includes("broken"));
  });
}

test("where HL7's event is known, its message is clean", () => {
  const messaging = new Messaging({ definitions: PATIENT_LINK });
  assert.deepEqual(messaging.problems, []);
  assert.deepEqual(messaging.validateBundle(read("patient-link.json")).issues, []);
});
