/** `fhirpost serve`: a receiver of messages, until it is ended. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createReceiver, eventKey, type Handler, knownEvents, nodeListener } from "../../node.js";
import { referralHandlers } from "../../receiver/handlers.js";
import { readDefinitions } from "../definitions.js";
import { printable, tell } from "../terminal.js";
import { TroubleError } from "../trouble.js";
import type { ServeSettings } from "./arguments.js";
import { isCalledRightly, readAuthorize } from "./authorize.js";
import { Ending } from "./ending.js";
import { openStore } from "./store.js";

/** So long a connection may stand still in the middle of a request or an answer, in milliseconds. */
const IDLE = 120_000;

/** Gives the exit code, when it was ended. */
export async function serve(settings: ServeSettings): Promise<number> {
  const { stdout } = process;
  const authorize = await readAuthorize(settings);
  const messaging = await readDefinitions(settings.definitions);
  const { store, close, kept } = openStore(settings);
  const handlers: Record<string, Handler> = { ...referralHandlers };
  const processed: Handler = () => undefined;
  for (const { event } of messaging?.events ?? knownEvents()) handlers[eventKey(event)] ??= processed;
  const receive = nodeListener(
    createReceiver({
      authorize,
      store,
      handlers,
      ...(messaging !== undefined && { messaging }),
      ...(settings.base !== undefined && { base: settings.base }),
      ...(settings.maxBytes !== undefined && { maxBytes: settings.maxBytes }),
      // What an error says may quote the message; its kind does not.
      onError: (error) => tell(`the receiver failed: ${kindOf(error)}`),
    }),
  );
  // Loaded here: the other commands start without it.
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    if (!settings.quiet) logWhenDone(request, response);
    if (isCalledRightly(request.headers.host, settings)) return void receive(request, response);
    response
      .writeHead(421, { "Content-Type": "text/plain", "X-Content-Type-Options": "nosniff" })
      .end("This receiver answers to names of this machine only.\n");
  });
  // Whoever does not read its answer is not waited for: that is held in memory.
  server.setTimeout(IDLE);
  const ending = new Ending(server);
  try {
    const { port } = await listen(server, settings);
    const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
    tell(kept);
    tell("Ctrl+C ends it");
    stdout.write(`${printable(settings.base ?? `http://${host}:${port}`)}\n`);
    await ending.ended;
  } finally {
    close();
  }
  return 0;
}

function listen(server: Server, { port, host }: ServeSettings): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.on("error", (error: NodeJS.ErrnoException) => {
      const used = error.code === "EADDRINUSE" ? `port ${port} is in use; --port 0 takes a free one` : error.message;
      reject(new TroubleError(`the receiver could not start: ${used}`));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/** Such as `14:03:21 POST $process-message 200, 4 ms`. Of the address only its end is written, when that is one of the receiver's. */
function logWhenDone({ method, url = "" }: IncomingMessage, response: ServerResponse): void {
  const start = performance.now();
  const [path = ""] = url.split("?");
  const name = /\/(metadata|(?:\$|%24)process-message)$/i.exec(path)?.[1]?.replace(/%24/, "$") ?? "elsewhere";
  response.on("close", () => {
    const status = response.writableFinished ? response.statusCode : "cut off";
    const time = new Date().toTimeString().slice(0, 8);
    process.stderr.write(`${time} ${printable(String(method))} ${name} ${status}, ${Math.round(performance.now() - start)} ms\n`);
  });
}

function kindOf(error: unknown): string {
  const { code, name, cause } = (error ?? {}) as { code?: unknown; name?: unknown; cause?: { code?: unknown } };
  return String(cause?.code ?? code ?? name ?? typeof error);
}
