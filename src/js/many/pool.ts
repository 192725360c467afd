/** The worker threads of one `validateMany`. They are started as they are needed, and all end together. */
import { Worker } from "node:worker_threads";
import type { ValidationReport } from "../types.js";
import type { Batch, Judged } from "./batch.js";
import type { Start } from "./worker.js";

/** What one thread works on and what waits for it, so that it is never idle while a result is on its way. */
const DEEPEST = 2;

interface Thread {
  worker: Worker;
  work: Batch[];
}

export interface PoolEvents {
  judged(batch: Batch, reports: ValidationReport[], failed: boolean, buffer: ArrayBuffer): void;
  failed(error: Error): void;
}

export class Pool {
  readonly #size: number;
  readonly #start: Start;
  readonly #events: PoolEvents;
  readonly #threads: Thread[] = [];
  readonly #waiting: Batch[] = [];
  #ended = false;

  constructor(size: number, start: Start, events: PoolEvents) {
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
    worker.on("message", (judged: Judged) => this.#judged(thread, judged));
    worker.on("error", (error) => this.#failed(thread, error));
    worker.on("messageerror", (error) => this.#failed(thread, error));
    worker.on("exit", () => this.#failed(thread));
    return thread;
  }

  #judged(thread: Thread, { reports, failed, buffer }: Judged): void {
    const batch = thread.work.shift();
    if (this.#ended || batch === undefined) return;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#give(thread, next);
    else if (thread.work.length === 0) thread.worker.unref();
    this.#events.judged(batch, JSON.parse(reports), failed, buffer);
  }

  #failed(thread: Thread, cause?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    const [batch] = thread.work;
    const when = batch === undefined ? "" : ` while it judged messages ${batch.first} to ${batch.first + batch.ends.length - 1}`;
    const why = cause === undefined ? "" : `: ${cause.message}`;
    this.#events.failed(new Error(`a worker thread of validateMany ended early${when}${why}`, cause && { cause }));
  }
}
