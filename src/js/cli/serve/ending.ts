/** How a server ends: no new requests, the open ones are answered, and what does not come to an end is cut off. */
import type { Server } from "node:http";

/** A sender that stops in the middle of its message is waited for no longer, in milliseconds. */
const PATIENCE = 10_000;

/**
 * What was sent before the end may still be on its way through the operating system, which would cut it off: its sender could not tell whether
 * it was processed. So long, in milliseconds, it is taken.
 */
const LAST_CALL = 250;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export class Ending {
  /** Done when the server was ended and has nothing open any more. */
  readonly ended: Promise<void>;
  readonly #server: Server;
  #isEnding = false;

  constructor(server: Server) {
    this.#server = server;
    this.ended = new Promise((resolve) => server.once("close", () => resolve()));
    // The first one ends it; with its listener gone, the second ends the process at once.
    for (const signal of SIGNALS) process.once(signal, () => this.#end());
    server.on("request", (_, response) => {
      // A connection that is kept alive would stay open when its last answer is out.
      response.once("close", () => this.#isEnding && !server.listening && setImmediate(() => server.closeIdleConnections()));
    });
  }

  #end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    setTimeout(() => {
      this.#server.close();
      this.#server.closeIdleConnections();
    }, LAST_CALL);
    setTimeout(() => this.#server.closeAllConnections(), PATIENCE).unref();
  }
}
