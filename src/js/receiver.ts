/**
 * The receiving end of `$process-message`, as a handler of the Fetch standard: it runs wherever `Request` and `Response` exist.
 * It keeps nothing between two requests and writes no log: messages hold health data.
 */
import { capabilityStatement } from "./receiver/capability-statement.js";
import { eventKey, type Handler, referralHandlers } from "./receiver/handlers.js";
import { answerType, requireJson } from "./receiver/negotiation.js";
import { processMessage } from "./receiver/process-message.js";
import { Refusal } from "./receiver/refusal.js";

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
  /** Whether a request with this bearer token may send a message (default: everyone may). */
  authorize?: (token: string | undefined) => boolean | Promise<boolean>;
  /** The longest body that is read, in bytes (default 16 MiB). */
  maxBytes?: number;
}

/** The options with their defaults filled in. */
export type ReceiverSettings = Required<Omit<ReceiverOptions, "base">> & { base: string | undefined };

const MEBIBYTE = 1024 * 1024;

export function createReceiver(options: ReceiverOptions = {}): (request: Request) => Promise<Response> {
  const settings: ReceiverSettings = {
    base: options.base?.replace(/\/+$/, ""),
    now: options.now ?? (() => new Date()),
    ids: options.ids ?? (() => crypto.randomUUID()),
    handlers: options.handlers ?? referralHandlers,
    authorize: options.authorize ?? (() => true),
    maxBytes: options.maxBytes ?? 16 * MEBIBYTE,
  };
  const started = settings.now();

  return async (request) => {
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
        const statement = capabilityStatement({ base: route.base, date: started, handlers: settings.handlers });
        return json(200, statement, contentType);
      }
      await checkAuthorization(request, settings);
      requireJson(request.headers.get("content-type"));
      const contentType = answerType(request);
      return json(200, await processMessage(request, route.base, settings), contentType);
    } catch (error) {
      // What a handler throws may quote the message, so the sender learns only that something failed.
      const refusal =
        error instanceof Refusal
          ? error
          : new Refusal(500, "exception", "The receiver failed to process the message. It may be sent again.");
      return json(refusal.status, refusal.outcome, "application/fhir+json", refusal.headers);
    }
  };
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

async function checkAuthorization(request: Request, settings: ReceiverSettings): Promise<void> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (!(await settings.authorize(token))) {
    throw new Refusal(401, "login", "A valid bearer token is needed to send a message here.", {
      "WWW-Authenticate": 'Bearer realm="fhirpost"',
    });
  }
}

function json(status: number, body: unknown, contentType: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "Content-Type": `${contentType}; charset=utf-8`, "Cache-Control": "no-store" },
  });
}
