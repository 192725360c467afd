/** Made-up values for an empty form. */
import type { EventKind, Values } from "./field.js";

/** Of a referral. */
const referralSample: Values = {
  requestId: "5f0c2b7e-93d1-4a68-b7f4-2e8d10c6a935",
  family: "Testerman",
  given: "Avery Quinn",
  birthDate: "1987-02-28",
  gender: "female",
  identifier: "RB-004417",
  identifierSystem: "https://riverbend.example.org/mrn",
  phone: "+1 555 0142",
  street: "14 Sample Street",
  city: "Riverbend",
  requesterFamily: "Exampleton",
  requesterGiven: "Morgan",
  npi: "1234567893",
  requesterRole: "General practitioner",
  organization: "Riverbend Family Practice (example)",
  serviceDisplay: "Referral to psychiatry service",
  serviceCode: "183524004",
  serviceSystem: "http://snomed.info/sct",
  priority: "routine",
  notes: "Prefers to be called in the afternoon.",
  reasonText: "Major depressive disorder, single episode, moderate",
  reasonCode: "F32.1",
  reasonSystem: "http://hl7.org/fhir/sid/icd-10-cm",
  payer: "Prairie Example Health Plan",
  memberId: "PEHP-30071",
  sourceName: "Riverbend referrals",
  sourceEndpoint: "https://riverbend.example.org/fhir",
  destinationName: "Referral Manager (preview)",
  destinationEndpoint: "https://fhirtest.netsmartcloud.com/v4",
};

const patient = (id: string, given: string[]) => ({
  resourceType: "Patient",
  id,
  name: [{ family: "Samplewood", given }],
  birthDate: "1979-11-04",
});

/** What is updated is on the server already. */
const updateSample: Values = { ...referralSample, claimsAddresses: "yes" };

/** Of an event of HL7, patient-link. */
const otherSample: Values = {
  eventSystem: "http://example.org/fhir/message-events",
  eventCode: "patient-link",
  focus: JSON.stringify([patient("samplewood-1", ["Jordan"]), patient("samplewood-2", ["Jordan", "Lee"])], null, 2),
  sourceName: "Hillside Clinic (example)",
  sourceEndpoint: "https://hillside.example.org/fhir",
  destinationName: "Regional patient index (example)",
  destinationEndpoint: "https://index.example.org/fhir",
};

export function sample(kind: EventKind): Values {
  if (kind === "update") return updateSample;
  return kind === "submit" ? referralSample : otherSample;
}
