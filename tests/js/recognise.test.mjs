// What the page takes a text for: what is around it, what it is, and which resources are in it, as they are written.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundled } from "./bundled.mjs";
import { tgz } from "./tgz.mjs";

const { recognise } = await bundled(fileURLToPath(new URL("../../www/src/intake/recognise.ts", import.meta.url)));
const message = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const broken = readFileSync(new URL("../../www/examples/submit-service-request-broken.json", import.meta.url), "utf8");
/** Digits that JSON.parse would lose. */
const small = '{"resourceType":"Observation","valueQuantity":{"value":1.50}}';
const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

test("what is around a message is known, and the message comes out as it was", async () => {
  for (const [given, layers, text] of [
    [message, [], message],
    [broken, [], broken],
    [gzipSync(message), ["gzip"], message],
    [Buffer.from(message).toString("base64"), ["base64"], message],
    [Buffer.from(small).toString("base64url"), ["base64"], small],
    [`data:application/fhir+json;base64,${gzipSync(message).toString("base64")}`, ["base64", "gzip"], message],
    [JSON.stringify(JSON.stringify(message)), ["string", "string"], message],
    [JSON.stringify(message).slice(1, -1), ["string"], message.trim()],
    [`curl -sS -X POST 'https://a.example/$process-message' \\\n -H "Accept: a/b" \\\n --data-raw ${shell(message)}`, ["curl"], message],
    [`curl https://a.example -d ${JSON.stringify(small)}`, ["curl"], small],
    [`2026-11-20 10:15:00,123 INFO [main] in {"a":1} ${small} in 12 ms`, ["log"], small],
    [JSON.stringify({ level: "info", body: small }), ["log"], small],
    [`Hi,\n\nwhy [today] does it bounce?\n\n${message}\nThanks,\nLucia`, ["prose"], message.trim()],
    [`Look: ${small.replaceAll('"', "“")}`, ["log", "quotes"], small],
    [`{\u00a0"resourceType": "Basic",\u00a0"id": "a\u00a0b"}`, ["spaces"], '{ "resourceType": "Basic", "id": "a\u00a0b"}'],
  ]) {
    const found = await recognise(given);
    assert.deepEqual(found.layers, layers, String(given).slice(0, 80));
    assert.equal(found.text, text);
  }
});

test("what is broken is left for the check", async () => {
  for (const text of [
    message.replace("}", ""),
    message.slice(0, -5),
    message.replace("]", "]]"),
    message.replace(",\n", ",,\n"),
    "hello",
    "",
    "}{",
  ]) {
    const { layers, is } = await recognise(text);
    assert.deepEqual([layers, is.kind], [[], "unknown"]);
  }
  await assert.rejects(recognise(gzipSync(message).subarray(0, 100)));
  assert.equal((await recognise(Uint8Array.of(0xff, 0xfe, 0))).is.kind, "bytes");
});

test("each kind is named", async () => {
  const bundle = (type) => JSON.stringify({ resourceType: "Bundle", type });
  for (const [text, is] of [
    [message, { kind: "message" }],
    [bundle("transaction"), { kind: "bundle", type: "transaction" }],
    [small, { kind: "resource", type: "Observation" }],
    ['{"resourceType":"MessageDefinition"}', { kind: "definition", type: "MessageDefinition" }],
    [
      `{"resourceType":"Parameters","parameter":[{"name":"content","resource": ${small}}]}`,
      { kind: "parameters", inner: small, type: "Observation" },
    ],
    ['<?xml version="1.0"?>\n<!-- x -->\n<Bundle xmlns="http://hl7.org/fhir"/>', { kind: "xml", root: "Bundle" }],
    ["MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\rPID|1", { kind: "v2", event: "ADT^A01" }],
    [tgz({ "package/package.json": "{}" }), { kind: "package" }],
  ]) {
    assert.deepEqual((await recognise(text)).is, is);
  }
});

test("several resources are told apart, however they are put together", async () => {
  for (const text of [
    `${small}\n${small}\n`,
    `[${small}, ${small}]`,
    `${small}${small}`,
    `{\n"resourceType":"Basic"}\n\n${small}`,
    `2026-11-20 INFO ${small}\r\n2026-11-20 INFO ${small}`,
    `{"resourceType":"Parameters","parameter":[{"resource":${small}},{"resource":${small}}]}`,
  ]) {
    const { is, layers } = await recognise(text);
    assert.equal(is.kind, "batch", text);
    assert.deepEqual(layers, []);
    assert.equal(is.parts.length, 2);
    assert.equal(is.parts[1].text, small);
  }
});

test("another version is named by what only that has, and no slip is taken for one", async () => {
  const header = (more) => ({ resourceType: "Bundle", type: "message", entry: [{ resource: { resourceType: "MessageHeader", ...more } }] });
  for (const [resource, version] of [
    [header({ source: { endpointUrl: "https://a.example" } }), "R5"],
    [{ resourceType: "ServiceRequest", code: { concept: { text: "x" } } }, "R5"],
    [{ resourceType: "Patient", meta: { profile: ["http://hl7.org/fhir/5.0/StructureDefinition/Patient"] } }, "R5"],
    [{ resourceType: "SubscriptionTopic" }, "R4B"],
    [header({ event: { code: "x" }, timestamp: "2026-11-20" }), "STU3"],
    [{ resourceType: "ReferralRequest" }, "STU3"],
    [{ resourceType: "StructureDefinition", fhirVersion: "5.0.0" }, "R5"],
    [{ resourceType: "Condition", clinicalStatus: "active" }, undefined],
    [{ resourceType: "constructor" }, undefined],
    [JSON.parse(message), undefined],
    [JSON.parse(broken.replace(/"authordOn"/, '"authoredOn"')), undefined],
  ]) {
    assert.equal((await recognise(JSON.stringify(resource))).version, version);
  }
});

test("a long line is one, a short one or many are not", async () => {
  const minified = JSON.stringify(JSON.parse(message));
  assert.equal((await recognise(minified)).isLine, true);
  assert.equal((await recognise(message)).isLine, false);
  assert.equal((await recognise(small)).isLine, false);
});
