// One reader of base URLs: what the receiver and the command take literally, and what the page reads as the address bar would.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bundled } from "./bundled.mjs";

const module = (name) => bundled(fileURLToPath(new URL(`../../${name}.ts`, import.meta.url)));
const { readBaseUrl } = await module("src/js/web-addresses");
const { readTypedBase } = await module("www/src/typed-values");

const faults = {
  malformed: ["", "clinic.example.org/fhir", "ftp://clinic.example.org", "https://", "https:clinic.example.org\\fhir"],
  credentials: ["https://user:secret@clinic.example.org/fhir", "https://user@clinic.example.org?query"],
  query: ["https://clinic.example.org/fhir?query", "https://clinic.example.org/fhir#part"],
};

test("a base URL has no password, query or fragment", () => {
  for (const [fault, texts] of Object.entries(faults)) for (const text of texts) assert.deepEqual(readBaseUrl(text), { fault }, text);
  for (const text of ["https://clinic.example.org/fhir?", "https://clinic.example.org/fhir#"]) {
    assert.deepEqual(readBaseUrl(text), { fault: "query" }, text);
  }
  assert.deepEqual(readBaseUrl("https://clinic.example.org/a b"), { fault: "malformed" });
  assert.equal(readBaseUrl("http://[::1]:8080/fhir/").url.href, "http://[::1]:8080/fhir/");
});

test("what is typed is read more kindly", () => {
  for (const [fault, texts] of Object.entries(faults)) {
    for (const text of texts.filter((text) => !text.includes("\\"))) assert.deepEqual(readTypedBase(text), { fault }, text);
  }
  for (const [typed, base] of [
    [" https://clinic.example.org/fhir/ ", "https://clinic.example.org/fhir"],
    ["https://clinic.example.org/fhir/$process-message", "https://clinic.example.org/fhir"],
    ["https://clinic.example.org/%24process-message/", "https://clinic.example.org"],
    ["https:clinic.example.org\\fhir", "https://clinic.example.org/fhir"],
    ["https://clinic.example.org/fhir?", "https://clinic.example.org/fhir"],
    ["HTTPS://Clinic.example.org/a b", "https://clinic.example.org/a%20b"],
  ]) {
    assert.deepEqual(readTypedBase(typed), { base }, typed);
  }
});
