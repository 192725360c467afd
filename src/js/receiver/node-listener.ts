/** A receiver on Node's own servers: the request and its body as the Fetch standard has them, and the answer back. */
import { callable, check, insteadOf } from "../arguments.js";
import { limitOf } from "../waiting.js";
import { HostError, READ_BEFORE } from "./content.js";

/** What is used of `IncomingMessage` of `node:http`. Not that type itself: users of this package need not have the types of Node. */
export interface NodeRequest {
  url?: string | undefined;
  /** The whole of `url`, where Express has cut off what a router is mounted on. */
  originalUrl?: string | undefined;
  method?: string | undefined;
  headers: { host?: string | undefined };
  rawHeaders: string[];
  /** Whether the whole request has come. */
  complete: boolean;
  /** Whether somebody has read it to its end already. */
  readableEnded: boolean;
  /** Whether somebody has begun to read it. */
  readableDidRead?: boolean;
  destroyed?: boolean;
  /** What a body parser has made of it then, and the bytes where it has kept them. */
  body?: unknown;
  rawBody?: unknown;
  /** The connection: `encrypted` where it is one of TLS. */
  socket?: object;
  httpVersionMajor?: number;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** What is used of `ServerResponse` of `node:http`, and of that of `node:http2`. */
export interface NodeResponse {
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers?: Record<string, string>): unknown;
  write(body: Uint8Array): unknown;
  end(): unknown;
  end(body: Uint8Array): unknown;
}

export interface NodeListenerOptions {
  /** Told what the handler throws. A receiver throws nothing: it has an `onError` of its own. */
  onError?: (error: unknown) => void;
}

/** As the receiver's own answers have it. */
const NOSNIFF = { "X-Content-Type-Options": "nosniff" };

const OPTIONS = { onError: callable };

/**
 * Lets a receiver, or any handler of the Fetch standard, answer the requests of Node's own servers (http, https, HTTP/2 with
 * `createSecureServer`), and of what is built on them:
 *
 * ```js
 * createServer(nodeListener(createReceiver())).listen(8080);
 * express().use("/fhir", nodeListener(createReceiver()));
 * ```
 *
 * It reads the body itself. Behind a parser that has read it before, the handler gets the body where that is still there as text or bytes;
 * else reading it fails with an error that says so, which a receiver hands to its `onError`.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function nodeListener(
  handler: (request: Request) => Promise<Response>,
  options?: NodeListenerOptions,
): (incoming: NodeRequest, outgoing: NodeResponse) => Promise<void> {
  if (typeof handler !== "function") throw new TypeError(`handler must be a function, as createReceiver gives it${insteadOf(handler)}`);
  const { onError } = check(options, OPTIONS) as NodeListenerOptions;
  return async (incoming, outgoing) => {
    const request = readRequest(incoming);
    if (request === undefined) {
      // A request that cannot be expressed (a bad URL, a forbidden header) has a sender that cannot be helped further.
      outgoing.writeHead(400, NOSNIFF);
      outgoing.end();
      return;
    }
    try {
      const response = await handler(request);
      const body = incoming.method === "HEAD" ? new Uint8Array() : new Uint8Array(await response.arrayBuffer());
      const headers = Object.fromEntries(response.headers);
      // A connection with half a request in it cannot carry another one. HTTP/2 has streams for that.
      const isEarly = !incoming.complete && incoming.httpVersionMajor !== 2;
      if (isEarly) outgoing.setHeader("Connection", "close");
      if (!isEarly || body.byteLength === 0) {
        outgoing.writeHead(response.status, headers);
        outgoing.end(body);
        return;
      }
      outgoing.writeHead(response.status, { ...headers, "Content-Length": String(body.byteLength) });
      outgoing.write(body);
      await restOf(request, incoming);
      outgoing.end();
    } catch (error) {
      if (!outgoing.headersSent) outgoing.writeHead(500, NOSNIFF);
      outgoing.end();
      await tell(onError, error);
    }
  };
}

async function tell(onError: NodeListenerOptions["onError"], error: unknown): Promise<void> {
  try {
    await onError?.(error);
  } catch {}
}

/** Nothing when there is no such request in the Fetch standard. */
function readRequest(incoming: NodeRequest): Request | undefined {
  try {
    const headers = new Headers();
    let authority = incoming.headers.host;
    let hosts = 0;
    for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
      const [name = "", value = ""] = [incoming.rawHeaders[i], incoming.rawHeaders[i + 1]];
      if (name.toLowerCase() === "host") hosts += 1;
      // What HTTP/2 has instead of a request line.
      if (!name.startsWith(":")) headers.append(name, value);
      else if (name === ":authority") authority = value;
    }
    // RFC 9112, 3.2: which of them counts is not defined.
    if (hosts > 1) return undefined;
    const method = incoming.method ?? "GET";
    const hasBody = method !== "GET" && method !== "HEAD";
    // The standard asks for `duplex` with a stream; TypeScript's own types do not know it.
    const body = () => ({ body: requestBody(incoming), duplex: "half" });
    return new Request(requestUrl(incoming, authority), { method, headers, ...(hasBody && body()) });
  } catch {
    return undefined;
  }
}

