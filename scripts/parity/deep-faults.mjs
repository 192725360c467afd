// Faults that know what FHIR is made of: datatypes, extensions beside values, contained resources, codes, dates, units, narratives, Bundles.

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const V2 = "http://terminology.hl7.org/CodeSystem/v2-";
const V3 = "http://terminology.hl7.org/CodeSystem/v3-";
const FHIR = "http://hl7.org/fhir/";
const DEFINITION = "http://hl7.org/fhir/StructureDefinition/";

const CODINGS = [
  { system: `${V3}ActCode`, code: "AMB" },
  { system: `${V3}ActCode`, code: "NONE" },
  { system: `${V3}NullFlavor`, code: "UNK" },
  { system: `${V3}RoleCode`, code: "FTH" },
  { system: `${V3}RoleCode`, code: "fth" },
  { system: `${V2}0203`, code: "MR" },
  { system: `${V2}0203`, code: "MRN" },
  { system: `${V2}0131`, code: "N" },
  { system: `${V2}0116`, code: "ZZZ" },
  { system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "vital-signs" },
  { system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "vitals" },
  { system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" },
  { system: "http://terminology.hl7.org/CodeSystem/no-such-system", code: "x" },
  { system: `${FHIR}administrative-gender`, code: "male" },
  { system: `${FHIR}administrative-gender`, code: "M" },
  { system: `${FHIR}resource-types`, code: "Patientt" },
  { system: `${FHIR}ValueSet/administrative-gender`, code: "male" },
  { system: "http://loinc.org", code: "8867-4" },
  { system: "http://loinc.org", code: "85354-9", display: "Blood pressure" },
  { system: "http://snomed.info/sct", code: "364075005" },
  { system: "http://unitsofmeasure.org", code: "mg" },
  { system: "http://unitsofmeasure.org", code: "mgs" },
  { system: "urn:iso:std:iso:3166", code: "DK" },
  { system: "urn:ietf:bcp:47", code: "da" },
  { system: "urn:oid:1.2.3.4", code: "x" },
  { system: "urn:uuid:abc", code: "x" },
  { system: `${V2}0203`, version: "2.9", code: "none" },
  { code: "alone" },
  { display: "alone" },
  { system: "http://loinc.org" },
  { system: "http://loinc.org", code: "8867-4", userSelected: "true" },
];
const QUANTITIES = [
  { value: 1, unit: "mg", system: "http://unitsofmeasure.org", code: "mg" },
  { value: 1, unit: "mg", system: "http://unitsofmeasure.org", code: "milligram" },
  { value: 1, code: "mg" },
  { value: "1", unit: "mg" },
  { value: -1, unit: "a", system: "http://unitsofmeasure.org", code: "a" },
  { value: 1.5, comparator: "<", unit: "mg" },
  { value: 1, comparator: "=>" },
  { unit: "mg", system: "http://unitsofmeasure.org" },
  { value: 1, currency: "EUR" },
  { value: 1e30 },
];
const DATES = [
  ...["2024", "2024-02", "2024-02-30", "2024-00-10", "24-01-01", "2024-1-1", "0000", "9999-12-31", "2023-02-29", "1899-12-31", "2024-01-01T"],
  ...["2024-01-01T10:00:00", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00+01", "2024-01-01T10:00:00+01:00", "2024-01-01T25:00:00Z"],
  ...["2024-01-01T10:00:60Z", "2024-01-01T10:00:00.1234567890Z", "2024-01-01T24:00:00Z", "2024-01-01t10:00:00z", "2024-01-01 10:00:00"],
  ...["2024-01-01T10:00:00+15:00", "2024-01-01T10:00:00-00:00", "10:00", "10:00:00", "25:00:00", "2024W01", "01-01-2024", "20240101"],
];
const EXTENSIONS = [
  { url: `${DEFINITION}data-absent-reason`, valueCode: "unknown" },
  { url: `${DEFINITION}data-absent-reason`, valueCode: "none" },
  { url: `${DEFINITION}data-absent-reason` },
  { url: `${DEFINITION}rendering-xhtml`, valueString: "<b>x</b>" },
  { url: `${DEFINITION}originalText`, valueString: "x" },
  { url: `${DEFINITION}patient-nationality`, extension: [{ url: "code", valueCodeableConcept: { text: "DK" } }] },
  { url: `${DEFINITION}patient-nationality`, extension: [{ url: "codes", valueCodeableConcept: { text: "DK" } }] },
  { url: `${DEFINITION}patient-nationality`, valueString: "DK" },
  { url: `${DEFINITION}patient-mothersMaidenName`, valueString: "x" },
  { url: `${DEFINITION}patient-birthTime`, valueDateTime: "2024-01-01T10:00:00Z" },
  { url: `${DEFINITION}humanname-own-name`, valueString: "x" },
  { url: `${DEFINITION}iso21090-ADXP-streetName`, valueString: "x" },
  { url: `${DEFINITION}iso21090-nullFlavor`, valueCode: "UNK" },
  { url: `${DEFINITION}iso21090-nullFlavor`, valueCode: "NOPE" },
  { url: `${DEFINITION}ordinalValue`, valueDecimal: 1 },
  { url: `${DEFINITION}structuredefinition-wg`, valueCode: "fhir" },
  { url: `${DEFINITION}structuredefinition-wg`, valueCode: "nobody" },
  { url: `${DEFINITION}structuredefinition-standards-status`, valueCode: "trial-use" },
  { url: `${DEFINITION}maxSize`, valueDecimal: 1 },
  { url: `${DEFINITION}minLength`, valueInteger: 1 },
  { url: `${DEFINITION}questionnaire-hidden`, valueBoolean: true },
  { url: `${DEFINITION}questionnaire-itemControl`, valueCodeableConcept: { coding: [{ code: "x" }] } },
  { url: `${DEFINITION}translation`, extension: [{ url: "lang", valueCode: "da" }, { url: "content", valueString: "x" }] },
  { url: `${DEFINITION}geolocation`, extension: [{ url: "latitude", valueDecimal: 1 }, { url: "longitude", valueDecimal: 1 }] },
  { url: `${DEFINITION}no-such-extension`, valueString: "x" },
  { url: `${DEFINITION}Patient`, valueString: "x" },
  { url: "http://example.org/ext", valueString: "x", extension: [{ url: "http://example.org/inner", valueCode: "x" }] },
  { url: "http://example.org/ext", extension: [{ url: "inner", valueCode: "x" }, { url: "inner" }] },
  { url: "http://example.org/ext", valueFoo: "x" },
  { url: "http://example.org/ext", valueCoding: { system: `${FHIR}administrative-gender`, code: "M" } },
  { url: "http://example.org/ext", valueReference: { reference: "#nowhere" } },
  { url: "http://example.org/ext", valueQuantity: { value: 1, code: "mg" } },
  { url: "http://example.org/ext", valuePeriod: { start: "2024-02-01", end: "2024-01-01" } },
  { url: "http://example.org/ext", valueDate: "2024-13-01" },
  { url: "http://example.org/ext", valueString: "x", valueInteger: 1 },
  { url: "http://example.org/ext", valueAttachment: { data: "eA==", size: 2 } },
  { url: "http://example.org/ext" },
  { url: "urn:oid:1.2.3", valueString: "x" },
  { url: "urn:x", valueString: "x" },
];
const TYPED = {
  valueString: "x",
  valueBoolean: true,
  valueInteger: 1,
  valueDecimal: 1.0,
  valueCode: "x",
  valueUri: "urn:oid:1.2",
  valueDateTime: "2024-01-01",
  valueDate: "2024-01-01",
  valueTime: "10:00:00",
  valueInstant: "2024-01-01T10:00:00Z",
  valueBase64Binary: "eA==",
  valueCoding: { system: "http://loinc.org", code: "8867-4" },
  valueCodeableConcept: { coding: [{ system: `${V3}ActCode`, code: "AMB" }] },
  valueQuantity: { value: 1, unit: "mg", system: "http://unitsofmeasure.org", code: "mg" },
  valueRange: { low: { value: 5, unit: "mg" }, high: { value: 1, unit: "mg" } },
  valueRatio: { numerator: { value: 1 } },
  valuePeriod: { start: "2024-02-01", end: "2024-01-01" },
  valueSampledData: { origin: { value: 1 }, period: 1, dimensions: 1 },
  valueReference: { reference: "Patient/1" },
  valueIdentifier: { system: "urn:ietf:rfc:3986", value: "x" },
  valueHumanName: { family: "x", use: "official" },
  valueAddress: { city: "x", use: "home", type: "postal" },
  valueContactPoint: { value: "x" },
  valueTiming: { repeat: { frequency: 1, period: 1, periodUnit: "d" } },
  valueAge: { value: 1, unit: "a", system: "http://unitsofmeasure.org", code: "a" },
  valueMoney: { value: 1, currency: "EUR" },
  valueAttachment: { contentType: "text/plain", data: "eA==", hash: "eA==" },
  valueAnnotation: { text: "x" },
  valueSignature: { type: [{ code: "x" }], when: "2024-01-01T10:00:00Z", who: { reference: "Patient/1" } },
};
/** Values of datatypes that a property can be given, by its name. */
const PARTS = {
  identifier: [[{ system: "urn:ietf:rfc:3986", value: "urn:uuid:x" }], [{ use: "usual", value: "1", type: { coding: [{ system: `${V2}0203`, code: "MRX" }] } }], [{}]],
  period: [{ start: "2024-02-01", end: "2024-01-01" }, { start: "2024-01-01" }, { start: "10:00" }],
  telecom: [[{ system: "phone", value: "1" }], [{ value: "1" }], [{ system: "mobile", value: "1" }], [{ system: "phone", rank: 0, value: "1" }]],
  name: ["x", [{ family: "x", use: "nick" }], [{ family: "x", use: "nickname" }], { text: "x" }],
  address: [[{ use: "home", line: ["x", ""] }], [{ type: "both" }], { city: "x", period: { start: "2024" } }],
  note: [[{ text: "x", authorString: "y" }], [{ text: "x", authorString: "y", authorReference: { reference: "Patient/1" } }], [{ authorString: "y" }], [{ text: "x", time: "2024-01" }]],
  code: [{ text: "x" }, { coding: [{ system: "http://loinc.org", code: "8867-4" }] }, "x"],
  category: [[{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "vital-signs" }] }], [{ text: "x" }]],
  subject: [{ reference: "Patient/1" }, { reference: "Observation/1" }, { reference: "Group/1", type: "Patient" }, { type: "http://example.org/T", display: "x" }],
  status: ["active", "unknown", "final"],
  language: ["da-DK", "danish", "en"],
  implicitRules: ["http://example.org/rules", "relative", "urn:x"],
  meta: [
    { profile: ["http://example.org/unknown"] },
    { profile: [`${DEFINITION}vitalsigns`] },
    { profile: ["relative"] },
    { profile: [`${DEFINITION}Patient`] },
    { security: [{ system: `${V3}Confidentiality`, code: "R" }] },
    { security: [{ system: `${V3}Confidentiality`, code: "X" }] },
    { tag: [{ system: `${V3}ObservationValue`, code: "SUBSETTED" }], versionId: "a b" },
    { lastUpdated: "2024-01-01", source: "#x" },
    { lastUpdated: "2024-01-01T10:00:00Z", source: "http://example.org" },
  ],
  url: ["http://example.org/x", "relative/x", "urn:oid:1.2.3", "urn:uuid:x", "http://example.org/x|1", "http://example.org/x#y"],
  modifierExtension: [[{ url: "http://example.org/modifier", valueString: "x" }], [{ url: `${DEFINITION}data-absent-reason`, valueCode: "unknown" }]],
};
const CONTAINED = [
  { resourceType: "Patient", id: "c1", gender: "male" },
  { resourceType: "Patient", id: "c1", gender: "M" },
  { resourceType: "Patient", gender: "male" },
  { resourceType: "Organization", id: "c1", name: "x" },
  { resourceType: "Organization", id: "c1" },
  { resourceType: "Observation", id: "c1", status: "final", code: { text: "x" }, contained: [{ resourceType: "Patient", id: "c2" }] },
  { resourceType: "Observation", id: "#c1", status: "final", code: { text: "x" } },
  { resourceType: "Practitioner", id: "c1", meta: { versionId: "1" } },
  { resourceType: "Practitioner", id: "c1", text: { status: "generated", div: "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>" } },
  { resourceType: "Bundle", id: "c1", type: "collection" },
  { resourceType: "Basic", id: "c1", code: { text: "x" }, subject: { reference: "#" } },
  { resourceType: "Location", id: "c1", partOf: { reference: "#c1" } },
  { resourceType: "Foo", id: "c1" },
  { id: "c1" },
  "x",
];
const REFERENCES = [
  ...["#c1", "#", "", "Patient", "Patient/", "Patient/a b", "/Patient/1", "Patient/1/_history/2", "Patient/1/_history/", "patient/1", "Patient/1#x"],
  ...["http://example.org/fhir/Patient/1/_history/1", "https://example.org/fhir/Foo/1", "http://example.org/x?y=1", "Patient?identifier=1"],
  ...["urn:oid:1.2.3", "urn:oid:x", "urn:uuid:x", "urn:uuid:C0C0C0C0-0000-4000-8000-000000000000", "mailto:x@example.org", "Observation/1", "Device/1"],
  ...["http://example.org/fhir/Patient", "Patient/1|2", "Binary/1", "Bundle/1#x"],
];
const REFERENCE_PARTS = [
  { type: "Patient" },
  { type: "Foo" },
  { type: "http://hl7.org/fhir/StructureDefinition/Patient" },
  { identifier: { value: "1" } },
  { identifier: { system: "relative", value: "1" } },
  { identifier: [{ value: "1" }] },
  { display: "" },
  { identifier: { assigner: { reference: "#nowhere" } } },
];
const NARRATIVES = [
  ...["<p>x", "<p>x</p></p>", "x & y", "x &nbsp; y", "x &amp; y", "&foo;", "<b onclick=\"x\">x</b>", "<script>x</script>", "<a href=\"javascript:x\">x</a>"],
  ...["<img src=\"#x\" alt=\"y\"/>", "<img src=\"http://example.org/x.png\"/>", "<p style=\"color:red\" class=\"c\" id=\"i\">x</p>", "<p><p>x</p></p>", "<form>x</form>"],
  ...["<table><tr><td>x</td></tr></table>", "<table border=\"1\"><tr><td colspan=\"2\">x</td></tr></table>", "", " ", "<br/>", "<!-- x -->", "<P>x</P>", "<font>x</font>"],
  ...["<a name=\"x\">x</a>", "<a id=\"x\"/><a id=\"x\"/>y", "<h7>x</h7>", "<iframe src=\"x\"/>", "<p xml:lang=\"da\" lang=\"da\">x</p>", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>x"],
];
const DIVS = [
  (inner) => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`,
  (inner) => `<div>${inner}</div>`,
  (inner) => `<div xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">${inner}</div>`,
  (inner) => `<p xmlns="http://www.w3.org/1999/xhtml">${inner}</p>`,
  (inner) => `<?xml version="1.0"?><div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`,
];
const BESIDE = [
  { id: "a" },
  { id: "a b" },
  { extension: [] },
  { extension: [{ url: "http://example.org/x", valueString: "x" }] },
  { extension: [{ url: `${DEFINITION}data-absent-reason`, valueCode: "masked" }] },
  { extension: { url: "http://example.org/x", valueString: "x" } },
  { fhir_comments: ["x"] },
  { value: "x" },
  "x",
  [{ id: "a" }],
  [null],
  null,
  {},
];

const UUID = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
const OTHER = "urn:uuid:1d3151bd-1cbf-4d64-b04d-cd9187a4c6e1";
const patient = { resourceType: "Patient", id: "p1", gender: "female" };
const header = (focus) => ({
  resourceType: "MessageHeader",
  eventUri: "http://example.org/event",
  source: { endpoint: "http://example.org/from" },
  destination: [{ endpoint: "http://example.org/to" }],
  focus: [{ reference: focus }],
});
const composition = (section) => ({
  resourceType: "Composition",
  status: "final",
  type: { text: "x" },
  date: "2024-01-01",
  author: [{ reference: OTHER }],
  title: "x",
  section: [section],
});
const request = (method, url) => ({ request: { method, url } });
/** A Bundle around a resource, of each type, right or with a fault. */
const BUNDLES = [
  (resource) => ({ type: "collection", entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "collection", entry: [{ resource }, { fullUrl: UUID, resource: patient }] }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: UUID, resource }, { fullUrl: UUID, resource: patient }] }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: "relative", resource }] }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: "http://example.org/fhir/Patient/other", resource }] }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: `http://example.org/fhir/${resource.resourceType}/${resource.id}`, resource }] }),
  (resource) => ({ type: "collection", total: 1, entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: UUID, resource, ...request("POST", "x") }] }),
  (resource) => ({ type: "searchset", entry: [{ fullUrl: UUID, resource, search: { mode: "match" } }] }),
  (resource) => ({ type: "searchset", total: 1, link: [{ relation: "self", url: "http://example.org?x=y" }], entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "searchset", entry: [{ fullUrl: UUID, resource, search: { mode: "outcome" } }] }),
  (resource) => ({ type: "searchset", entry: [{ resource, search: { mode: "match", score: 2 } }] }),
  (resource) => ({ type: "transaction", entry: [{ fullUrl: UUID, resource, ...request("POST", resource.resourceType) }] }),
  (resource) => ({ type: "transaction", entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "transaction", entry: [{ resource, ...request("PUT", `${resource.resourceType}/${resource.id}`) }] }),
  (resource) => ({ type: "transaction", entry: [{ fullUrl: UUID, resource, ...request("POSTS", "x") }] }),
  (resource) => ({ type: "transaction", entry: [{ ...request("DELETE", "Patient/1") }, { fullUrl: UUID, resource, request: { method: "PUT", url: "x", ifMatch: "W/1" } }] }),
  (resource) => ({ type: "transaction", entry: [{ ...request("GET", "Patient?x=y") }, { fullUrl: UUID, resource, ...request("GET", "x") }] }),
  (resource) => ({ type: "batch", entry: [{ fullUrl: UUID, resource, request: { method: "POST" } }] }),
  (resource) => ({ type: "batch-response", entry: [{ fullUrl: UUID, resource, response: { status: "200" } }] }),
  (resource) => ({ type: "transaction-response", entry: [{ resource }] }),
  (resource) => ({ type: "history", entry: [{ fullUrl: UUID, resource, ...request("POST", "x"), response: { status: "201", lastModified: "2024-01-01" } }] }),
  (resource) => ({ type: "history", entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "message", entry: [{ fullUrl: OTHER, resource: header(UUID) }, { fullUrl: UUID, resource }] }),
  (resource) => ({ type: "message", entry: [{ fullUrl: UUID, resource }, { fullUrl: OTHER, resource: header(UUID) }] }),
  (resource) => ({ type: "message", entry: [{ fullUrl: OTHER, resource: header("Patient/none") }, { fullUrl: UUID, resource }] }),
  (resource) => ({ type: "message", entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({
    type: "document",
    identifier: { system: "urn:ietf:rfc:3986", value: UUID },
    timestamp: "2024-01-01T10:00:00Z",
    entry: [
      { fullUrl: "urn:uuid:2d3151bd-1cbf-4d64-b04d-cd9187a4c6e2", resource: composition({ title: "x", entry: [{ reference: UUID }] }) },
      { fullUrl: UUID, resource },
      { fullUrl: OTHER, resource: { resourceType: "Practitioner", id: "a" } },
    ],
  }),
  (resource) => ({ type: "document", entry: [{ fullUrl: OTHER, resource: composition({ title: "x", entry: [{ reference: UUID }] }) }, { fullUrl: UUID, resource }] }),
  (resource) => ({ type: "document", identifier: { value: "x" }, timestamp: "2024-01-01T10:00:00Z", entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "messages", entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: UUID, resource }, {}] }),
  (resource) => ({ type: "collection", entry: [], signature: { when: "2024-01-01T10:00:00Z" }, link: [{ relation: "self" }], id: resource.id }),
];

