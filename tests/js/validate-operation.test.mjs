// The operation $validate of the receiver: what it is given, and the OperationOutcome that comes back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createReceiver, Validator } from "fhirpost";
import { smallMessage } from "./small-message.mjs";
import { packageFiles, profile, tgz } from "./tgz.mjs";

const born = "https://example.org/StructureDefinition/born";
const differential = [{ id: "Patient.birthDate", path: "Patient.birthDate", min: 1 }];
const validator = new Validator({
  packages: tgz(packageFiles("example.born", "1.0.0", {}, { "a.json": profile("born", "Patient", differential) })),
});

async function validate(path, body, { options = {}, ...init } = {}) {
  const headers = { "Content-Type": "application/fhir+json" };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const receiver = createReceiver({ validator, ...options });
  const response = await receiver(new Request(`https://example.org/fhir/${path}`, { method: "POST", headers, body: text, ...init }));
  return { status: response.status, outcome: await response.json() };
}

const errors = ({ outcome }) =>
  outcome.issue
    .filter(({ severity }) => severity === "error")
    .map(({ extension = [], details, expression }) => [
      details.coding?.[0].code,
      expression?.[0],
      ...extension.map(({ valueInteger }) => valueInteger),
    ]);

const patient = { resourceType: "Patient", active: true };

test("a resource is validated as it is, with line and column", async () => {
  const text = '{ "resourceType": "Patient",\n  "gender": "femal" }';
  const answer = await validate("$validate", text);
  assert.deepEqual([answer.status, answer.outcome.resourceType], [200, "OperationOutcome"]);
  assert.deepEqual(errors(answer), [["binding-required", "Patient.gender", 2, 13]]);
  assert.deepEqual(
    answer.outcome.issue[0].extension.map(({ url }) => url),
    ["line", "col"].map((name) => `http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-${name}`),
  );
  assert.ok(!JSON.stringify(answer).includes("femal'"), "values are not quoted unless that is asked for");
  const right = await validate("Patient/$validate", patient);
  assert.deepEqual([right.status, right.outcome.issue[0].severity], [200, "information"]);
  assert.deepEqual(errors(await validate("$validate", smallMessage("m1", "b1"))), []);
});

test("a profile is asked for in the address, or in Parameters", async () => {
  const missing = [["element-missing", "Patient", 1, 1]];
  assert.deepEqual(errors(await validate("$validate", patient)), []);
  assert.deepEqual(errors(await validate(`Patient/$validate?profile=${encodeURIComponent(born)}`, patient)), missing);
  const parameters = (...more) => ({ resourceType: "Parameters", parameter: [...more, { name: "resource", resource: patient }] });
  const text = JSON.stringify(parameters({ name: "mode", valueCode: "create" }, { name: "profile", valueUri: born }));
  const column = text.indexOf('{"resourceType":"Patient"') + 1;
  assert.deepEqual(errors(await validate("Patient/$validate", text)), [["element-missing", "Patient", 1, column]]);
  const onLines = text.replace('{"resourceType":"Patient",', '\n\n {"resourceType":"Patient",\n "gender":"x",');
  assert.deepEqual(errors(await validate("$validate", onLines)), [
    ["element-missing", "Patient", 3, 2],
    ["binding-required", "Patient.gender", 4, 11],
  ]);
});

test("what is not asked for rightly is refused", async () => {
  for (const [path, body, status, said] of [
    ["$validate", "{", 400, /json-syntax/],
    ["Group/$validate", patient, 400, /of the type that the address names, Group/],
    ["$validate?mode=delete", patient, 400, /mode must be one of create, update, profile/],
    ["$validate", { resourceType: "Parameters" }, 400, /exactly one parameter named resource/],
    ["patient/$validate", patient, 200, undefined],
  ]) {
    const answer = await validate(path, body);
    assert.equal(answer.status, status, path);
    if (said !== undefined) assert.match(JSON.stringify(answer.outcome), said);
  }
  assert.equal((await validate("$validate", undefined, { method: "GET", body: undefined })).status, 405);
  assert.equal((await validate("$validate", patient, { options: { authorize: () => false } })).status, 401);
  // The base may end like a type.
  assert.equal(
    (await validate("Patient/$validate", { resourceType: "Group" }, { options: { base: "https://example.org/fhir/Patient" } })).status,
    200,
  );
});

test("a profile that is not known is an error, since nobody can say whether it is met", async () => {
  const unknown = "https://example.org/StructureDefinition/unknown";
  const parameters = {
    resourceType: "Parameters",
    parameter: [
      { name: "profile", valueUri: unknown },
      { name: "resource", resource: { ...patient, gender: "x" } },
    ],
  };
  for (const [path, body] of [
    [`Patient/$validate?profile=${encodeURIComponent(unknown)}`, { ...patient, gender: "x" }],
    ["$validate", parameters],
  ]) {
    const answer = await validate(path, body);
    assert.equal(answer.status, 422);
    assert.deepEqual(
      errors(answer)
        .map(([rule]) => rule)
        .sort(),
      ["binding-required", "profile-unknown"],
    );
  }
  // One that the resource claims is told, and no more.
  assert.equal((await validate("$validate", { ...patient, meta: { profile: [unknown] } })).status, 200);
  const lookup = () => ({ resources: { [unknown]: { ...profile("unknown", "Patient", differential), url: unknown } } });
  const found = await validate(`$validate?profile=${encodeURIComponent(unknown)}`, patient, { options: { lookup } });
  assert.deepEqual([found.status, errors(found)[0][0]], [200, "element-missing"]);
});

test("Parameters that make no sense are refused, each with what is wrong", async () => {
  const resource = { name: "resource", resource: patient };
  const list = (...parameter) => ({ resourceType: "Parameters", parameter });
  for (const [body, said] of [
    [{ resourceType: "Parameters", parameter: resource }, /exactly one parameter named resource/],
    [list(resource, resource), /exactly one parameter named resource/],
    [list({ name: "resource" }), /must hold a resource/],
    [list({ name: "resource", resource: null }), /must hold a resource/],
    [list({ name: "resource", resource: "Patient" }), /must hold a resource/],
    [list({ name: "resource", valueReference: { reference: "Patient/1" } }), /must hold a resource/],
    [list(resource, { name: "mode", valueCode: "delete" }), /mode must be one of/],
    [list(resource, { name: "mode", valueBoolean: true }), /mode must be one of/],
    [list(resource, { name: "mode", valueCode: "create" }, { name: "mode", valueCode: "update" }), /only once/],
    [list(resource, { name: "profile", valueReference: { reference: "a" } }), /profile must be a URL/],
    [list(resource, { name: "profile" }), /profile must be a URL/],
    ["[]", /must be a resource/],
    ["null", /must be a resource/],
    ['"Patient"', /must be a resource/],
    ["{}", /resource-type/],
  ]) {
    const answer = await validate("$validate", body);
    const text = JSON.stringify(answer.outcome);
    assert.match(text, said, JSON.stringify(body));
    assert.equal(answer.status, said.source === "resource-type" ? 200 : 400, JSON.stringify(body));
  }
  // A resource of an unknown type is validated, and so is one inside Parameters that is itself Parameters.
  assert.equal((await validate("$validate", list({ name: "resource", resource: { resourceType: "Parameters" } }))).status, 200);
});

test("the CapabilityStatement has it", async () => {
  const response = await createReceiver({ validator })(new Request("https://example.org/fhir/metadata"));
  const { rest } = await response.json();
  assert.deepEqual(
    rest[0].operation.map(({ name }) => name),
    ["process-message", "validate"],
  );
});
