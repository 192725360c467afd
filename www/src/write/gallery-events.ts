/**
 * The events of the gallery: what hospitals, laboratories, payers and networks send, each as a small valid message. All their data is synthetic.
 * An event says what is its own; header, sender and receiver are the same in all. `@name` is a reference to the resource of that name.
 */

type Json = string | number | boolean | Json[] | { [name: string]: Json };
type Resource = { resourceType: string; [name: string]: Json };

export interface NetworkEvent {
  title: string;
  about: string;
  /** Whose event it is, and what else one may search for. */
  tags: string;
  /** eventCoding as system and code, or eventUri. */
  event: [system: string, code: string] | string;
  /** The names of the resources that it is about. */
  focus: string[];
  resources: Record<string, Resource>;
}

const V2 = "http://terminology.hl7.org/CodeSystem/v2-0003";
const ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category";
const LOINC = "http://loinc.org";
const SNOMED = "http://snomed.info/sct";
const UCUM = "http://unitsofmeasure.org";
const MEDCOM = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-eventCodes";
const NHS = "https://fhir.nhs.uk/CodeSystem/message-event";
const BARS = "https://fhir.nhs.uk/CodeSystem/message-events-bars";
const ALERTS = "http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event";

const reference = (name: string, display?: string): Json => ({ reference: `@${name}`, ...(display && { display }) });
const concept = (system: string, code: string, text: string): Json => ({ coding: [{ system, code }], text });
const quantity = (value: number, unit: string, code: string): Json => ({ value, unit, system: UCUM, code });

const patient: Resource = {
  resourceType: "Patient",
  identifier: [{ system: "https://riverside.example.org/records", value: "R-204417" }],
  name: [{ use: "official", family: "Lindqvist", given: ["Maja"] }],
  gender: "female",
  birthDate: "1984-06-12",
};
const practitioner: Resource = { resourceType: "Practitioner", name: [{ family: "Santos", given: ["Rafael"], prefix: ["Dr"] }] };
const subject = reference("patient", "Maja Lindqvist");

const encounter = (status: string, kind: string, more: { [name: string]: Json }): Resource => ({
  resourceType: "Encounter",
  identifier: [{ system: "https://riverside.example.org/stays", value: "S-88120" }],
  status,
  class: { system: ACT, code: kind },
  subject,
  serviceProvider: reference("sender"),
  ...more,
});

const observation = (code: string, text: string, value: Json, category = "laboratory"): Resource => ({
  resourceType: "Observation",
  status: "final",
  category: [concept(CATEGORY, category, category === "laboratory" ? "Laboratory" : "Vital signs")],
  code: concept(LOINC, code, text),
  subject,
  effectiveDateTime: "2026-03-02T08:15:00Z",
  ...(typeof value === "string" ? { valueString: value } : { valueQuantity: value }),
});

const referral = (text: string, more: { [name: string]: Json } = {}): Resource => ({
  resourceType: "ServiceRequest",
  status: "active",
  intent: "order",
  code: { text },
  subject,
  authoredOn: "2026-03-02T09:00:00Z",
  requester: reference("practitioner", "Dr Rafael Santos"),
  ...more,
});

const stay = { patient };
const written = { patient, practitioner };

