/** What the form's values become: the event, a referral of Netsmart's two events, and made-up values for an empty form. */
import type { Composition, Demand, FhirResource, KnownEvent, MessageEvent } from "../../fhirpost.js";
import { type EventKind, OWN_SYSTEM, type Values } from "./fields.js";

const NETSMART = "http://ntst.com/fhir/message-events";

export interface Choice {
  kind: EventKind;
  name: string;
  known?: KnownEvent;
}

export function choice(known: KnownEvent): Choice {
  const { system, code, uri } = known.event;
  const own = system === NETSMART ? { "submit-service-request": "submit", "update-service-request": "update" }[code ?? ""] : undefined;
  return { kind: (own ?? "known") as EventKind, name: code ?? uri ?? known.definition, known };
}

export function eventOf({ known }: Choice, { eventSystem = "", eventCode = "" }: Values): MessageEvent {
  return known?.event ?? { system: eventSystem.trim(), code: eventCode.trim() };
}

/** As FHIR writes it: "ServiceRequest 1..1", "Observation 0..*". */
export function demandInWords({ type, min, max }: Demand): string {
  const most = max === undefined ? "*" : String(max);
  return `${type} ${min}..${most}`;
}

/**
 * A referral of Netsmart's two events.
 * @param newId Gives ids for the resources; the referral that is updated keeps its own.
 */
export function referral(given: Values, newId: () => string): Composition {
  const values = trimmed(given);
  const ids = { patient: newId(), practitioner: newId(), role: newId(), organization: newId(), payer: newId(), coverage: newId() };
  const hasCoverage = values.payer !== undefined;

  const patient = resource("Patient", ids.patient, {
    identifier: values.identifier && [{ system: values.identifierSystem, value: values.identifier }],
    name: [name(values.family, values.given)],
    gender: values.gender,
    birthDate: values.birthDate,
  });
  const practitioner = resource("Practitioner", ids.practitioner, {
    identifier: values.npi && [{ system: "http://hl7.org/fhir/sid/us-npi", value: values.npi }],
    name: [name(values.requesterFamily, values.requesterGiven)],
  });
  const organization = resource("Organization", ids.organization, { name: values.organization });
  const role = resource("PractitionerRole", ids.role, {
    practitioner: { reference: `Practitioner/${ids.practitioner}` },
    organization: { reference: `Organization/${ids.organization}` },
  });
  const request = resource("ServiceRequest", values.requestId ?? newId(), {
    status: "active",
    intent: values.intent ?? "order",
    priority: values.priority,
    code: concept(
      values.serviceSystem === OWN_SYSTEM ? values.serviceSystemUri : values.serviceSystem,
      values.serviceCode,
      values.serviceDisplay,
    ),
    subject: { reference: `Patient/${ids.patient}` },
    authoredOn: values.authoredOn,
    requester: { reference: `PractitionerRole/${ids.role}` },
    reasonCode: values.reasonText || values.reasonCode ? [concept(values.reasonSystem, values.reasonCode, values.reasonText)] : undefined,
    insurance: hasCoverage ? [{ reference: `Coverage/${ids.coverage}` }] : undefined,
  });
  const coverage = [
    resource("Coverage", ids.coverage, {
      status: "active",
      subscriberId: values.memberId,
      beneficiary: { reference: `Patient/${ids.patient}` },
      payor: [{ reference: `Organization/${ids.payer}` }],
    }),
    resource("Organization", ids.payer, { name: values.payer }),
  ];

  return {
    focus: request,
    resources: [patient, role, practitioner, organization, ...(hasCoverage ? coverage : [])],
    header: { author: { reference: `PractitionerRole/${ids.role}` } },
    ...ends(values),
    // As in Netsmart's own examples: entries have the URL that they would have on the server.
    ...(values.destinationEndpoint === undefined ? {} : { base: values.destinationEndpoint }),
  };
}

/** From where to where a message goes. */
export function ends(given: Values): Pick<Composition, "source" | "destination"> {
  const { sourceName, sourceEndpoint = "", destinationName, destinationEndpoint } = trimmed(given);
  const named = (name: string | undefined, endpoint: string) => ({ ...(name === undefined ? {} : { name }), endpoint });
  return {
    source: named(sourceName, sourceEndpoint),
    ...(destinationEndpoint === undefined ? {} : { destination: named(destinationName, destinationEndpoint) }),
  };
}

/** Values without white space around them; empty ones do not count. */
function trimmed(values: Values): Values {
  const entries = Object.entries(values).map(([name, value]) => [name, value.trim()] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

function resource(resourceType: string, id: string, elements: Record<string, unknown>): FhirResource {
  return { resourceType, id, ...present(elements) };
}

const present = (elements: Record<string, unknown>) => Object.fromEntries(Object.entries(elements).filter(([, value]) => value));

const name = (family: string | undefined, given: string | undefined) => present({ family, given: given?.split(/\s+/) });

/** What someone typed is not the code system's own words for the code: it is the text, never the display. */
const concept = (system: string | undefined, code: string | undefined, text: string | undefined) =>
  present({ coding: code && [present({ system, code })], text });

/** Of a referral. */
const referralSample: Values = {
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

/** Made-up values for an empty form. */
export const sample = (kind: EventKind): Values => (kind === "submit" || kind === "update" ? referralSample : otherSample);
