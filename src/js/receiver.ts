/**
 * The receiving end of `$process-message`, as a handler of the Fetch standard: it runs wherever `Request` and `Response` exist.
 * It writes no log: messages hold health data. Of a message that it has processed it keeps the ids and the answer, in memory or in the
 * store that it is given, so that no message is processed twice.
 */
import { knownEvents } from "./api.js";
import { isDate } from "./kinds.js";
import { Messaging, type MessagingOptions } from "./messaging.js";
import { findAddress } from "./receiver/address.js";
import { NO_ANSWER } from "./receiver/answering.js";
import { Asynchronous, type AsynchronousOptions } from "./receiver/asynchronous.js";
import { type Authorize, authorizedSender } from "./receiver/authorization.js";
import { capabilityStatement, messageDefinition, ownEvents } from "./receiver/capability-statement.js";
import { eventKey, type Handler, type OnAnswer, readEventKey, referralHandlers } from "./receiver/handlers.js";
import { Unavailable } from "./receiver/limit.js";
import { memoryStore } from "./receiver/memory-store.js";
import { answerType, requireJson } from "./receiver/negotiation.js";
import { checkReceiverOptions } from "./receiver/options.js";
import { processMessage } from "./receiver/process-message.js";
import { Refusal } from "./receiver/refusal.js";
import { type Memory, Turns } from "./receiver/reliable.js";
import { Room } from "./receiver/room.js";
import type { AnswerStore, AsynchronousStore } from "./receiver/store.js";
import { withoutTrailingSlashes } from "./receiver/trailing-slashes.js";
import type { MessageEvent, MessageInput, ValidateOptions, ValidationReport } from "./types.js";

export type { AsynchronousOptions } from "./receiver/asynchronous.js";
export type { Authorize, Sender } from "./receiver/authorization.js";
export type { Handler, HandlerOutcome, OnAnswer, ReceivedAnswer, ReceivedBundle, ReceivedMessage } from "./receiver/handlers.js";
export type { Targets } from "./receiver/targets.js";
export { eventKey };

export interface ReceiverOptions {
  /**
   * MessageDefinitions of the events that are received beside the built-in ones, as `Messaging` takes them. One that makes no sense throws:
   * a receiver should not start with it.
   */
  definitions?: MessagingOptions["definitions"];
  /** The same as a set that is there already. */
  messaging?: Messaging;
  /**
   * The service's base URL, as senders write it (default: what the request's URL has before `/metadata` or `/$process-message`). A gateway in
   * front may cut off the beginning of its path. Name it where anybody can reach the receiver: without it, `Host` is what its senders say.
   */
  base?: string;
  /** The clock (default: the real one). */
  now?: () => Date;
  /** Where new ids come from (default `crypto.randomUUID`). */
  ids?: () => string;
  /** What to do with a valid message, by `eventKey(event)` (default: the referral events, answered without storing anything). */
  handlers?: Record<string, Handler>;
  /**
   * How messages are judged: options of `validateBundle` (default `{ showValues: false }`: the texts of issues go to the sender), a
   * function that judges them, or `false`: then a message is only read, and handlers must be ready for anything.
   */
  validate?: ValidateOptions | false | ((message: MessageInput) => ValidationReport | Promise<ValidationReport>);
  /**
   * Whether a request with this bearer token may send a message (default: everyone may). A text instead of `true` says who the sender
   * is, and so does `{ sender, scopes }`: the ids of its messages then count for it alone, and nobody else gets its answers.
   */
  authorize?: Authorize;
  /** Where answers are kept (default: in memory, as long as the process lives). */
  store?: AnswerStore;
  /**
   * How long an answer is kept, in minutes (default a day); `/metadata` says so. It should be at least a minute longer than senders go on
   * trying.
   */
  reliableCache?: number;
  /** The longest body that is read, in bytes (default 16 MiB; never more than `maxPendingBytes`). */
  maxBytes?: number;
  /**
   * How many bytes are held in memory of messages that are not answered yet, all together: bodies that are still coming, messages that are
   * being processed, and those that are answered later until that answer has arrived, or is put off for a second or more (default 128 MiB,
   * or eight times `maxBytes` where that is more). Beyond it messages are refused with 503 and `Retry-After`.
   */
  maxPendingBytes?: number;
  /**
   * How long a handler may take, in milliseconds (default 20,000; senders often wait for 30 seconds). Its sender then gets an answer of
   * `transient-error`, and the handler goes on: what it gives is kept for the sender that sends its message again, and until it has come to
   * its end no other call is made for that message. It has no end for a handler that never comes to one. `Infinity`: no limit.
   */
  handlerTimeout?: number;
  /**
   * Lets senders ask for their answer later, at another address (default: they are refused). The store must be able to keep what is owed:
   * `memoryStore`, `sqliteStore` and `openSqliteStore` are. It takes a process that lives on when a request is answered.
   */
  asynchronous?: AsynchronousOptions;
  /**
   * Told of an answer that comes in, to a message that was sent from here asynchronously; once, however often it comes. Answers are accepted
   * with 202 also without it. When it throws, the answer is not accepted, and may come again.
   */
  onAnswer?: OnAnswer;
  /**
   * Told what went wrong inside: what a handler, a store or `authorize` threw, what `authorize` gave that is no permission, why an
   * answer could not be delivered. The sender learns none of it. What a handler throws may quote the message; think before you log it.
   */
  onError?: (error: unknown) => void;
}

