import type { FhirResource } from "../types.js";
import { eventKey, type Handler } from "./handlers.js";

/** The MessageDefinitions of the events that are built in, by the keys of their events. */
const DEFINITIONS = new Map(
  ["submit-service-request", "update-service-request"].map((code) => [
    eventKey({ system: "http://ntst.com/fhir/message-events", code }),
    `http://ntst.com/fhir/MessageDefinition/${code}`,
  ]),
);

/** What this receiver can do, for a sender that asks before it sends. */
export function capabilityStatement(receiver: {
  base: string;
  date: Date;
  handlers: Record<string, Handler>;
  /** In minutes. */
  reliableCache: number;
}): FhirResource {
  const definitions = Object.keys(receiver.handlers).flatMap((key) => DEFINITIONS.get(key) ?? []);
  return {
    resourceType: "CapabilityStatement",
    status: "active",
    date: receiver.date.toISOString(),
    kind: "instance",
    software: { name: "fhirpost" },
    implementation: { description: "A receiver of FHIR messages that validates, routes and answers them", url: receiver.base },
    fhirVersion: "4.0.1",
    format: ["json"],
    rest: [
      {
        mode: "server",
        operation: [{ name: "process-message", definition: "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message" }],
      },
    ],
    messaging: [
      {
        endpoint: [
          {
            protocol: { system: "http://terminology.hl7.org/CodeSystem/message-transport", code: "http" },
            address: `${receiver.base}/$process-message`,
          },
        ],
        reliableCache: receiver.reliableCache,
        documentation: "Synchronous only: the answer is the body of the HTTP response.",
        ...(definitions.length > 0 && { supportedMessage: definitions.map((definition) => ({ mode: "receiver", definition })) }),
      },
    ],
  };
}
