// The form of the page: what its values become is a valid message, and what is wrong with a value is said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Validator } from "fhirpost";
import { bundled } from "./bundled.mjs";
import { PATIENT_LINK } from "./patient-link.mjs";

const validator = new Validator();

const module = (name) => bundled(fileURLToPath(new URL(`../../www/src/${name}.ts`, import.meta.url)));
const { fieldProblem, shownFields } = await module("write/compose/fields");
const { choice, demandInWords, ends, eventOf, referral, sample } = await module("write/compose/composition");
const { partsProblem, readParts } = await module("typed-values");

const INITIAL = {
  serviceSystem: "http://snomed.info/sct",
  intent: "order",
  authoredOn: "2026-11-01",
  reasonSystem: "http://snomed.info/sct",
};
const problems = (kind, values) =>
  Object.fromEntries(
    shownFields(kind, values)
      .map((field) => [field.name, fieldProblem(field, values)])
      .filter(([, problem]) => problem !== undefined),
  );
const faults = ({ issues }) => issues.filter(({ severity }) => severity !== "information");

function composed(kind, values) {
  const known = validator
    .events()
    .map(choice)
    .find((one) => one.kind === kind);
  return validator.compose(
    eventOf(known, values),
    referral(values, () => crypto.randomUUID()),
  );
}

test("every event that is built in has the form of a referral", () => {
  assert.deepEqual(
    validator
      .events()
      .map(choice)
      .map(({ kind }) => kind)
      .sort(),
    ["submit", "update"],
  );
});

// Everything that may be left out, alone and together.
const OPTIONAL = [
  ["given", "requesterGiven", "sourceName", "destinationName"],
  ["gender", "priority"],
  ["identifier", "identifierSystem"],
  ["npi"],
  ["serviceCode"],
  ["authoredOn"],
  ["reasonText"],
  ["reasonCode"],
  ["payer"],
  ["memberId"],
];

for (const kind of ["submit", "update"]) {
  test(`${kind}: with and without each of the ${OPTIONAL.length} optional parts, the message is valid`, () => {
    let made = 0;
    for (let round = 0; round < 2 ** OPTIONAL.length; round++) {
      const values = { ...INITIAL, ...sample(kind) };
      for (const [at, names] of OPTIONAL.entries()) if ((round >> at) & 1) for (const name of names) delete values[name];
      // A member id belongs to a payer: the form says so, and composes nothing.
      if (values.memberId && !values.payer) {
        assert.deepEqual(Object.keys(problems(kind, values)), ["payer"]);
        continue;
      }
      assert.deepEqual(problems(kind, values), {});
      const { report } = composed(kind, values);
      assert.equal(report.valid, true);
      assert.deepEqual(faults(report), [], JSON.stringify(values));
      made += 1;
    }
    assert.equal(made, (2 ** OPTIONAL.length * 3) / 4);
  });
}

test("every choice of a field makes a valid message", () => {
  for (const field of shownFields("submit", {}).filter(({ kind }) => kind === "choice")) {
    for (const [value] of field.choices) {
      const values = { ...INITIAL, ...sample("submit"), [field.name]: value, serviceSystemUri: "https://riverbend.example.org/services" };
      assert.deepEqual(problems("submit", values), {});
      assert.deepEqual(faults(composed("submit", values).report), [], `${field.name} ${value}`);
    }
  }
});

test("what is in the form is in the message", () => {
  const values = {
    ...INITIAL,
    ...sample("update"),
    family: " de la  Cruz ",
    serviceSystem: "own",
    serviceSystemUri: "urn:example:services",
  };
  const { bundle } = composed("update", values);
  const [header, request, patient, , practitioner, organization, coverage, payer] = bundle.entry.map(({ resource }) => resource);
  assert.equal(header.eventCoding.code, "update-service-request");
  assert.deepEqual(header.source, { name: values.sourceName, endpoint: values.sourceEndpoint });
  assert.deepEqual(header.destination, [{ name: values.destinationName, endpoint: values.destinationEndpoint }]);
  assert.equal(request.id, values.requestId);
  assert.equal(bundle.entry[1].fullUrl, `${values.destinationEndpoint}/ServiceRequest/${values.requestId}`);
  assert.deepEqual(request.code, { coding: [{ system: "urn:example:services", code: "183524004" }], text: values.serviceDisplay });
  assert.deepEqual(request.reasonCode[0].coding[0].code, "F32.1");
  assert.deepEqual(patient.name, [{ family: "de la  Cruz", given: ["Avery", "Quinn"] }]);
  assert.deepEqual(practitioner.identifier, [{ system: "http://hl7.org/fhir/sid/us-npi", value: "1234567893" }]);
  assert.equal(organization.name, values.organization);
  assert.equal(coverage.subscriberId, values.memberId);
  assert.equal(payer.name, values.payer);
});

