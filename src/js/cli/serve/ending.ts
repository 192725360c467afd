/** How a server ends: no new requests, the open ones are answered, and what does not come to an end is cut off. */
import type { Server } from "node:http";

/** A sender that stops in the middle of its message is waited for no longer, in milliseconds. */
const PATIENCE = 10_000;

/**
 * What was sent before the end may still be on its way through the operating system, which would cut it off: its sender could not tell whether
 * it was processed. It is taken until there was nothing new for so long, in milliseconds.
 */
const QUIET = 100;
/** No longer than so often, where others go on sending. */
const MOST_CALLS = 50;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export class Ending {
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
      setTimeout(() => this.#server.closeAllConnections(), PATIENCE).unref();
    }, QUIET);
  }
}
