import { insteadOf } from "../kinds.js";

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
  /** What a body parser has made of it then. */
  body?: unknown;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** What is used of `ServerResponse` of `node:http`. */
export interface NodeResponse {
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers?: Record<string, string>): unknown;
  end(body?: Uint8Array): unknown;
}

/**
 * Lets a receiver, or any handler of the Fetch standard, answer the requests of Node's own servers, and of what is built on them:
 *
 * ```js
 * createServer(nodeListener(createReceiver())).listen(8080);
 * express().use("/fhir", nodeListener(createReceiver()));
 * ```
 */
export function nodeListener(
  handler: (request: Request) => Promise<Response>,
): (incoming: NodeRequest, outgoing: NodeResponse) => Promise<void> {
  if (typeof handler !== "function") throw new TypeError(`handler must be a function${insteadOf(handler)}`);
  return async (incoming, outgoing) => {
    try {
      const response = await handler(toRequest(incoming));
      // A connection with half a request in it cannot carry another one.
      if (!incoming.complete) outgoing.setHeader("Connection", "close");
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(incoming.method === "HEAD" ? undefined : Buffer.from(await response.arrayBuffer()));
    } catch {
      // A request that cannot be expressed (a bad URL, a forbidden header) has a sender that cannot be helped further.
      if (!outgoing.headersSent) outgoing.writeHead(400);
      outgoing.end();
    }
  };
}

function toRequest(incoming: NodeRequest): Request {
  // HTTP/1.0 asks for no Host.
  const url = new URL(incoming.originalUrl ?? incoming.url ?? "/", `http://${incoming.headers.host ?? "localhost"}`);
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i] ?? "", incoming.rawHeaders[i + 1] ?? "");
  }
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  // The standard asks for `duplex` with a stream; TypeScript's own types do not know it.
  const body = () => ({ body: incoming.readableEnded ? parsedBody(incoming.body) : bodyOf(incoming), duplex: "half" });
  return new Request(url, { method, headers, ...(hasBody && body()) });
}

/** A body that was read before this is there only as its parser left it: as bytes or text, or as the object that the JSON stood for. */
function parsedBody(body: unknown): BodyInit | null {
  if (typeof body === "string" || body instanceof Uint8Array) return body as BodyInit;
  return body === undefined ? null : JSON.stringify(body);
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
