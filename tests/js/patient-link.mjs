/** What a definition of HL7's event says, which is not among the built-in ones: two patients that are one. */
export const PATIENT_LINK = {
  resourceType: "MessageDefinition",
  url: "http://example.org/fhir/MessageDefinition/patient-link",
  status: "draft",
  date: "2026-10-01",
  eventCoding: { system: "http://example.org/fhir/message-events", code: "patient-link" },
  category: "notification",
  focus: [{ code: "Patient", min: 2, max: "*" }],
};
