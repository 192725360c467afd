/** Messages that travel to a worker together: one behind the other in one buffer, so that many small ones cost one transfer. */
import { readInput } from "../input.js";
import type { MessageInput } from "../types.js";

/** So many small messages that a transfer costs little beside judging them, and so few that the first results come soon. */
export const MOST_MESSAGES = 64;
/** The size of a buffer. A message that is longer travels alone, in a buffer of its own. */
export const BUFFER_BYTES = 256 * 1024;

/** How a message was given: that decides in which unit its issues say where they are. */
export const FORMS = [
  { utf16: false, form: {} },
  { utf16: true, form: {} },
  { utf16: false, form: { positions: false } },
] as const;
const BYTES = 0;
const TEXT = 1;
const OBJECT = 2;

/** What is posted to a worker. */
export interface Batch {
  /** The index of the first message. */
  first: number;
  buffer: ArrayBuffer;
  /** Where in the buffer each message ends; it begins where the one before ends. */
  ends: number[];
  /** Of each message its place in `FORMS`. */
  forms: number[];
}

/** What a worker posts back. The buffer comes home to be filled anew. */
export interface Judged {
  /** The reports as the JSON text of an array: cheaper to send than as many objects. */
  reports: string;
  /** Whether the core failed on the message behind those: neither that one nor the others of its batch have a report. */
  failed: boolean;
  buffer: ArrayBuffer;
}

const encoder = new TextEncoder();

/** Packs messages into batches. Buffers are used again and again: memory stays flat however many messages come. */
export class Packer {
  readonly #send: (batch: Batch) => void;
  readonly #spare: ArrayBuffer[] = [];
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #ends: number[] = [];
  #forms: number[] = [];
  /** How many messages are in batches that were sent. */
  #sent = 0;

  constructor(send: (batch: Batch) => void) {
    this.#send = send;
  }

  get empty(): boolean {
    return this.#ends.length === 0;
  }

  /**
   * Takes one message; what is full is sent.
   * @throws {TypeError} when it is of the wrong kind; the text names it by its index.
   */
  add(message: MessageInput): void {
    const input = readInput(message, `message ${this.#sent + this.#ends.length}`);
    const content = "text" in input ? input.text : input.bytes;
    const form = "positions" in input.form ? OBJECT : typeof message === "string" ? TEXT : BYTES;
    if (!this.#put(content, form)) {
      this.flush();
      if (!this.#put(content, form)) {
        if (this.#bytes !== undefined) this.giveBack(this.#bytes.buffer);
        this.#bytes = typeof content === "string" ? encoder.encode(content) : new Uint8Array(content);
        this.#ends = [this.#bytes.length];
        this.#forms = [form];
      }
    }
    if (this.#ends.length >= MOST_MESSAGES) this.flush();
  }

  /** Sends what there is. */
  flush(): void {
    if (this.#bytes === undefined || this.empty) return;
    const batch = { first: this.#sent, buffer: this.#bytes.buffer, ends: this.#ends, forms: this.#forms };
    this.#sent += batch.ends.length;
    this.#bytes = undefined;
    this.#ends = [];
    this.#forms = [];
    this.#send(batch);
  }

  /** Takes a buffer back that a worker is done with. */
  giveBack(buffer: ArrayBuffer): void {
    if (buffer.byteLength === BUFFER_BYTES) this.#spare.push(buffer);
  }

  /** Puts a message behind the others, or says that there is no room. */
  #put(content: string | Uint8Array, form: number): boolean {
    this.#bytes ??= new Uint8Array(this.#spare.pop() ?? new ArrayBuffer(BUFFER_BYTES));
    const start = this.#ends.at(-1) ?? 0;
    // UTF-8 is never shorter than UTF-16 has units.
    if (content.length > this.#bytes.length - start) return false;
    let length = content.length;
    if (typeof content === "string") {
      const { read, written } = encoder.encodeInto(content, this.#bytes.subarray(start));
      if (read < content.length) return false;
      length = written;
    } else {
      this.#bytes.set(content, start);
    }
    this.#ends.push(start + length);
    this.#forms.push(form);
    return true;
  }
}