const replaced = (list, meant) => ({
  where: meant,
  change: ({ holder, key }, random) => (holder[key] = structuredClone(random.pick(list))),
});
const isText = ({ key, value }) => typeof value === "string" && key !== "resourceType" && key !== "div";
const isPrimitive = ({ isItem, key, value }) => !isItem && key !== "resourceType" && !key.startsWith("_") && (value === null || typeof value !== "object");
const choice = /^(value|effective|onset|occurrence|performed|deceased|multipleBirth|medication|timing|product|abatement|defaultValue|fixed|pattern|min|max|answer|author|rate|dose|asNeeded|item|location|serviced|allowed|statusReason|bodySite|target|subject|scheduled|source|entity|content|reported|detail)[A-Z]/;

/** Each kind of fault: where it fits, and what it does there. */
export const DEEP = {
  coding: replaced(CODINGS, ({ value }) => isObject(value) && typeof value.code === "string" && !value.resourceType && typeof value.value !== "number"),
  quantity: replaced(QUANTITIES, ({ value }) => isObject(value) && typeof value.value === "number"),
  date: replaced(DATES, ({ value }) => typeof value === "string" && /^\d{4}(-\d\d|$)|^\d\d:\d\d/.test(value)),
  choice: {
    where: ({ key, value, isItem, holder }) => !isItem && choice.test(key) && value !== null && !holder.resourceType?.startsWith("x"),
    change({ holder, key }, random) {
      const typed = random.pick(Object.keys(TYPED));
      delete holder[key];
      holder[`${choice.exec(key)[1]}${typed.slice("value".length)}`] = structuredClone(TYPED[typed]);
    },
  },
  extended: {
    where: ({ value, key }) => isObject(value) && key !== "contained" && !value.url?.startsWith?.("http"),
    change: ({ value }, random) => (value.extension = [...[value.extension ?? []].flat(), structuredClone(random.pick(EXTENSIONS))]),
  },
  beside: {
    where: isPrimitive,
    change: ({ holder, key }, random) => (holder[`_${key}`] = structuredClone(random.pick(BESIDE))),
  },
  besideAlone: {
    where: isPrimitive,
    change({ holder, key }, random) {
      delete holder[key];
      holder[`_${key}`] = { extension: [structuredClone(random.pick(EXTENSIONS))] };
    },
  },
  part: {
    where: ({ value, key, isItem }) => isObject(value) && (isItem || key !== "text"),
    change({ value }, random) {
      const name = random.pick(Object.keys(PARTS));
      value[name] = structuredClone(random.pick(PARTS[name]));
    },
  },
  partOfRoot: {
    isOfRoot: true,
    change({ value }, random) {
      const name = random.pick(Object.keys(PARTS));
      value[name] = structuredClone(random.pick(PARTS[name]));
    },
  },
  contained: {
    isOfRoot: true,
    change({ value }, random, all) {
      const one = structuredClone(random.pick(CONTAINED));
      value.contained = [...[value.contained ?? []].flat(), one];
      const references = all.filter(({ key, value: text }) => key === "reference" && typeof text === "string");
      if (references.length > 0 && random.below(3) > 0) random.pick(references).holder.reference = "#c1";
    },
  },
  target: replaced(REFERENCES, ({ key, value }) => key === "reference" && typeof value === "string"),
  referencePart: {
    where: ({ value }) => isObject(value) && typeof value.reference === "string",
    change({ value }, random) {
      if (random.below(2) === 0) delete value.reference;
      Object.assign(value, structuredClone(random.pick(REFERENCE_PARTS)));
    },
  },
  narrative: {
    isOfRoot: true,
    change({ value }, random) {
      const status = random.pick(["generated", "additional", "empty", "none", "extensions"]);
      value.text = { status, div: random.pick(random.below(4) > 0 ? DIVS.slice(0, 1) : DIVS)(random.pick(NARRATIVES)) };
    },
  },
  bundle: {
    isOfRoot: true,
    change({ value }, random) {
      const resource = structuredClone(value);
      for (const key of Object.keys(value)) delete value[key];
      Object.assign(value, { resourceType: "Bundle" }, structuredClone(random.pick(BUNDLES)(resource)));
    },
  },
  canonical: {
    where: ({ value, key }) => typeof value === "string" && key !== "reference" && /^https?:\/\//.test(value),
    change({ holder, key, value }, random) {
      holder[key] = random.pick([
        `${value}|1`,
        `${value}|`,
        `${value}#x`,
        `${value}/x`,
        value.replace("http:", "https:"),
        value.replace(/^https?:\/\//, ""),
        "urn:oid:1.2",
        "#x",
        "http://hl7.org/fhir/ValueSet/administrative-gender",
        "http://hl7.org/fhir/StructureDefinition/Observation",
        "http://hl7.org/fhir/CodeSystem/none",
      ]);
    },
  },
  uri: {
    where: isText,
    change: ({ holder, key }, random) => (holder[key] = random.pick(["urn:oid:1.02.3", "urn:oid:3.1", "http://", "http:/x", "HTTP://example.org", "urn:", ":x", "a:b", "x y", "http://example.org/ x", "ftp://x", "%", "{x}"])),
  },
  number: {
    where: ({ value }) => typeof value === "number",
    change: ({ holder, key }, random) => (holder[key] = random.pick([0, -1, 1.5, 1e21, 2147483648, -2147483649, 0.00000001, "1", true, 1000000])),
  },
  move: {
    where: ({ isItem, value }) => !isItem && isObject(value),
    change({ holder, key, value }, random, all) {
      const to = random.pick(all.filter((place) => isObject(place.value) && place.value !== value)).value;
      delete holder[key];
      to[key] = structuredClone(value);
    },
  },
};
