// The form of the page: what its values become is a valid message, and what is wrong with a value is said.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Validator } from "fhirpost";
import { bundled } from "./bundled.mjs";
import { PATIENT_LINK } from "./patient-link.mjs";

const validator = new Validator();

const module = (name) => bundled(fileURLToPath(new URL(`../../www/src/${name}.ts`, import.meta.url)));
const { fieldProblem, groupsOf } = await module("write/compose/fields");
const { choice, demandInWords, ends, eventOf, referral, withDecimals } = await module("write/compose/composition");
const { changeText, difference, readForm } = await module("write/compose/change-text");
const { sample } = await module("write/compose/samples");
const shownFields = (kind) => groupsOf(kind).flatMap(({ fields }) => fields);
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
      const values = { ...INITIAL, ...sample("submit"), conditionText: "Depression", [field.name]: value };
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
    serviceSystem: "urn:example:services",
    claimsAddresses: "yes",
  };
  const { bundle } = composed("update", values);
  const [header, request, patient, , practitioner, organization, coverage, payer] = bundle.entry.map(({ resource }) => resource);
  assert.equal(request.note[0].text, values.notes);
  assert.equal(header.eventCoding.code, "update-service-request");
  assert.deepEqual(header.source, { name: values.sourceName, endpoint: values.sourceEndpoint });
  assert.deepEqual(header.destination, [{ name: values.destinationName, endpoint: values.destinationEndpoint }]);
  assert.equal(request.id, values.requestId);
  assert.equal(bundle.entry[1].fullUrl, `${values.destinationEndpoint}/ServiceRequest/${values.requestId}`);
  assert.deepEqual(request.code, { coding: [{ system: "urn:example:services", code: "183524004" }], text: values.serviceDisplay });
  assert.deepEqual(request.reasonCode[0].coding[0].code, "F32.1");
  assert.deepEqual(patient.telecom, [{ system: "phone", value: values.phone }]);
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
  const { bundle, report } = composed("submit", {
    ...INITIAL,
    ...sample("submit"),
    claimsAddresses: "yes",
    destinationEndpoint: "https://x.example.org/r4/",
  });
  assert.deepEqual(faults(report), []);
  assert.match(bundle.entry[0].fullUrl, /^https:\/\/x\.example\.org\/r4\/MessageHeader\//);
});

/** What a clinic writes beside what it must. */
const WHOLE = {
  category: "Counselling",
  neededBy: "2027-01-31",
  performerOrganization: "Hilltop Psychiatry (example)",
  performerFamily: "Samplewood",
  email: "avery@example.org",
  requesterPhone: "+1 555 0177",
  "reasonText.1": "Insomnia",
  conditionText: "Major depressive disorder",
  conditionCode: "F32.1",
  conditionSystem: "http://hl7.org/fhir/sid/icd-10-cm",
  conditionStatus: "active",
  "conditionText.1": "Asthma",
  observationText: "Body weight",
  observationCode: "29463-7",
  observationSystem: "http://loinc.org",
  observationValue: "70.50",
  observationUnit: "kg",
  observationDate: "2026-10-30",
  documentTitle: "Letter",
  documentFile: "data:text/plain;base64,SGVsbG8=",
  question: "Sleeps well?",
  answer: "No",
  "question.1": "Since when?",
  "answer.1": "May",
  coverageType: "PPO",
  relationship: "self",
  groupNumber: "G-17",
  planNumber: "P-3",
  coverageStart: "2026-01-01",
  senderOrganization: "Riverbend Family Practice (example)",
  responsibleFamily: "Exampleton",
  sourceSoftware: "Riverbend 4",
  sourcePhone: "+1 555 0100",
};

test("a referral as clinics write it is valid, keeps the digits of its numbers, and is read back into the form", () => {
  const values = { ...INITIAL, ...sample("submit"), ...WHOLE };
  delete values.requestId;
  assert.deepEqual(problems("submit", values), {});
  const text = withDecimals(composed("submit", values).text);
  const report = validator.validate(text);
  assert.deepEqual(
    report.issues.filter(({ severity }) => severity === "error").map(({ details }) => details),
    [],
  );
  assert.equal(report.valid, true);
  assert.match(text, /"value":70\.50[,}]/);
  const read = readForm(text);
  const { claimsAddresses, ...expected } = values;
  assert.deepEqual(read, { ...expected, observationValue: "70.5" });
});

test("an existing message: what is changed in the form is changed in the text, and nothing else", () => {
  const example = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
  for (const text of [example, JSON.stringify(JSON.parse(example))]) {
    const before = readForm(text);
    assert.equal(changeText(text, before, before), text);
    const family = changeText(text, before, { ...before, family: "Otherwood" });
    assert.equal(family, text.replace(`"${before.family}"`, '"Otherwood"'));
    const { start, text: put } = difference(text, family);
    assert.ok(start > 0 && put.length <= "Otherwood".length);
    // More and less: rows come and go, new entries are linked.
    // The observation of the example stays what it is.
    const added = Object.entries(WHOLE).map(([name, value]) => [name.startsWith("observation") ? `${name}.1` : name, value]);
    const more = changeText(text, before, { ...before, ...Object.fromEntries(added) });
    assert.deepEqual(
      validator.validate(more).issues.filter(({ severity }) => severity === "error"),
      [],
    );
    const { answer, question } = readForm(more);
    assert.deepEqual([question, answer], ["Sleeps well?", "No"]);
    assert.match(more, /: ?70\.50/);
    const less = changeText(more, readForm(more), {
      ...readForm(more),
      reasonText: "",
      reasonCode: "",
      "reasonText.1": "",
      "reasonCode.1": "",
    });
    assert.equal(JSON.parse(less).entry.find(({ resource }) => resource.resourceType === "ServiceRequest").resource.reasonCode, undefined);
  }
  assert.equal(readForm(JSON.stringify({ resourceType: "Patient" })), undefined);
  assert.equal(readForm("{"), undefined);
});