/** A name or an address, perhaps with a port: nothing that a URL would read on as its path. */
const AUTHORITY = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

/**
 * The URL that was asked for. Which host it names is said by the connection and by `Host`: a request target that names another host, in a
 * URL or behind two slashes, does not change it (RFC 9112, 3.2.1: `//name/path` is a path).
 */
function requestUrl(incoming: NodeRequest, authority: string | undefined): URL {
  const isSecure = (incoming.socket as { encrypted?: unknown } | undefined)?.encrypted === true;
  // HTTP/1.0 asks for no Host.
  const host = authority || "localhost";
  if (!AUTHORITY.test(host)) throw new TypeError("no host");
  const target = incoming.originalUrl ?? incoming.url ?? "/";
  const path = target.startsWith("/") ? target : pathOf(target);
  return new URL(`${isSecure ? "https" : "http"}://${host}${path}`);
}

/** Of a request target in absolute form. */
function pathOf(target: string): string {
  if (!/^https?:\/\//i.test(target)) throw new TypeError("no request target");
  const { pathname, search } = new URL(target);
  return pathname + search;
}

/** The body: what comes in or, where somebody has read that before, what is left of it as text or bytes. */
function requestBody(incoming: NodeRequest): BodyInit {
  if (!incoming.readableEnded && incoming.readableDidRead !== true && incoming.destroyed !== true) return bodyOf(incoming);
  for (const kept of [incoming.rawBody, incoming.body]) {
    if (typeof kept === "string" || kept instanceof Uint8Array) return kept as BodyInit;
  }
  return new ReadableStream({ pull: (controller) => controller.error(new HostError(READ_BEFORE)) });
}

/**
 * Not `Readable.toWeb`: its cancel destroys the socket, and a sender whose message is too long would see a broken connection instead
 * of the answer that says so. Here the rest is read and dropped.
 */
function bodyOf(incoming: NodeRequest): ReadableStream<Uint8Array> {
  let cancelled = false;
  return new ReadableStream({
    start(controller) {
      incoming.on("data", (chunk) => {
        if (cancelled) return;
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
      });
      incoming.on("end", () => cancelled || controller.close());
      incoming.on("error", (error) => cancelled || controller.error(error));
      // A sender that hangs up in the middle of a body sends no "end".
      incoming.on("close", () => incoming.complete || cancelled || controller.error(new Error("the request was cut")));
    },
    pull: () => void incoming.resume(),
    cancel() {
      cancelled = true;
      incoming.resume();
    },
  });
}

/** So long a sender may go on with a request that has its answer, in milliseconds. */
const PATIENCE = 5000;

/**
 * Reads and drops what is still to come of a request that was answered before its end. Where the connection is closed in the middle of it,
 * many senders learn only that it broke, and never see the answer.
 */
async function restOf(request: Request, incoming: NodeRequest): Promise<void> {
  // Whoever has read of it has cancelled that.
  if (request.body?.locked === false) request.body.cancel().catch(() => {});
  const limit = limitOf(PATIENCE, { awake: false });
  await new Promise<void>((resolve) => {
    limit.signal.addEventListener("abort", () => resolve());
    incoming.on("end", resolve);
    incoming.on("close", resolve);
    if (incoming.complete || incoming.destroyed === true) resolve();
    incoming.resume();
  });
  limit.stop();
}