/** Answers requests, and takes handlers. */
export interface Receiver {
  (request: Request): Promise<Response>;
  /** Sets what to do with a valid message of an event: its key as `eventKey` gives it, or the event itself. Gives the receiver back. */
  on(event: string | MessageEvent, handler: Handler): Receiver;
}

/** The options with their defaults filled in. */
export interface ReceiverSettings
  extends Required<Pick<ReceiverOptions, "now" | "ids" | "handlers" | "validate" | "authorize" | "maxBytes" | "onAnswer">> {
  base: string | undefined;
  /** Lets synchronous calls know the events of this receiver. */
  asked: <T>(call: () => T) => T;
  memory: Memory;
  asynchronous: Asynchronous | undefined;
  /** For the messages that are not answered yet. */
  room: Room;
  /** `onError`, which may throw itself. */
  tell: (error: unknown) => void;
}

const MINUTE = 60_000;
const DAY_IN_MINUTES = 24 * 60;

const MEBIBYTE = 1024 * 1024;
const MAX_BYTES = 16 * MEBIBYTE;
/** So many of the longest bodies find room at once. */
const LONGEST_AT_ONCE = 8;

const HANDLER_TIMEOUT = 20_000;

/** @throws {TypeError} when an option is none, or is of the wrong kind; the text names it. */
export function createReceiver(given: ReceiverOptions = {}): Receiver {
  const options = checkReceiverOptions(given);
  const { reliableCache = DAY_IN_MINUTES, store = memoryStore(), validate = {}, maxBytes = MAX_BYTES } = options;
  const { handlerTimeout = HANDLER_TIMEOUT, maxPendingBytes = LONGEST_AT_ONCE * Math.max(maxBytes, MAX_BYTES) } = options;
  const messaging = eventsOf(options);
  const settings: ReceiverSettings = {
    asked: messaging === undefined ? (call) => call() : (call) => messaging.with(call),
    base: options.base === undefined ? undefined : withoutTrailingSlashes(options.base),
    now: options.now ?? (() => new Date()),
    ids: options.ids ?? (() => crypto.randomUUID()),
    // The keys come from messages: without a prototype there is nothing else to be found.
    handlers: Object.assign(Object.create(null), options.handlers ?? referralHandlers),
    validate,
    authorize: options.authorize ?? (() => true),
    onAnswer: options.onAnswer ?? (() => {}),
    // What finds no room even alone is too long; sent again, it would never find any.
    maxBytes: Math.min(maxBytes, maxPendingBytes),
    memory: { store, keep: reliableCache * MINUTE, turns: new Turns(), timeout: handlerTimeout },
    asynchronous: undefined,
    room: new Room(maxPendingBytes),
    tell(error) {
      try {
        // It may be asynchronous, too.
        Promise.resolve(options.onError?.(error) as unknown).catch(() => {});
      } catch {}
    },
  };
  if (options.asynchronous !== undefined) {
    settings.asynchronous = new Asynchronous(options.asynchronous, settings, store as AsynchronousStore);
  }
  const started = settings.now();
  if (!isMoment(started)) throw new TypeError("options.now must give a Date, of a year from 1 to 9999");

  /** The answer to a request that is not refused. */
  async function answer(request: Request): Promise<Response> {
    const address = findAddress(new URL(request.url), settings.base);
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow: address.allow } });
    if (!address.allow.split(", ").includes(request.method)) {
      throw new Refusal(405, "not-supported", `This address answers ${address.allow} only.`, { Allow: address.allow });
    }
    if (address.name !== "process-message") {
      const contentType = answerType(request);
      const definitions = settings.asked(knownEvents).filter(({ event }) => Object.hasOwn(settings.handlers, eventKey(event)));
      const known = new Set(definitions.map(({ event }) => eventKey(event)));
      const own = ownEvents(Object.keys(settings.handlers).filter((key) => !known.has(key)));
      const self = { base: address.base, date: started };
      if (address.name === "metadata") {
        const statement = capabilityStatement({
          ...self,
          definitions,
          own,
          reliableCache,
          asynchronous: settings.asynchronous !== undefined,
        });
        return json(200, JSON.stringify(statement), contentType);
      }
      const event = own.find(({ id }) => id === address.id);
      if (event === undefined) throw new Refusal(404, "not-found", "There is no such MessageDefinition here.");
      return json(200, JSON.stringify(messageDefinition(event, self)), contentType);
    }
    const sender = await authorizedSender(request, settings.authorize, settings.tell);
    requireJson(request.headers);
    const contentType = answerType(request);
    const body = await processMessage(request, address.base, sender, settings);
    if (body === undefined) return new Response(null, { status: 202, headers: PRIVATE });
    return body === NO_ANSWER ? new Response(null, { status: 204, headers: PRIVATE }) : json(200, body, contentType);
  }

  const receive = async (request: Request): Promise<Response> => {
    const response = await answer(request).catch((error: unknown) => refused(error, settings.tell));
    // What is said about a person is not to be taken for a page or a script.
    response.headers.set("X-Content-Type-Options", "nosniff");
    // An answer to HEAD has the headers of the answer to GET, and no body.
    return request.method === "HEAD" ? new Response(null, response) : response;
  };
  const receiver: Receiver = Object.assign(receive, {
    on(event: string | MessageEvent, handler: Handler): Receiver {
      const key = readEventKey(event);
      if (typeof handler !== "function") throw new TypeError("handler must be a function");
      settings.handlers[key] = handler;
      return receiver;
    },
  });
  return receiver;
}

