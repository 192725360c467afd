/** `fhirpost serve`: a receiver of messages, until it is ended. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { createReceiver, eventKey, type Handler, nodeListener, terminologyServer } from "../../node.js";
import { referralHandlers } from "../../receiver/handlers.js";
import { memoryStore } from "../../receiver/memory-store.js";
import { openSqliteStore, sqliteLibrary } from "../../receiver/open-sqlite-store.js";
import type { Authorize } from "../../receiver/request.js";
import type { AnswerStore } from "../../receiver/store.js";
import { UsageError } from "../arguments.js";
import { readDefinitions } from "../definitions.js";
import { inWords, readTokenFile, TroubleError } from "../files.js";
import { readGuideOptions } from "../guide.js";
import { printable, tell } from "../terminal.js";
import { DEFAULT_STORE, type ServeSettings } from "./arguments.js";

/** So long a connection may be idle in the middle of a request or an answer, in milliseconds. */
const IDLE = 120_000;

/** Gives the exit code, when it was ended. */
export async function serve(settings: ServeSettings): Promise<number> {
  const { stdout } = process;
  const authorize = await readAuthorize(settings);
  const validator = await readDefinitions(settings);
  const { store, close, kept } = openStore(settings);
  const handlers: Record<string, Handler> = { ...referralHandlers };
  const processed: Handler = () => undefined;
  for (const { event } of validator.events()) handlers[eventKey(event)] ??= processed;
  const receive = nodeListener(
    createReceiver({
      authorize,
      store,
      handlers,
      validator,
      validate: await readGuideOptions(settings, validator),
      ...(settings.terminologyServer !== undefined && { lookup: terminologyServer(settings.terminologyServer) }),
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
  const ending = new Shutdown(server);
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
  const name = /\/(metadata|(?:\$|%24)(?:process-message|validate))$/i.exec(path)?.[1]?.replace(/%24/, "$") ?? "elsewhere";
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

interface OpenStore {
  store: AnswerStore;
  close(): void;
  /** Where the answers are, in words: they are health data, and whoever starts the receiver is to know it. */
  kept: string;
}

const IN_MEMORY = "Answers are kept in memory, and forgotten when it ends";

/** @throws {TroubleError} when the file that was asked for cannot be had: a receiver that forgets would not be what was asked for. */
function openStore({ store, memory }: Pick<ServeSettings, "store" | "memory">): OpenStore {
  if (memory) return inMemory("");
  if (store === undefined) {
    try {
      new (sqliteLibrary())(":memory:").close();
    } catch (error) {
      return inMemory(`, since SQLite cannot be used. ${error instanceof Error ? error.message : error}`);
    }
  }
  const file = resolve(store ?? DEFAULT_STORE);
  try {
    const opened = openSqliteStore(file);
    const kept = `Answers are kept in ${file}, also when it ends. They quote the messages: this file is health data on your disk`;
    return { store: opened, close: () => opened.close(), kept: store === undefined ? `${kept}; --memory keeps none there.` : `${kept}.` };
  } catch (error) {
    throw new TroubleError(`the answers cannot be kept in ${file}: ${inWords(error)}`);
  }
}

function inMemory(why: string): OpenStore {
  return { store: memoryStore(), close() {}, kept: `${IN_MEMORY}${why === "" ? "." : why}` };
}

const NAMES = ["127.0.0.1", "localhost", "[::1]"];

/** Whether the address on which it listens is of this machine alone. */
function isHereOnly(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** @throws {UsageError} when anybody who can reach the receiver could use it. */
async function readAuthorize({ host, requireToken, tokenFile }: ServeSettings): Promise<Authorize> {
  const token = tokenFile === undefined ? process.env.FHIRPOST_TOKEN?.trim() : await readTokenFile(tokenFile);
  if (!isHereOnly(host) && !(requireToken && token)) {
    throw new UsageError(
      `--host ${host} can be reached from outside: it needs --require-token, and a token in --token-file or FHIRPOST_TOKEN`,
    );
  }
  if (!requireToken) return () => true;
  // Whatever should have filled it has failed: any token would do now.
  if (token === "") throw new UsageError("FHIRPOST_TOKEN is there and empty: --require-token needs the token, or no such variable");
  if (!token) return (given) => given !== undefined;
  // Loaded here: the other commands start without it.
  const { createHash, timingSafeEqual } = await import("node:crypto");
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(token);
  // Neither the length nor the first wrong sign of a token shows in the time that this takes.
  return (given) => given !== undefined && timingSafeEqual(digest(given), expected);
}

/**
 * Whether a receiver of this machine alone is called by a name of this machine. Another name could be a web site's own that resolves to it
 * (DNS rebinding), whose scripts would then count as same origin.
 */
function isCalledRightly(called: string | undefined, { host, base }: ServeSettings): boolean {
  if (!isHereOnly(host)) return true;
  const name = (called ?? "").replace(/:\d+$/, "");
  return NAMES.includes(name) || name === host || (base !== undefined && name === new URL(base).hostname);
}

/** A sender that stops in the middle of its message is waited for no longer, in milliseconds. */
const SHUTDOWN_PATIENCE = 10_000;

/**
 * What was sent before the end may still be on its way through the operating system, which would cut it off: its sender could not tell
 * whether it was processed. It is taken until there was nothing new for so long, in milliseconds.
 */
const QUIET = 100;
/** No longer than so often, where others go on sending. */
const MOST_CALLS = 50;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** How a server ends: no new requests, the open ones are answered, and what does not come to an end is cut off. */
class Shutdown {
  /** Done when the server was ended and has nothing open any more. */
  readonly ended: Promise<void>;
  readonly #server: Server;
  #isEnding = false;
  #connections = 0;

  constructor(server: Server) {
    this.#server = server;
    this.ended = new Promise((resolve) => server.once("close", () => resolve()));
    // The first one ends it; with its listener gone, the second ends the process at once.
    for (const signal of SIGNALS) process.once(signal, () => this.#end());
    server.on("connection", () => {
      this.#connections += 1;
    });
    server.on("request", (_, response) => {
      // A connection that is kept alive would stay open when its last answer is out.
      response.once("close", () => this.#isEnding && !server.listening && setImmediate(() => server.closeIdleConnections()));
    });
  }

  #end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#close(MOST_CALLS);
  }

  /** @param calls How often it may still be waited for what is new. */
  #close(calls: number): void {
    const before = this.#connections;
    setTimeout(() => {
      if (this.#connections > before && calls > 0) return this.#close(calls - 1);
      this.#server.close();
      this.#server.closeIdleConnections();
      setTimeout(() => this.#server.closeAllConnections(), SHUTDOWN_PATIENCE).unref();
    }, QUIET);
  }
}
