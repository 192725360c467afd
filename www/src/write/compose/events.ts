/** The events that a message may be composed for. */
import type { Demand, KnownEvent, MessageEvent } from "../../fhirpost.js";
import type { EventKind, Values } from "./fields.js";

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
