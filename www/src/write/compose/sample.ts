/** Made-up values for an empty form. */
import type { EventKind, Values } from "./fields.js";

const referral: Values = {
  requestId: "5f0c2b7e-93d1-4a68-b7f4-2e8d10c6a935",
  family: "Testerman",
  given: "Avery Quinn",
  birthDate: "1987-02-28",
  gender: "female",
  identifier: "RB-004417",
  identifierSystem: "https://riverbend.example.org/mrn",
  requesterFamily: "Exampleton",
  requesterGiven: "Morgan",
  npi: "1234567893",
  organization: "Riverbend Family Practice (example)",
  serviceDisplay: "Referral to psychiatry service",
  serviceCode: "183524004",
  priority: "routine",
  reasonText: "Major depressive disorder, single episode, moderate",
  reasonCode: "F32.1",
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

const other: Values = {
  eventSystem: "http://example.org/fhir/message-events",
  eventCode: "patient-link",
  focus: JSON.stringify([patient("samplewood-1", ["Jordan"]), patient("samplewood-2", ["Jordan", "Lee"])], null, 2),
  sourceName: "Hillside Clinic (example)",
  sourceEndpoint: "https://hillside.example.org/fhir",
  destinationName: "Regional patient index (example)",
  destinationEndpoint: "https://index.example.org/fhir",
};

export const sample = (kind: EventKind): Values => (kind === "submit" || kind === "update" ? referral : other);
