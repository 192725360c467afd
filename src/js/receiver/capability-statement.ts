import type { FhirResource, KnownEvent } from "../types.js";

/** What this receiver can do, for a sender that asks before it sends. */
export function capabilityStatement(receiver: {
  base: string;
  date: Date;
  /** Those of the events that it has handlers for. */
  definitions: KnownEvent[];
  /** In minutes. */
  reliableCache: number;
  asynchronous: boolean;
}): FhirResource {
  const definitions = receiver.definitions.map(({ definition }) => definition);
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
        documentation: receiver.asynchronous
          ? "Synchronous, and for events other than Netsmart's asynchronous too: with async=true the answer is sent to the sender's endpoint or to response-url."
          : "Synchronous only: the answer is the body of the HTTP response.",
        ...(definitions.length > 0 && { supportedMessage: definitions.map((definition) => ({ mode: "receiver", definition })) }),
      },
    ],
  };
}
