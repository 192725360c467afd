// Message Bundles as people paste them: pretty-printed, invented, and the same in every run.

const uuid = (number) => `urn:uuid:${number.toString(16).padStart(8, "0")}-5f0c-4a53-9d2e-7b1f6c3a9e10`;
const system = (name) => `https://terminology.example.org/${name}`;
const concept = (name, code, display) => ({ coding: [{ system: system(name), code, display }], text: display });

const FAMILIES = ["Müller", "O'Brien", "Nguyễn", "García", "Smith"];
const MEASURES = [
  ["8867-4", "Heart rate", "beats/minute", "/min", 61],
  ["8310-5", "Body temperature", "°C", "Cel", 36.6],
  ["29463-7", "Body weight", "kg", "kg", 70.25],
  ["2708-6", "Oxygen saturation in Arterial blood", "%", "%", 97],
];

const entry = (number, resource) => ({ fullUrl: uuid(number), resource });

function observation(number) {
  const [code, display, unit, ucum, value] = MEASURES[number % MEASURES.length];
  const day = String((number % 28) + 1).padStart(2, "0");
  return entry(number, {
    resourceType: "Observation",
    id: `observation-${number}`,
    meta: { profile: ["https://profiles.example.org/StructureDefinition/vital-signs"] },
    status: "final",
    category: [concept("observation-category", "vital-signs", "Vital Signs")],
    code: concept("loinc", code, display),
    subject: { reference: uuid(3), display: FAMILIES[number % FAMILIES.length] },
    effectiveDateTime: `2026-03-${day}T09:30:00+01:00`,
    valueQuantity: { value: value + (number % 40) / 10, unit, system: system("ucum"), code: ucum },
    note: [{ text: `Taken at rest.\nThe patient said: "I feel well". Reading ${number}.` }],
    ...(number % 5 === 0 && { _status: { extension: [{ url: system("reviewed"), valueBoolean: true }] } }),
  });
}

const HEADER = entry(1, {
  resourceType: "MessageHeader",
  id: "header",
  eventCoding: { system: system("message-events"), code: "add-service-request", display: "Add a service request" },
  destination: [{ name: "Receiver", endpoint: "https://receiver.example.org/fhir/$process-message" }],
  source: { name: "Sender", software: "Referrals", version: "4.2.0", endpoint: "https://sender.example.org/fhir" },
  focus: [{ reference: uuid(2) }],
});

const REQUEST = entry(2, {
  resourceType: "ServiceRequest",
  id: "request",
  identifier: [{ system: "https://sender.example.org/referrals", value: "R-2026-000173" }],
  status: "active",
  intent: "order",
  priority: "urgent",
  code: concept("procedures", "306206005", "Referral to service"),
  subject: { reference: uuid(3) },
  authoredOn: "2026-03-01T08:15:00Z",
  reasonCode: [concept("problems", "267036007", "Dyspnoea")],
});

const PATIENT = entry(3, {
  resourceType: "Patient",
  id: "patient",
  text: { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml"><p class="name">Zoë <b>Müller</b></p></div>' },
  identifier: [{ use: "official", system: "https://sender.example.org/patients", value: "P-0042" }],
  active: true,
  name: [{ use: "official", family: "Müller", given: ["Zoë", "Anna"] }],
  telecom: [{ system: "phone", value: "+44 20 7946 0000", use: "home" }],
  gender: "female",
  birthDate: "1974-12-25",
  address: [{ line: ["1 Long Street"], city: "Leeds", postalCode: "LS1 1AA", country: "GB" }],
});

/** The text of a message Bundle with as many Observations as fit into that many bytes, more or less. */
export function messageText(bytes) {
  const entries = [HEADER, REQUEST, PATIENT];
  const bundle = { resourceType: "Bundle", id: "message", type: "message", timestamp: "2026-03-01T08:15:00Z", entry: entries };
  const text = () => JSON.stringify(bundle, null, 2);
  const small = Buffer.byteLength(text());
  entries.push(observation(4));
  const each = Buffer.byteLength(text()) - small;
  const observations = Math.round((bytes - small) / each);
  entries.length = 3;
  for (let number = 4; number < 4 + observations; number++) entries.push(observation(number));
  return text();
}
