/** What a receiver does with a valid message: the type of a handler, and the handlers of the local receiver. */
import type { FhirResource, MessageEvent, ResponseOutcome, Route } from "../types.js";

export interface ReceivedMessage {
  /** The request, as `JSON.parse` gives it. It has passed validation. */
  bundle: { entry: { fullUrl: string; resource: FhirResource }[] };
  route: Route;
  now: Date;
  newId: () => string;
}

export type Handler = (message: ReceivedMessage) => ResponseOutcome | Promise<ResponseOutcome>;

/** The key of an event in `handlers`: `system|code` of its Coding, or its URI. */
export function eventKey(event: MessageEvent | undefined): string {
  return event?.uri ?? `${event?.system ?? ""}|${event?.code ?? ""}`;
}

const NETSMART = "http://ntst.com/fhir/message-events";

/** Answers as a server that opens and changes referrals would, and stores nothing: what a sender needs to try a message out. */
export const referralHandlers: Record<string, Handler> = {
  [`${NETSMART}|submit-service-request`]: (message) => ({
    code: "ok",
    resources: serviceRequests(message).map((resource) => ({
      ...resource,
      id: message.newId(),
      meta: { ...metaOf(resource), versionId: "1", lastUpdated: message.now.toISOString() },
    })),
  }),
  // The referral is known already, so it keeps its id. A sender may also leave the id out and name it by identifier.
  [`${NETSMART}|update-service-request`]: (message) => ({
    code: "ok",
    resources: serviceRequests(message).map((resource) => {
      const { versionId: _, ...meta } = metaOf(resource);
      return { ...resource, id: resource.id ?? message.newId(), meta: { ...meta, lastUpdated: message.now.toISOString() } };
    }),
  }),
};

function serviceRequests({ bundle, route }: ReceivedMessage): FhirResource[] {
  return route.focus
    .filter((focus) => focus.type === "ServiceRequest" && focus.entry !== undefined)
    .flatMap((focus) => bundle.entry[focus.entry ?? -1]?.resource ?? []);
}

function metaOf(resource: FhirResource): Record<string, unknown> {
  return { ...(resource["meta"] as Record<string, unknown> | undefined) };
}
