// The messages that the bench measures: invented, and the same in every run. `node benches/messages.mjs <folder>` writes them as files.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FAULTS, spoil } from "./faults.mjs";

const BASE = "https://sender.example.org/fhir";
const MEASURES = [
  ["8867-4", "Heart rate", "beats/minute", "/min", 61],
  ["8310-5", "Body temperature", "degrees C", "Cel", 36.6],
  ["29463-7", "Body weight", "kg", "kg", 70.25],
  ["9279-1", "Respiratory rate", "breaths/minute", "/min", 14],
];

const concept = (system, code, display) => ({ coding: [{ system, code, display }] });
const hl7Concept = (name, code, display) => concept(`http://terminology.hl7.org/CodeSystem/${name}`, code, display);
const to = (type, id) => ({ reference: `${type}/${id}` });
const entry = (resource) => ({ fullUrl: `${BASE}/${resource.resourceType}/${resource.id}`, resource });

const header = () => ({
  resourceType: "MessageHeader",
  id: "c1b7a5e2-6d1f-4f0e-8a54-2f0d9c7e6b31",
  eventCoding: { system: "http://ntst.com/fhir/message-events", code: "submit-service-request" },
  destination: [{ name: "Receiver", endpoint: "https://receiver.example.org/fhir" }],
  source: { name: "Sender", software: "Referrals", endpoint: BASE },
  focus: [to("ServiceRequest", "referral")],
});

const serviceRequest = (observations) => ({
  resourceType: "ServiceRequest",
  id: "referral",
  status: "active",
  intent: "order",
  priority: "routine",
  code: { text: "Referral to cardiology" },
  subject: to("Patient", "patient"),
  authoredOn: "2026-09-14T09:42:00-05:00",
  requester: to("Practitioner", "practitioner"),
  performer: [to("Organization", "organization")],
  reasonReference: [to("Condition", "condition")],
  // The link between the header and every observation.
  supportingInfo: observations.map(({ id }) => to("Observation", id)),
});

const patient = () => ({
  resourceType: "Patient",
  id: "patient",
  identifier: [{ system: "https://sender.example.org/patients", value: "P-0042" }],
  active: true,
  name: [{ use: "official", family: "Müller", given: ["Zoë", "Anna"] }],
  telecom: [{ system: "phone", value: "+1-913-555-0117", use: "mobile" }],
  gender: "female",
  birthDate: "1987-02-28",
  address: [{ line: ["417 Sample Street"], city: "Overland Park", state: "KS", postalCode: "66210" }],
});

const practitioner = () => ({
  resourceType: "Practitioner",
  id: "practitioner",
  active: true,
  name: [{ family: "García", given: ["Inés"], prefix: ["Dr."] }],
});

const organization = () => ({ resourceType: "Organization", id: "organization", active: true, name: "Harbor Heart Clinic (example)" });

const condition = () => ({
  resourceType: "Condition",
  id: "condition",
  clinicalStatus: hl7Concept("condition-clinical", "active", "Active"),
  verificationStatus: hl7Concept("condition-ver-status", "confirmed", "Confirmed"),
  code: { text: "Palpitations" },
  subject: to("Patient", "patient"),
  onsetPeriod: { start: "2026-05-01", end: "2026-08-31" },
});

function observation(number) {
  const [code, display, unit, ucum, value] = MEASURES[number % MEASURES.length];
  const day = String((number % 28) + 1).padStart(2, "0");
  return {
    resourceType: "Observation",
    id: `vital-${number}`,
    status: "final",
    code: concept("http://loinc.org", code, display),
    subject: to("Patient", "patient"),
    effectiveDateTime: `2026-08-${day}T09:30:00-05:00`,
    performer: [to("Practitioner", "practitioner")],
    valueQuantity: { value: value + (number % 40) / 10, unit, system: "http://unitsofmeasure.org", code: ucum },
  };
}

/** A valid message with six entries and so many Observations. */
export function message(observationCount) {
  const observations = Array.from({ length: observationCount }, (_, index) => observation(index + 1));
  const first = [header(), serviceRequest(observations), patient(), practitioner(), organization(), condition()];
  return {
    resourceType: "Bundle",
    id: "5e9d1c40-3b7a-4c59-9a3e-0d6f2b8c7a15",
    type: "message",
    timestamp: "2026-09-14T14:43:05.120Z",
    entry: [...first, ...observations].map(entry),
  };
}

/** Five faults in each Observation. */
export function spoilObservations(bundle) {
  for (const { resource } of bundle.entry) {
    if (resource.resourceType !== "Observation") continue;
    resource.status = "finished";
    resource.remark = "There is no such element.";
    resource.subject = to("Patient", "nobody");
    resource.effectiveDateTime = "2026-02-30";
    resource.valueQuantity.value = "61";
  }
  return bundle;
}

// As people paste them, and, where nobody would paste, as services send them.
export const indented = (bundle) => JSON.stringify(bundle, null, 2);
const compact = (bundle) => JSON.stringify(bundle);

/** The text that the faults are put into. */
export const smallMessage = () => indented(message(1));

function faultyMessage() {
  const names = ["bad code, required binding", "unknown element", "impossible date", "string for a decimal", "required element missing"];
  return names.reduce(
    (text, name) =>
      spoil(
        text,
        FAULTS.find((fault) => fault.name === name),
      ),
    smallMessage(),
  );
}

/** What is measured, with fhirpost's verdict, and how many errors and warnings it must find. */
export const MESSAGES = [
  { name: "5 kB", about: "7 entries", valid: true, issues: 0, write: smallMessage },
  { name: "90 kB", about: "107 entries", valid: true, issues: 0, write: () => indented(message(101)) },
  { name: "5 MB", about: "10,006 entries, no indentation", valid: true, issues: 0, write: () => compact(message(10_000)) },
  { name: "5 kB, faulty", about: "5 faults", valid: false, issues: 5, write: faultyMessage },
  { name: "5,000 issues", about: "1,006 entries", valid: false, issues: 5000, write: () => indented(spoilObservations(message(1000))) },
];

/** Writes each message as a file, and gives the paths in their order. */
export function writeMessages(folder) {
  mkdirSync(folder, { recursive: true });
  return MESSAGES.map(({ name, write }) => {
    const path = join(folder, `${name.replace(/[^0-9A-Za-z]+/g, "-")}.json`);
    writeFileSync(path, write());
    return path;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2];
  if (!folder) throw new Error("Name the folder to write to: node benches/messages.mjs <folder>");
  writeMessages(folder);
}
