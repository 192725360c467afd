// Faults that know what FHIR is made of: datatypes, extensions beside values, contained resources, codes, dates, units, narratives, Bundles.

import {
  BESIDE,
  CODINGS,
  CONTAINED,
  DATES,
  DIVS,
  EXTENSIONS,
  NARRATIVES,
  PARTS,
  QUANTITIES,
  REFERENCE_PARTS,
  REFERENCES,
  TYPED,
} from "./deep-values.mjs";

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
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
  (resource) => ({
    type: "collection",
    entry: [
      { fullUrl: UUID, resource },
      { fullUrl: UUID, resource: patient },
    ],
  }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: "relative", resource }] }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: "http://example.org/fhir/Patient/other", resource }] }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: `http://example.org/fhir/${resource.resourceType}/${resource.id}`, resource }] }),
  (resource) => ({ type: "collection", total: 1, entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: UUID, resource, ...request("POST", "x") }] }),
  (resource) => ({ type: "searchset", entry: [{ fullUrl: UUID, resource, search: { mode: "match" } }] }),
  (resource) => ({
    type: "searchset",
    total: 1,
    link: [{ relation: "self", url: "http://example.org?x=y" }],
    entry: [{ fullUrl: UUID, resource }],
  }),
  (resource) => ({ type: "searchset", entry: [{ fullUrl: UUID, resource, search: { mode: "outcome" } }] }),
  (resource) => ({ type: "searchset", entry: [{ resource, search: { mode: "match", score: 2 } }] }),
  (resource) => ({ type: "transaction", entry: [{ fullUrl: UUID, resource, ...request("POST", resource.resourceType) }] }),
  (resource) => ({ type: "transaction", entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "transaction", entry: [{ resource, ...request("PUT", `${resource.resourceType}/${resource.id}`) }] }),
  (resource) => ({ type: "transaction", entry: [{ fullUrl: UUID, resource, ...request("POSTS", "x") }] }),
  (resource) => ({
    type: "transaction",
    entry: [{ ...request("DELETE", "Patient/1") }, { fullUrl: UUID, resource, request: { method: "PUT", url: "x", ifMatch: "W/1" } }],
  }),
  (resource) => ({
    type: "transaction",
    entry: [{ ...request("GET", "Patient?x=y") }, { fullUrl: UUID, resource, ...request("GET", "x") }],
  }),
  (resource) => ({ type: "batch", entry: [{ fullUrl: UUID, resource, request: { method: "POST" } }] }),
  (resource) => ({ type: "batch-response", entry: [{ fullUrl: UUID, resource, response: { status: "200" } }] }),
  (resource) => ({ type: "transaction-response", entry: [{ resource }] }),
  (resource) => ({
    type: "history",
    entry: [{ fullUrl: UUID, resource, ...request("POST", "x"), response: { status: "201", lastModified: "2024-01-01" } }],
  }),
  (resource) => ({ type: "history", entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({
    type: "message",
    entry: [
      { fullUrl: OTHER, resource: header(UUID) },
      { fullUrl: UUID, resource },
    ],
  }),
  (resource) => ({
    type: "message",
    entry: [
      { fullUrl: UUID, resource },
      { fullUrl: OTHER, resource: header(UUID) },
    ],
  }),
  (resource) => ({
    type: "message",
    entry: [
      { fullUrl: OTHER, resource: header("Patient/none") },
      { fullUrl: UUID, resource },
    ],
  }),
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
  (resource) => ({
    type: "document",
    entry: [
      { fullUrl: OTHER, resource: composition({ title: "x", entry: [{ reference: UUID }] }) },
      { fullUrl: UUID, resource },
    ],
  }),
  (resource) => ({ type: "document", identifier: { value: "x" }, timestamp: "2024-01-01T10:00:00Z", entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "messages", entry: [{ fullUrl: UUID, resource }] }),
  (resource) => ({ type: "collection", entry: [{ fullUrl: UUID, resource }, {}] }),
  (resource) => ({
    type: "collection",
    entry: [],
    signature: { when: "2024-01-01T10:00:00Z" },
    link: [{ relation: "self" }],
    id: resource.id,
  }),
];

const replaced = (list, meant) => ({
  where: meant,
  change: ({ holder, key }, random) => (holder[key] = structuredClone(random.pick(list))),
});
const isText = ({ key, value }) => typeof value === "string" && key !== "resourceType" && key !== "div";
const isPrimitive = ({ isItem, key, value }) =>
  !isItem && key !== "resourceType" && !key.startsWith("_") && (value === null || typeof value !== "object");
const choice =
  /^(value|effective|onset|occurrence|performed|deceased|multipleBirth|medication|timing|product|abatement|defaultValue|fixed|pattern|min|max|answer|author|rate|dose|asNeeded|item|location|serviced|allowed|statusReason|bodySite|target|subject|scheduled|source|entity|content|reported|detail)[A-Z]/;

/** Each kind of fault: where it fits, and what it does there. */
export const DEEP = {
  coding: replaced(
    CODINGS,
    ({ value }) => isObject(value) && typeof value.code === "string" && !value.resourceType && typeof value.value !== "number",
  ),
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
    change: ({ holder, key }, random) =>
      (holder[key] = random.pick([
        "urn:oid:1.02.3",
        "urn:oid:3.1",
        "http://",
        "http:/x",
        "HTTP://example.org",
        "urn:",
        ":x",
        "a:b",
        "x y",
        "http://example.org/ x",
        "ftp://x",
        "%",
        "{x}",
      ])),
  },
  number: {
    where: ({ value }) => typeof value === "number",
    change: ({ holder, key }, random) =>
      (holder[key] = random.pick([0, -1, 1.5, 1e21, 2147483648, -2147483649, 0.00000001, "1", true, 1000000])),
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