/** A clock that is wrong would fail at the first message. */
function isMoment(now: unknown): boolean {
  return isDate(now) && !Number.isNaN(now.getTime()) && /^(?!0000)\d{4}-/.test(now.toISOString());
}

function eventsOf({ definitions, messaging }: ReceiverOptions): Messaging | undefined {
  if (definitions === undefined) {
    // One that was freed is found now, not at the first message.
    messaging?.with(() => undefined);
    return messaging;
  }
  if (messaging !== undefined) throw new TypeError("options.messaging and options.definitions exclude each other");
  const made = new Messaging({ definitions });
  const [first] = made.problems;
  if (first !== undefined) throw new TypeError(`options.definitions: ${first.definition} ${first.problem}`);
  return made;
}

/** What was thrown inside may quote the message, so the sender learns only that something failed. */
function refused(error: unknown, tell: (error: unknown) => void): Response {
  if (!(error instanceof Refusal)) tell(error);
  const refusal = refusalOf(error);
  return json(refusal.status, JSON.stringify(refusal.outcome), "application/fhir+json", refusal.headers);
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof Unavailable))
    return new Refusal(500, "exception", "The receiver failed to process the message. It may be sent again.");
  return new Refusal(503, "throttled", error.message, { "Retry-After": String(error.retryAfter) });
}

/** No cache on the way may keep what is said about a person. */
const PRIVATE = { "Cache-Control": "no-store" };

function json(status: number, body: string, contentType: string, headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { ...headers, ...PRIVATE, "Content-Type": `${contentType}; charset=utf-8` } });
}
