/** What a receiver says of itself: its CapabilityStatement, and the MessageDefinitions of events that are its own. */
import type { FhirResource, KnownEvent } from "../types/messages.js";
import type { MessageEvent } from "../types/validation.js";

/** An event that has a handler, and no definition that anybody else could know. */
interface OwnEvent {
  key: string;
  event: MessageEvent;
  /** The id of its MessageDefinition at this receiver. */
  id: string;
}

/** The events of these keys, each with an id that no other has. */
export function ownEvents(keys: string[]): OwnEvent[] {
  const used = new Set<string>();
  return keys.map((key) => {
    const bar = key.indexOf("|");
    const event = bar < 0 ? { uri: key } : { ...(bar > 0 && { system: key.slice(0, bar) }), code: key.slice(bar + 1) };
    const name = slug(event.uri ?? event.code ?? "");
    let id = name;
    for (let number = 2; used.has(id); number += 1) id = `${name}-${number}`;
    used.add(id);
    return { key, event, id };
  });
}

/** The last part of a URI, or a code, as an id of FHIR, with room for a number behind it. */
function slug(text: string): string {
  const [last = ""] = text.split(/[/:#]/).filter(Boolean).slice(-1);
  const plain = last.replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 56);
  return plain === "" || plain === "-" ? "event" : plain;
}

/** Where such a definition is: a canonical URL at which it can be read. */
function definitionUrl(base: string, id: string): string {
  return `${base}/MessageDefinition/${id}`;
}

/** The MessageDefinition of an event of this receiver: that it is taken, and no more, since no more is known. */
export function messageDefinition({ event, id }: OwnEvent, receiver: { base: string; date: Date }): FhirResource {
  const { uri, ...coding } = event;
  return {
    resourceType: "MessageDefinition",
    id,
    url: definitionUrl(receiver.base, id),
    status: "active",
    date: receiver.date.toISOString(),
    description: "An event that this receiver handles. What its messages must hold is not said here.",
    ...(uri === undefined ? { eventCoding: coding } : { eventUri: uri }),
  };
}

/** What this receiver can do, for a sender that asks before it sends. */
export function capabilityStatement(receiver: {
  base: string;
  date: Date;
  /** Those of the events that it has handlers for. */
  definitions: KnownEvent[];
  /** The others that it has handlers for. */
  own: OwnEvent[];
  /** In minutes. */
  reliableCache: number;
  asynchronous: boolean;
}): FhirResource {
  const definitions = [
    ...receiver.definitions.map(({ definition }) => definition),
    ...receiver.own.map(({ id }) => definitionUrl(receiver.base, id)),
  ];
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
        operation: [
          { name: "process-message", definition: "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message" },
          { name: "validate", definition: "http://hl7.org/fhir/OperationDefinition/Resource-validate" },
        ],
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
