// Single faults, each put into the message of 5 kB: what a validator says of them shows what it looks at. Each breaks a rule that R4 states,
// or, for the last, one of the event's own.

const resource = (bundle, type) => bundle.entry.find((entry) => entry.resource.resourceType === type).resource;

/** A fault in one resource. */
const inside = (type, name, edit) => ({ name, edit: (bundle) => edit(resource(bundle, type)) });
/** A fault in the Bundle itself, or between its entries. */
const across = (name, edit) => ({ name, edit });
/** A fault that only the text can have. */
const written = (name, rewrite) => ({ name, rewrite });

export const FAULTS = [
  // Structure.
  inside("Patient", "number for a string", (patient) => {
    patient.name[0].family = 42;
  }),
  inside("Patient", "string for a boolean", (patient) => {
    patient.active = "true";
  }),
  inside("Observation", "string for a decimal", (observation) => {
    observation.valueQuantity.value = "61.1";
  }),
  inside("Patient", "object for an array", (patient) => {
    patient.name = patient.name[0];
  }),
  inside("ServiceRequest", "array for an object", (request) => {
    request.subject = [request.subject];
  }),
  inside("Patient", "unknown element", (patient) => {
    patient.nickname = "Zo";
  }),
  inside("Patient", "unknown element of a data type", (patient) => {
    patient.name[0].middle = "A.";
  }),
  inside("Organization", "unknown resource type", (organization) => {
    organization.resourceType = "Organisation";
  }),
  inside("ServiceRequest", "required element missing", (request) => {
    delete request.intent;
  }),
  inside("MessageHeader", "required element missing, one level down", (header) => {
    delete header.source.endpoint;
  }),
  inside("Observation", "two values of a choice", (observation) => {
    observation.valueString = "61";
  }),
  inside("Patient", "empty object", (patient) => {
    patient.maritalStatus = {};
  }),
  inside("Patient", "empty array", (patient) => {
    patient.telecom = [];
  }),
  inside("Patient", "empty string", (patient) => {
    patient.name[0].family = "";
  }),
  inside("Patient", "null without a companion", (patient) => {
    patient.name[0].given.push(null);
  }),
  written("duplicate key", (text) => text.replace('"gender": "female"', '"gender": "female", "gender": "male"')),

  // Values.
  inside("Patient", "impossible date", (patient) => {
    patient.birthDate = "1987-02-30";
  }),
  inside("ServiceRequest", "dateTime without a time zone", (request) => {
    request.authoredOn = "2026-09-14T09:42:00";
  }),
  across("date for an instant", (bundle) => {
    bundle.timestamp = "2026-09-14";
  }),
  across("id with a space", (bundle) => {
    bundle.id = "message 1";
  }),
  inside("Patient", "zero for a positiveInt", (patient) => {
    patient.telecom[0].rank = 0;
  }),
  inside("Patient", "no base64", (patient) => {
    patient.photo = [{ contentType: "image/png", data: "no base64!" }];
  }),

  // Codes.
  inside("ServiceRequest", "bad code, required binding", (request) => {
    request.status = "actve";
  }),
  inside("Patient", "bad code, required binding of a data type", (patient) => {
    patient.telecom[0].system = "telephone";
  }),
  inside("Condition", "bad code, required binding of a CodeableConcept", (condition) => {
    condition.clinicalStatus.coding[0].code = "activ";
  }),

  // Constraints that R4 states in FHIRPath.
  inside("Patient", "contact without any detail (pat-1)", (patient) => {
    patient.contact = [{ gender: "female" }];
  }),
  inside("Condition", "Period that ends before it starts (per-1)", (condition) => {
    condition.onsetPeriod.end = "2026-04-30";
  }),
  inside("Observation", "value beside the reason for its absence (obs-6)", (observation) => {
    observation.dataAbsentReason = { text: "unknown" };
  }),
  inside("Patient", "phone number without a system (cpt-2)", (patient) => {
    delete patient.telecom[0].system;
  }),
  inside("Patient", "script in a narrative (txt-1)", (patient) => {
    patient.text = { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml"><script>1</script></div>' };
  }),

  // References and messages.
  inside("ServiceRequest", "dangling reference", (request) => {
    request.requester.reference = "urn:uuid:0d4c3f1e-5a7b-4b1c-8f6d-2e9a7c5b3d10";
  }),
  inside("Observation", "reference to the wrong type", (observation) => {
    observation.subject.reference = "Condition/condition";
  }),
  inside("MessageHeader", "focus that is not there", (header) => {
    header.focus[0].reference = "ServiceRequest/nowhere";
  }),
  across("header not first", (bundle) => {
    bundle.entry.push(bundle.entry.shift());
  }),
  across("entry without fullUrl", (bundle) => {
    delete bundle.entry[2].fullUrl;
  }),
  across("same fullUrl twice (bdl-7)", (bundle) => {
    bundle.entry.push(structuredClone(bundle.entry[2]));
  }),
  across("fullUrl of another id", (bundle) => {
    bundle.entry[4].resource.id = "another";
  }),
  inside("ServiceRequest", "entry that nothing refers to (the event's rule)", (request) => {
    delete request.reasonReference;
  }),
];

/** The text with the fault in it. */
export function spoil(text, { edit, rewrite }) {
  if (rewrite) return rewrite(text);
  const bundle = JSON.parse(text);
  edit(bundle);
  return JSON.stringify(bundle, null, 2);
}