export const networkEvents: NetworkEvent[] = [
  {
    title: "Admission",
    about: "A01: a patient comes to the ward.",
    tags: "ADT HL7 v2 hospital encounter inpatient",
    event: [V2, "A01"],
    focus: ["encounter"],
    resources: {
      ...stay,
      encounter: encounter("in-progress", "IMP", { period: { start: "2026-03-02T07:40:00Z" }, reasonCode: [{ text: "Chest pain" }] }),
    },
  },
  {
    title: "Transfer",
    about: "A02: from one ward to another, with both places.",
    tags: "ADT HL7 v2 hospital ward bed location",
    event: [V2, "A02"],
    focus: ["encounter"],
    resources: {
      ...stay,
      before: { resourceType: "Location", name: "Ward 3, bed 12" },
      after: { resourceType: "Location", name: "Ward 5, bed 2" },
      encounter: encounter("in-progress", "IMP", {
        location: [
          { location: reference("before"), status: "completed" },
          { location: reference("after"), status: "active" },
        ],
      }),
    },
  },
  {
    title: "Discharge",
    about: "A03: the stay has ended, and where the patient goes.",
    tags: "ADT HL7 v2 hospital encounter home",
    event: [V2, "A03"],
    focus: ["encounter"],
    resources: {
      ...stay,
      encounter: encounter("finished", "IMP", {
        period: { start: "2026-03-02T07:40:00Z", end: "2026-03-05T11:00:00Z" },
        hospitalization: {
          dischargeDisposition: concept("http://terminology.hl7.org/CodeSystem/discharge-disposition", "home", "Home"),
        },
      }),
    },
  },
  {
    title: "Registration",
    about: "A04: an outpatient visit begins.",
    tags: "ADT HL7 v2 outpatient clinic ambulatory",
    event: [V2, "A04"],
    focus: ["encounter"],
    resources: {
      ...written,
      encounter: encounter("arrived", "AMB", { participant: [{ individual: reference("practitioner") }] }),
    },
  },
  {
    title: "A patient’s data changed",
    about: "A08: a new telephone number and address.",
    tags: "ADT HL7 v2 demographics update",
    event: [V2, "A08"],
    focus: ["patient"],
    resources: {
      patient: {
        ...patient,
        telecom: [{ system: "phone", value: "+1 555 0142", use: "mobile" }],
        address: [{ line: ["7 Harbour Street"], city: "Riverside", postalCode: "04210" }],
      },
    },
  },
  {
    title: "Laboratory order",
    about: "O21: a potassium, with the specimen that was taken.",
    tags: "OML HL7 v2 lab order specimen",
    event: [V2, "O21"],
    focus: ["order"],
    resources: {
      ...written,
      specimen: { resourceType: "Specimen", status: "available", type: { text: "Venous blood" }, subject },
      order: referral("Potassium in serum", { specimen: [reference("specimen")], priority: "urgent" }),
    },
  },
  {
    title: "Laboratory result",
    about: "R01: a report with three values, one above its range.",
    tags: "ORU HL7 v2 lab report observation",
    event: [V2, "R01"],
    focus: ["report"],
    resources: {
      ...stay,
      potassium: {
        ...observation("2823-3", "Potassium", quantity(5.6, "mmol/L", "mmol/L")),
        interpretation: [concept("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "H", "High")],
        referenceRange: [{ low: quantity(3.5, "mmol/L", "mmol/L"), high: quantity(5.1, "mmol/L", "mmol/L") }],
      },
      sodium: observation("2951-2", "Sodium", quantity(139, "mmol/L", "mmol/L")),
      creatinine: observation("2160-0", "Creatinine", quantity(0.9, "mg/dL", "mg/dL")),
      report: {
        resourceType: "DiagnosticReport",
        status: "final",
        code: { text: "Electrolytes and kidney" },
        subject,
        issued: "2026-03-02T09:20:00Z",
        result: [reference("potassium"), reference("sodium"), reference("creatinine")],
      },
    },
  },
  {
    title: "Result to public health",
    about: "A notifiable finding goes to the state: SARS-CoV-2 detected.",
    tags: "US ELR electronic laboratory reporting public health",
    event: "https://health.example.org/events/electronic-laboratory-report",
    focus: ["report"],
    resources: {
      ...stay,
      finding: observation("94500-6", "SARS-CoV-2 RNA in respiratory specimen", "Detected"),
      report: {
        resourceType: "DiagnosticReport",
        status: "final",
        code: { text: "SARS-CoV-2 PCR" },
        subject,
        issued: "2026-03-02T09:20:00Z",
        result: [reference("finding")],
      },
    },
  },
  {
    title: "Immunization",
    about: "V04: an influenza vaccination for the registry.",
    tags: "VXU HL7 v2 vaccine registry IIS",
    event: [V2, "V04"],
    focus: ["immunization"],
    resources: {
      ...stay,
      immunization: {
        resourceType: "Immunization",
        status: "completed",
        vaccineCode: concept("http://hl7.org/fhir/sid/cvx", "140", "Influenza, seasonal"),
        patient: subject,
        occurrenceDateTime: "2026-03-02",
        lotNumber: "FL-2291",
      },
    },
  },
  {
    title: "A document is ready",
    about: "T02: a discharge letter, with where it can be fetched.",
    tags: "MDM HL7 v2 document letter",
    event: [V2, "T02"],
    focus: ["document"],
    resources: {
      ...stay,
      document: {
        resourceType: "DocumentReference",
        status: "current",
        type: concept(LOINC, "18842-5", "Discharge summary"),
        subject,
        date: "2026-03-05T12:00:00Z",
        content: [{ attachment: { contentType: "application/pdf", url: "https://riverside.example.org/letters/88120.pdf" } }],
      },
    },
  },
  {
    title: "Appointment",
    about: "S12: a new appointment, accepted by both.",
    tags: "SIU HL7 v2 scheduling booking",
    event: [V2, "S12"],
    focus: ["appointment"],
    resources: {
      ...written,
      appointment: {
        resourceType: "Appointment",
        status: "booked",
        description: "Follow-up after discharge",
        start: "2026-03-19T10:00:00Z",
        end: "2026-03-19T10:30:00Z",
        participant: [
          { actor: reference("patient"), status: "accepted" },
          { actor: reference("practitioner"), status: "accepted" },
        ],
      },
    },
  },
  {
    title: "Admission alert",
    about: "Da Vinci’s notification-admit: a payer or a practice is told of a stay.",
    tags: "US Da Vinci alerts notification payer",
    event: [ALERTS, "notification-admit"],
    focus: ["encounter"],
    resources: {
      ...stay,
      condition: { resourceType: "Condition", code: { text: "Pneumonia" }, subject },
      encounter: encounter("in-progress", "IMP", {
        period: { start: "2026-03-02T07:40:00Z" },
        diagnosis: [{ condition: reference("condition") }],
      }),
    },
  },
  {
    title: "Claim",
    about: "A visit is put to the payer, with one item and its price.",
    tags: "US claim payer billing financial",
    event: "https://payer.example.org/events/claim-submit",
    focus: ["claim"],
    resources: {
      ...stay,
      payer: { resourceType: "Organization", name: "Harbour Mutual" },
      coverage: {
        resourceType: "Coverage",
        status: "active",
        subscriberId: "HM-77120",
        beneficiary: subject,
        payor: [reference("payer")],
      },
      claim: {
        resourceType: "Claim",
        status: "active",
        type: concept("http://terminology.hl7.org/CodeSystem/claim-type", "professional", "Professional"),
        use: "claim",
        patient: subject,
        created: "2026-03-06",
        provider: reference("sender"),
        priority: concept("http://terminology.hl7.org/CodeSystem/processpriority", "normal", "Normal"),
        insurance: [{ sequence: 1, focal: true, coverage: reference("coverage") }],
        item: [{ sequence: 1, productOrService: { text: "Office visit, 30 minutes" }, unitPrice: { value: 135, currency: "USD" } }],
      },
    },
  },
  {
    title: "Eligibility question",
    about: "Is this patient insured, and for what?",
    tags: "US payer coverage eligibility insurance",
    event: "https://payer.example.org/events/eligibility",
    focus: ["question"],
    resources: {
      ...stay,
      payer: { resourceType: "Organization", name: "Harbour Mutual" },
      question: {
        resourceType: "CoverageEligibilityRequest",
        status: "active",
        purpose: ["validation", "benefits"],
        patient: subject,
        created: "2026-03-02",
        provider: reference("sender"),
        insurer: reference("payer"),
      },
    },
  },
  {
    title: "Referral between providers",
    about: "BaRS: one service asks another to take over a patient.",
    tags: "NHS England BaRS referral servicerequest-request",
    event: [BARS, "servicerequest-request"],
    focus: ["request"],
    resources: { ...written, request: referral("Assessment of breathlessness", { priority: "urgent" }) },
  },
  {
    title: "Booking request",
    about: "BaRS: a slot of another provider is booked.",
    tags: "NHS England BaRS booking-request appointment slot",
    event: [BARS, "booking-request"],
    focus: ["appointment"],
    resources: {
      ...stay,
      service: { resourceType: "HealthcareService", name: "Urgent treatment centre", providedBy: reference("receiver") },
      schedule: { resourceType: "Schedule", actor: [reference("service")] },
      slot: {
        resourceType: "Slot",
        schedule: reference("schedule"),
        status: "free",
        start: "2026-03-02T14:00:00Z",
        end: "2026-03-02T14:15:00Z",
      },
      appointment: {
        resourceType: "Appointment",
        status: "pending",
        start: "2026-03-02T14:00:00Z",
        end: "2026-03-02T14:15:00Z",
        slot: [reference("slot")],
        participant: [{ actor: reference("patient"), status: "accepted" }],
      },
    },
  },
  {
    title: "Prescription",
    about: "A prescription on its way to the pharmacy.",
    tags: "NHS England EPS prescription-order medication pharmacy",
    event: [NHS, "prescription-order"],
    focus: ["prescription"],
    resources: {
      ...written,
      prescription: {
        resourceType: "MedicationRequest",
        status: "active",
        intent: "order",
        medicationCodeableConcept: { text: "Amoxicillin 500 mg capsules" },
        subject,
        authoredOn: "2026-03-02T09:10:00Z",
        requester: reference("practitioner", "Dr Rafael Santos"),
        dosageInstruction: [{ text: "One capsule three times a day for seven days" }],
        dispenseRequest: { quantity: { value: 21, unit: "capsule" } },
      },
    },
  },
  {
    title: "Dispensed",
    about: "The pharmacy says what it gave.",
    tags: "NHS England EPS dispense-notification medication pharmacy",
    event: [NHS, "dispense-notification"],
    focus: ["dispense"],
    resources: {
      ...stay,
      dispense: {
        resourceType: "MedicationDispense",
        status: "completed",
        medicationCodeableConcept: { text: "Amoxicillin 500 mg capsules" },
        subject,
        performer: [{ actor: reference("sender") }],
        quantity: { value: 21, unit: "capsule" },
        whenHandedOver: "2026-03-02T11:45:00Z",
      },
    },
  },
  {
    title: "Letter between hospital and municipality",
    about: "MedCom’s CareCommunication: a question about home care, as it looks before its profiles are claimed.",
    tags: "MedCom Denmark care-communication-message letter",
    event: [MEDCOM, "care-communication-message"],
    focus: ["letter"],
    resources: {
      ...written,
      letter: {
        resourceType: "Communication",
        status: "unknown",
        topic: { text: "Help at home after discharge" },
        subject,
        sender: reference("practitioner"),
        payload: [{ contentString: "Can home care begin on 5 March? She manages stairs with support." }],
      },
    },
  },
  {
    title: "Measured at home",
    about: "MedCom’s HomeCareObservation: blood pressure from a visit.",
    tags: "MedCom Denmark homecareobservation-message vital signs",
    event: [MEDCOM, "homecareobservation-message"],
    focus: ["pressure"],
    resources: {
      ...stay,
      pressure: {
        resourceType: "Observation",
        status: "final",
        category: [concept(CATEGORY, "vital-signs", "Vital signs")],
        code: concept(LOINC, "85354-9", "Blood pressure"),
        subject,
        effectiveDateTime: "2026-03-08T09:30:00Z",
        component: [
          { code: concept(LOINC, "8480-6", "Systolic"), valueQuantity: quantity(134, "mmHg", "mm[Hg]") },
          { code: concept(LOINC, "8462-4", "Diastolic"), valueQuantity: quantity(82, "mmHg", "mm[Hg]") },
        ],
      },
    },
  },
  {
    title: "Referral to physiotherapy",
    about: "A clinic’s own event, with the findings behind it.",
    tags: "referral rehabilitation clinic condition",
    event: "https://riverside.example.org/events/referral",
    focus: ["request"],
    resources: {
      ...written,
      condition: {
        resourceType: "Condition",
        code: concept(SNOMED, "279039007", "Low back pain"),
        subject,
        onsetDateTime: "2026-01",
      },
      request: referral("Physiotherapy", {
        reasonReference: [reference("condition")],
        note: [{ text: "Works at a desk; better when walking." }],
      }),
    },
  },
];

/** The message of an event. The ids of its entries are the same each time: it is an example, and none that counts. */
export function messageOf({ event, focus, resources }: NetworkEvent): string {
  const sender: Resource = { resourceType: "Organization", name: "Riverside Clinic" };
  const receiver: Resource = { resourceType: "Organization", name: "Harbour Hospital" };
  const header: Resource = {
    resourceType: "MessageHeader",
    ...(typeof event === "string" ? { eventUri: event } : { eventCoding: { system: event[0], code: event[1] } }),
    destination: [{ name: "Harbour Hospital", endpoint: "https://harbour.example.org/fhir", receiver: reference("receiver") }],
    sender: reference("sender"),
    source: { name: "Riverside records", endpoint: "https://riverside.example.org/fhir" },
    focus: focus.map((name) => reference(name)),
  };
  const all = Object.entries({ header, ...resources, sender, receiver });
  const urls = new Map(all.map(([name], index) => [name, `urn:uuid:3f0c5a10-6d2b-4e1c-9a57-${String(index + 1).padStart(12, "0")}`]));
  const resolve = (key: string, value: Json): Json =>
    key === "reference" && typeof value === "string" && value.startsWith("@") ? (urls.get(value.slice(1)) ?? value) : value;
  const entry = all.map(([name, { resourceType, ...resource }]) => {
    const fullUrl = urls.get(name) ?? "";
    return { fullUrl, resource: { resourceType, id: fullUrl.replace("urn:uuid:", ""), ...resource } };
  });
  const bundle = { resourceType: "Bundle", id: "example", type: "message", timestamp: "2026-03-02T09:30:00Z", entry };
  return `${JSON.stringify(bundle, resolve, 2)}\n`;
}
