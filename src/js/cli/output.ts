/** A stream that is written in large pieces, no faster than it is read. */
import { once } from "node:events";
import type { Writable } from "node:stream";

const PIECE = 64 * 1024;

export class Output {
  readonly #stream: Writable;
  readonly #before: () => void;
  #text = "";
  #flushing = false;

  /** @param before is called before anything is written. */
  constructor(stream: Writable, before: () => void) {
    this.#stream = stream;
    this.#before = before;
  }

  async write(text: string): Promise<void> {
    if (text === "") return;
    this.#text += text;
    if (this.#text.length >= PIECE) return this.flush();
    if (this.#flushing) return;
    this.#flushing = true;
    // What is there goes out soon, also when the next message is still to come.
    setImmediate(() => {
      this.#flushing = false;
      this.#put();
    });
  }

  async flush(): Promise<void> {
    if (!this.#put()) await once(this.#stream, "drain");
  }

  #put(): boolean {
    if (this.#text === "" || this.#stream.destroyed) return true;
    this.#before();
    const text = this.#text;
    this.#text = "";
    return this.#stream.write(text);
  }
}

/** Aborts when nobody reads any more what is written, as behind `| head`. */
export function untilClosed(stdout: NodeJS.WriteStream): AbortSignal {
  const closed = new AbortController();
  stdout.on("error", (error) => closed.abort(error));
  return closed.signal;
}