test("an empty form says what is needed", () => {
  assert.deepEqual(Object.keys(problems("update", INITIAL)), [
    "requestId",
    "family",
    "birthDate",
    "requesterFamily",
    "organization",
    "serviceDisplay",
    "sourceEndpoint",
    "destinationEndpoint",
  ]);
  assert.deepEqual(Object.keys(problems("other", {})), ["eventSystem", "eventCode", "sourceEndpoint"]);
});

test("what is wrong with a value is said", () => {
  for (const [name, wrong, right] of [
    ["requestId", ["a b", "ä", "x".repeat(65)], ["referral-2093"]],
    ["birthDate", ["1987-2-3", "2999-01-01", "0001-01-01"], ["1987-02-03"]],
    ["npi", ["1234567890", "123456789", "12345678931"], ["1234567893"]],
    ["identifierSystem", ["mrn", "https://clinic example", "urn:"], ["https://clinic.example.org/mrn", "urn:example:mrn"]],
    ["serviceCode", ["a  b", "a\tb"], ["a b"]],
    [
      "sourceEndpoint",
      ["clinic.example.org", "ftp://clinic.example.org", "https://a b", "https://u:p@clinic.example.org", "https://"],
      ["https://x.org/r4"],
    ],
  ]) {
    const kind = "update";
    const values = { ...INITIAL, ...sample(kind) };
    for (const value of wrong) assert.deepEqual(Object.keys(problems(kind, { ...values, [name]: value })), [name], value);
    for (const value of right) assert.deepEqual(problems(kind, { ...values, [name]: value }), {}, value);
  }
});

test("another event: its resources come as JSON, with every digit", () => {
  const values = { ...sample("other") };
  assert.deepEqual(problems("other", values), {});
  const focus = readParts(values.focus);
  const { report } = validator.compose(eventOf({ kind: "other" }, values), { focus, source: { endpoint: values.sourceEndpoint } });
  assert.deepEqual(
    faults(report).map(({ rule }) => rule),
    ["msg-event-unknown"],
  );
  assert.match(partsProblem("{"), /not JSON/);
  assert.match(partsProblem('[{"resourceType":"Patient"},{}]'), /resourceType/);
  assert.match(partsProblem("null"), /resourceType/);
  // A browser that cannot keep the digits says so; one that can, does.
  const weight = '{"resourceType":"Observation","valueQuantity":{"value":1.50},"note":[{"text":"1.0 \\" 2.0"}]}';
  if (JSON.rawJSON === undefined) assert.match(partsProblem(weight), /digits/);
  else assert.equal(JSON.stringify(readParts(weight)[0]), weight);
  assert.equal(partsProblem(weight.replace("1.50", "1.5")), undefined);
});

test("an event with a definition of its own is known by what that asks for", () => {
  const own = new Validator({ resources: PATIENT_LINK });
  const link = own
    .events()
    .map(choice)
    .find(({ name }) => name === "patient-link");
  assert.equal(link.kind, "known");
  assert.deepEqual(link.known.focus.map(demandInWords), ["Patient 2..*"]);
  const values = sample("known");
  assert.deepEqual(problems("known", values), {});
  const { report } = own.compose(eventOf(link, {}), { ...ends(values), focus: readParts(values.focus) });
  assert.deepEqual(report.issues, []);
});

test("a base URL that ends with a slash is the same one", () => {
  const { bundle, report } = composed("submit", { ...INITIAL, ...sample("submit"), destinationEndpoint: "https://x.example.org/r4/" });
  assert.deepEqual(faults(report), []);
  assert.match(bundle.entry[0].fullUrl, /^https:\/\/x\.example\.org\/r4\/MessageHeader\//);
});
