/** The page's end of its workers: a question by name, and its reply. A worker starts when it is first asked, or when it is told to. */
import { ownScript } from "../trusted-types.js";
import type { Call, Failure, Operations, Reply } from "./calls.js";

/** What an operation threw, or why there was no reply: then it is called AbortError. */
export class WorkerError extends Error {
  constructor(readonly fields: Failure) {
    super(fields.message);
    this.name = fields.name;
  }
}

/** Thrown when the signal of a question was aborted. */
export class Cancellation extends Error {}

interface PendingCall {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
  onProgress: ((progress: never) => void) | undefined;
}

interface AskOptions<Progress> {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

export class WorkerClient<Served extends Operations<keyof Served>, Progress = never> {
  readonly #script: string;
  #worker: Worker | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, PendingCall>();

  /** @param script The address of the worker's script, as `?worker&url` gives it. */
  constructor(script: string) {
    this.#script = script;
  }

  async ask<Name extends keyof Served & string>(
    name: Name,
    args: Parameters<Served[Name]>,
    { signal, onProgress }: AskOptions<Progress> = {},
  ): Promise<Awaited<ReturnType<Served[Name]>>> {
    if (signal?.aborted) throw new Cancellation();
    const worker = this.start();
    const id = ++this.#lastId;
    const abort = () => worker.postMessage({ id, abort: true } satisfies Call);
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise<Awaited<ReturnType<Served[Name]>>>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, onProgress });
        worker.postMessage({ id, name, args } satisfies Call);
      });
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Gives up what runs, however long it would take: everyone who waits is told, and the next question starts anew. */
  stop(reason: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new WorkerError({ name: "AbortError", message: reason }));
    this.#waiting.clear();
  }

  start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(ownScript(this.#script), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#receive(data));
    // Its script did not load: nothing will ever answer.
    worker.addEventListener("error", (event) => this.stop(event.message));
    this.#worker = worker;
    return worker;
  }

  #receive(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if ("progress" in reply) {
      waiting?.onProgress?.(reply.progress as never);
      return;
    }
    this.#waiting.delete(reply.id);
    if ("result" in reply) waiting?.resolve(reply.result as never);
    else waiting?.reject(reply.isAborted ? new Cancellation() : new WorkerError(reply.failure));
  }
}
