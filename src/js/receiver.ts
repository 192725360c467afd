/**
 * The receiving end of `$process-message`, as a handler of the Fetch standard: it runs wherever `Request` and `Response` exist.
 * It writes no log: messages hold health data. Of a message that it has processed it keeps the ids and the answer, in memory or in the
 * store that it is given, so that no message is processed twice.
 */
import { capabilityStatement } from "./receiver/capability-statement.js";
import { eventKey, type Handler, referralHandlers } from "./receiver/handlers.js";
import { answerType, requireJson } from "./receiver/negotiation.js";
import { processMessage } from "./receiver/process-message.js";
import { Refusal } from "./receiver/refusal.js";
import { type Memory, Turns } from "./receiver/reliable.js";
import { type AnswerStore, memoryStore } from "./receiver/store.js";
import type { MessageEvent } from "./types.js";

export type { Handler, ReceivedMessage } from "./receiver/handlers.js";
export { eventKey };

export interface ReceiverOptions {
  /** The service's base URL, as senders write it (default: what the request's URL has before `/metadata` or `/$process-message`). */
  base?: string;
  /** The clock (default: the real one). */
  now?: () => Date;
  /** Where new ids come from (default `crypto.randomUUID`). */
  ids?: () => string;
  /** What to do with a valid message, by `eventKey(event)` (default: the referral events, answered without storing anything). */
  handlers?: Record<string, Handler>;
  /**
   * Whether a request with this bearer token may send a message (default: everyone may). A text instead of `true` says who the sender
   * is: the ids of its messages then count for it alone, and nobody else gets its answers.
   */
  authorize?: (token: string | undefined) => boolean | string | Promise<boolean | string>;
  /** Where answers are kept (default: in memory, as long as the process lives). */
  store?: AnswerStore;
  /**
   * How long an answer is kept, in minutes (default a day); `/metadata` says so. It should be at least a minute longer than senders go on
   * trying.
   */
  reliableCache?: number;
  /** The longest body that is read, in bytes (default 16 MiB). */
  maxBytes?: number;
}

/** Answers requests, and takes handlers. */
export interface Receiver {
  (request: Request): Promise<Response>;
  /** Sets what to do with a valid message of an event: its key as `eventKey` gives it, or the event itself. Gives the receiver back. */
  on(event: string | MessageEvent, handler: Handler): Receiver;
}

/** The options with their defaults filled in. */
export type ReceiverSettings = Required<Omit<ReceiverOptions, "base" | "store" | "reliableCache">> & {
  base: string | undefined;
  memory: Memory;
};

const MINUTE = 60_000;
const DAY_IN_MINUTES = 24 * 60;

const MEBIBYTE = 1024 * 1024;

export function createReceiver(options: ReceiverOptions = {}): Receiver {
  const { reliableCache = DAY_IN_MINUTES } = options;
  if (!Number.isInteger(reliableCache) || reliableCache < 1) throw new TypeError("options.reliableCache must be a whole number of minutes");
  const settings: ReceiverSettings = {
    base: options.base?.replace(/\/+$/, ""),
    now: options.now ?? (() => new Date()),
    ids: options.ids ?? (() => crypto.randomUUID()),
    // The keys come from messages: without a prototype there is nothing else to be found.
    handlers: Object.assign(Object.create(null), options.handlers ?? referralHandlers),
    authorize: options.authorize ?? (() => true),
    maxBytes: options.maxBytes ?? 16 * MEBIBYTE,
    memory: { store: options.store ?? memoryStore(), keep: reliableCache * MINUTE, turns: new Turns() },
  };
  const started = settings.now();

  const receive = async (request: Request): Promise<Response> => {
    try {
      const route = findRoute(new URL(request.url), settings.base);
      if (request.method === "OPTIONS") {
        return new Response(null, { status: 204, headers: { Allow: route.allow } });
      }
      if (!route.allow.split(", ").includes(request.method)) {
        throw new Refusal(405, "not-supported", `This address answers ${route.allow} only.`, { Allow: route.allow });
      }
      if (route.name === "metadata") {
        const contentType = answerType(request);
        const statement = capabilityStatement({ base: route.base, date: started, handlers: settings.handlers, reliableCache });
        return json(200, JSON.stringify(statement), contentType);
      }
      const sender = await authorizedSender(request, settings);
      requireJson(request.headers.get("content-type"));
      const contentType = answerType(request);
      return json(200, await processMessage(request, route.base, sender, settings), contentType);
    } catch (error) {
      // What a handler throws may quote the message, so the sender learns only that something failed.
      const refusal =
        error instanceof Refusal
          ? error
          : new Refusal(500, "exception", "The receiver failed to process the message. It may be sent again.");
      return json(refusal.status, JSON.stringify(refusal.outcome), "application/fhir+json", refusal.headers);
    }
  };
  const receiver: Receiver = Object.assign(receive, {
    on(event: string | MessageEvent, handler: Handler): Receiver {
      settings.handlers[typeof event === "string" ? event : eventKey(event)] = handler;
      return receiver;
    },
  });
  return receiver;
}

interface Address {
  name: "metadata" | "process-message";
  base: string;
  allow: string;
}

function findRoute(url: URL, base: string | undefined): Address {
  const path = url.pathname.replace(/%24/gi, "$");
  const match = /^(.*)\/(metadata|\$process-message)$/.exec(path);
  const root = match?.[1] ?? "";
  if (match === null || (base !== undefined && new URL(base).pathname.replace(/\/$/, "") !== root)) {
    throw new Refusal(
      404,
      "not-found",
      "There is nothing here. This receiver answers GET [base]/metadata and POST [base]/$process-message.",
    );
  }
  const name = match[2] === "metadata" ? "metadata" : "process-message";
  return { name, base: base ?? url.origin + root, allow: name === "metadata" ? "GET, HEAD, OPTIONS" : "POST, OPTIONS" };
}

/** Who sends, as far as `authorize` says so. */
async function authorizedSender(request: Request, settings: ReceiverSettings): Promise<string> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const sender = await settings.authorize(token);
  if (sender === false || sender === "") {
    throw new Refusal(401, "login", "A valid bearer token is needed to send a message here.", {
      "WWW-Authenticate": 'Bearer realm="fhirpost"',
    });
  }
  return sender === true ? "" : sender;
}

function json(status: number, body: string, contentType: string, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status,
    headers: { ...headers, "Content-Type": `${contentType}; charset=utf-8`, "Cache-Control": "no-store" },
  });
}
