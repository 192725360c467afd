/** What a receiver does with a valid message: the type of a handler, and the handlers of the local receiver. */
import { insteadOf, isPlain } from "../kinds.js";
import type { FhirResource, MessageEvent, ResponseOutcome, Route } from "../types.js";
import type { SqliteDatabase } from "./sqlite-store.js";

export interface ReceivedMessage {
  /** The request, as `JSON.parse` gives it. It has passed validation, unless the receiver's option `validate` is `false`. */
  bundle: { entry: { fullUrl: string; resource: FhirResource }[] };
  route: Route;
  now: Date;
  newId: () => string;
}

/** What a handler returns: what the answer is made of, and what is to be done when that is kept. Nothing at all stands for `ok`. */
export interface HandlerOutcome extends Partial<ResponseOutcome> {
  /**
   * Runs in the transaction in which the SQLite store keeps the answer: what it writes to `database` is there exactly when the message
   * counts as processed, whenever the process dies. It must be synchronous. When it throws, nothing is kept, and the answer is that of a
   * transient error. With the memory store there is no `database`, and it runs just before the answer is kept. It does not run when
   * `code` is `transient-error`.
   */
  commit?(database: SqliteDatabase | undefined): void;
}

type MaybePromise<T> = T | Promise<T>;

/**
 * Processes a message. It runs again for the same message when the process died, or it threw, before the answer was kept: what it does
 * outside of `commit` should do no harm when it is done twice. `route.messageId` is the same then.
 */
export type Handler = (message: ReceivedMessage) => MaybePromise<HandlerOutcome | undefined> | MaybePromise<void>;

/** The key of an event in `handlers`: `system|code` of its Coding, or its URI. */
export function eventKey(event: MessageEvent | undefined): string {
  if (event !== undefined && !isPlain(event)) throw new TypeError(`event must be an object${insteadOf(event)}`);
  return event?.uri ?? `${event?.system ?? ""}|${event?.code ?? ""}`;
}

export const NETSMART = "http://ntst.com/fhir/message-events";

/** Answers as a server that opens and changes referrals would, and stores no referral: what a sender needs to try a message out. */
export const referralHandlers: Record<string, Handler> = {
  [`${NETSMART}|submit-service-request`]: (message) => ({
    code: "ok",
    resources: serviceRequests(message).map((resource) => stored(resource, message.newId(), { versionId: "1" }, message.now)),
  }),
  // The referral is known already, so it keeps its id. A sender may also leave the id out and name it by identifier. Which version
  // this one would be is not known here.
  [`${NETSMART}|update-service-request`]: (message) => ({
    code: "ok",
    resources: serviceRequests(message).map((resource) =>
      stored(resource, resource.id ?? message.newId(), { versionId: undefined }, message.now),
    ),
  }),
};

function serviceRequests({ bundle, route }: ReceivedMessage): FhirResource[] {
  return route.focus.filter((focus) => focus.type === "ServiceRequest").flatMap((focus) => bundle.entry[focus.entry ?? -1]?.resource ?? []);
}

function stored(resource: FhirResource, id: string, version: { versionId: string | undefined }, now: Date): FhirResource {
  const { resourceType, id: _, meta, ...elements } = withoutUrns(resource) as FhirResource;
  return { resourceType, id, meta: { ...(meta as object | undefined), ...version, lastUpdated: now.toISOString() }, ...elements };
}

/** A urn names an entry of the request, and leads nowhere from the answer: what is left of such a reference is what it says in words. */
function withoutUrns(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUrns);
  if (typeof value !== "object" || value === null) return value;
  const { reference, ...rest } = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutUrns(inner)]));
  if (typeof reference === "string" && reference.startsWith("urn:")) return { display: "see the request", ...rest };
  return reference === undefined ? rest : { reference, ...rest };
}
