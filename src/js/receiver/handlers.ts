/** What a receiver does with a valid message: the type of a handler, and the handlers of the local receiver. */
import { check, insteadOf, isPlain, isPlainObject, string } from "../arguments.js";
import { wrong } from "../parts.js";
import type { ResponseOutcome, Route } from "../types/messages.js";
import type { AnyResource, MessageEvent } from "../types/validation.js";
import type { SqliteDatabase } from "./store.js";

export interface ReceivedMessage {
  /**
   * The request, as `JSON.parse` gives it. It has passed validation, unless the receiver's option `validate` is `false`. Its numbers are
   * those of JavaScript, so that `1.50` reads 1.5. In a resource that a handler gives back they are written as they came where they are
   * still in the object in which they came; for any other use take them from `text`.
   */
  bundle: ReceivedBundle;
  /** The same as JSON text, as it came: every number with its digits. */
  text: string;
  route: Route;
  now: Date;
  newId: () => string;
}

/** The type of a resource is what its `resourceType` says. */
export interface ReceivedBundle {
  resourceType: "Bundle";
  type: "message";
  id: string;
  timestamp?: string;
  entry: { fullUrl: string; resource: AnyResource }[];
}

/** An answer to a message that was sent from here. It has passed validation, as `ReceivedMessage` has. */
export interface ReceivedAnswer extends Omit<ReceivedMessage, "newId"> {
  /** `response` says which message it answers, and how. */
  route: Route;
}

export type OnAnswer = (answer: ReceivedAnswer) => void | Promise<void>;

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

/** The key of the event that a message has; nothing where it would be that of another event. */
export function keyOfReceived(event: MessageEvent | undefined): string | undefined {
  // No URI has a bar in it: it would make a system and a code of one, or move the place where they part.
  return event?.uri?.includes("|") || event?.system?.includes("|") ? undefined : eventKey(event);
}

/** Says why no event has a key, or nothing. */
export function keyProblem(key: string): string | undefined {
  if (/[\p{Cc}\p{Cs}]/u.test(key)) return "it must have no control characters";
  const isUri = (text: string) => /^[a-z][a-z\d+.-]*:\S+$/i.test(text);
  const bar = key.indexOf("|");
  if (bar < 0) return isUri(key) ? undefined : "it must be system|code, or an absolute URI";
  // The validator refuses a Coding without its system; a receiver that does not validate may get one.
  if (bar > 0 && !isUri(key.slice(0, bar))) return "its system must be an absolute URI";
  return /^\S+(?: \S+)*$/.test(key.slice(bar + 1)) ? undefined : "it must have a code after the system, with single spaces at most";
}

/** @throws {TypeError} for what is not an event, or a key that none has. */
export function readEventKey(event: unknown): string {
  if (typeof event !== "string") {
    if (!isPlainObject(event)) wrong("event must be a key as eventKey gives it, or an object with system and code, or uri");
    const { system, code, uri } = check(event, { system: string, code: string, uri: string }, "event") as MessageEvent;
    if (uri !== undefined && (system !== undefined || code !== undefined))
      wrong("event must have system and code, or uri: no event has both");
  }
  const key = typeof event === "string" ? event : eventKey(event as MessageEvent);
  const problem = keyProblem(key);
  return problem === undefined ? key : wrong(`event has the key ${JSON.stringify(key)}, which no event has: ${problem}`);
}

export const NETSMART = "http://ntst.com/fhir/message-events";

/** Answers as a server that opens and changes referrals would, and stores no referral: what a sender needs to try a message out. */
export const referralHandlers: Record<string, Handler> = {
  [`${NETSMART}|submit-service-request`]: (message) => ({
    code: "ok",
    resources: changedReferrals(message, () => message.newId(), "1"),
  }),
  // The referral is known already, so it keeps its id. A sender may also leave the id out and name it by identifier. Which version
  // this one would be is not known here.
  [`${NETSMART}|update-service-request`]: (message) => ({
    code: "ok",
    resources: changedReferrals(message, (id) => id ?? message.newId(), undefined),
  }),
};

/**
 * The referrals of a message as they are when they are stored. They are changed where they are, so that their numbers keep all their
 * digits.
 */
function changedReferrals(
  { bundle, route, now }: ReceivedMessage,
  newId: (id: string | undefined) => string,
  versionId: string | undefined,
): AnyResource[] {
  const referrals = route.focus.filter(({ type }) => type === "ServiceRequest");
  // One that is named twice is one nevertheless.
  const resources = new Set(referrals.flatMap((focus) => bundle.entry[focus.entry ?? -1]?.resource ?? []));
  for (const resource of resources) {
    leaveOutUrns(resource);
    resource.id = newId(resource.id);
    resource.meta = Object.assign(resource.meta ?? {}, { versionId, lastUpdated: now.toISOString() });
  }
  return [...resources];
}

/** A urn names an entry of the request, and refers to nothing in the answer: what is left of such a reference is what it says in words. */
function leaveOutUrns(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) leaveOutUrns(inner);
  const one = value as { reference?: unknown; display?: unknown };
  if (typeof one.reference !== "string" || !one.reference.startsWith("urn:")) return;
  delete one.reference;
  one.display ??= "see the request";
}
