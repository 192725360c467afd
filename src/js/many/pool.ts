/**
 * Messages that travel to worker threads together, one behind the other in one buffer, so that many small ones cost one transfer; and the
 * threads of one `validateMany`: they are started as they are needed, and all end together.
 */
import { Worker } from "node:worker_threads";
import type { DefinitionSet } from "../core.js";
import { readInput } from "../input.js";
import type { MessageInput, ValidateOptions, ValidationReport } from "../types/validation.js";

/** So many small messages that a transfer costs little beside validating them, and so few that the first results come soon. */
const MOST_MESSAGES = 64;
/** The size of a buffer. A message that is longer travels alone, in a buffer of its own. */
const BUFFER_BYTES = 256 * 1024;

/** How a message was given: that decides in which unit its issues say where they are. */
export const FORMS = [
  { utf16: false, form: {} },
  { utf16: true, form: {} },
  { utf16: false, form: { positions: false } },
] as const;
const BYTES = 0;
const TEXT = 1;
const OBJECT = 2;

/** What a worker is started with. */
export interface WorkerStart {
  /** The core, compiled already: every thread makes its own instance of the one module. */
  module: WebAssembly.Module;
  options: ValidateOptions;
  /** What the validator knows besides R4 and the built-in events, compiled. */
  set: DefinitionSet | undefined;
}

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
export interface BatchReports {
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
    const form = "positions" in input.form ? OBJECT : input.utf16 ? TEXT : BYTES;
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

/** What one thread works on and what waits for it, so that it is never idle while a result is on its way. */
const DEEPEST = 2;

interface Thread {
  worker: Worker;
  work: Batch[];
}

interface PoolEvents {
  done(batch: Batch, reports: ValidationReport[], failed: boolean, buffer: ArrayBuffer): void;
  failed(error: Error): void;
}

export class Pool {
  readonly #size: number;
  readonly #start: WorkerStart;
  readonly #events: PoolEvents;
  readonly #threads: Thread[] = [];
  readonly #waiting: Batch[] = [];
  #ended = false;

  constructor(size: number, start: WorkerStart, events: PoolEvents) {
    this.#size = size;
    this.#start = start;
    this.#events = events;
  }

  /** Whether a batch would be worked on at once. */
  get idle(): boolean {
    return this.#threads.length < this.#size || this.#threads.some(({ work }) => work.length === 0);
  }

  send(batch: Batch): void {
    const thread = this.#free();
    if (thread === undefined) this.#waiting.push(batch);
    else this.#give(thread, batch);
  }

  /** Ends all threads, in the middle of their work if need be. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  /** A thread without work, a new one, or one that can have something laid beside its work. */
  #free(): Thread | undefined {
    const least = this.#threads.reduce<Thread | undefined>(
      (best, thread) => (best === undefined || thread.work.length < best.work.length ? thread : best),
      undefined,
    );
    if (least?.work.length === 0) return least;
    if (this.#threads.length < this.#size) return this.#add();
    return least !== undefined && least.work.length < DEEPEST ? least : undefined;
  }

  #give(thread: Thread, batch: Batch): void {
    thread.work.push(batch);
    // Only work keeps the process alive: one that forgets a loop half-way can still exit.
    thread.worker.ref();
    thread.worker.postMessage(batch, [batch.buffer]);
  }

  #add(): Thread {
    // Flags of the main thread (loaders, --input-type) are not for this file.
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: this.#start, execArgv: [], name: "fhirpost" });
    const thread: Thread = { worker, work: [] };
    this.#threads.push(thread);
    worker.on("message", (answer: BatchReports) => this.#done(thread, answer));
    worker.on("error", (error) => this.#failed(thread, error));
    worker.on("messageerror", (error) => this.#failed(thread, error));
    worker.on("exit", () => this.#failed(thread));
    return thread;
  }

  #done(thread: Thread, { reports, failed, buffer }: BatchReports): void {
    const batch = thread.work.shift();
    if (this.#ended || batch === undefined) return;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#give(thread, next);
    else if (thread.work.length === 0) thread.worker.unref();
    this.#events.done(batch, JSON.parse(reports), failed, buffer);
  }

  #failed(thread: Thread, cause?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    const [batch] = thread.work;
    const when = batch === undefined ? "" : ` while it validated messages ${batch.first} to ${batch.first + batch.ends.length - 1}`;
    const why = cause === undefined ? "" : `: ${cause.message}`;
    this.#events.failed(new Error(`a worker thread of validateMany ended early${when}${why}`, cause && { cause }));
  }
}
