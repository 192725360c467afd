/** The page's end of its workers: a question by name, and its reply. A worker starts when it is first asked, or when it is told to. */
import { ownScript } from "../trusted-types.js";
import { type Call, type Failure, type Operations, READY, type Reply } from "./calls.js";

/** What an operation threw, or why there was no reply: then it is called AbortError, with the reason as its message. */
export class WorkerError extends Error {
  constructor(readonly fields: Failure) {
    super(fields.message);
    this.name = fields.name;
  }
}

/** Thrown when the signal of a question was aborted. */
export class Cancellation extends Error {}

const given = (reason: string) => new WorkerError({ name: "AbortError", message: reason });

/** Nobody waits for the reply to this. */
const UNASKED = 0;

interface PendingCall {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
  onProgress: ((progress: never) => void) | undefined;
}

interface AskOptions<Progress> {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

type Result<Served, Name extends keyof Served> = Served[Name] extends (...args: never[]) => infer Given ? Awaited<Given> : never;

export class WorkerClient<Served extends Operations<keyof Served>, Progress = never> {
  readonly #script: string;
  #worker: Worker | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, PendingCall>();
  /** Counts the questions of which only the newest counts. */
  #newest = 0;
  /** Which of them runs. */
  #running = 0;

  readonly #first: (() => [name: string, args: unknown[]] | undefined) | undefined;

  /**
   * @param script The address of the worker's script, as `?worker&url` gives it.
   * @param first What each worker is told as it starts, before it is asked anything.
   */
  constructor(script: string, first?: () => [name: string, args: unknown[]] | undefined) {
    this.#script = script;
    this.#first = first;
  }

  /** Tells the worker something, if there is one: what it is asked from now on, it answers by that. */
  tell(name: string, args: unknown[]): void {
    this.#worker?.postMessage({ id: UNASKED, name, args } satisfies Call);
  }

  async ask<Name extends keyof Served & string>(
    name: Name,
    args: Parameters<Served[Name]>,
    { signal, onProgress }: AskOptions<Progress> = {},
  ): Promise<Result<Served, Name>> {
    if (signal?.aborted) throw new Cancellation();
    return this.#call(name, args, signal, onProgress);
  }

  /**
   * Asks what may take for ever. Only the newest question counts, and it may take only so long once the worker is ready: what is given up
   * goes with its worker, since nothing else ends it. Whoever asked is told why by the message of an AbortError: "newer" or "timeout".
   */
  async askNewest<Name extends keyof Served & string>(
    name: Name,
    args: Parameters<Served[Name]>,
    limit: number,
  ): Promise<Result<Served, Name>> {
    const turn = ++this.#newest;
    if (this.#running > 0) this.stop("newer");
    // While the worker loads, nothing of this runs, and it is wanted for the next question.
    await this.#call(READY, []);
    if (turn !== this.#newest) throw given("newer");
    this.#running = turn;
    const timer = setTimeout(() => this.stop("timeout"), limit);
    try {
      return await this.ask(name, args);
    } finally {
      clearTimeout(timer);
      if (this.#running === turn) this.#running = 0;
    }
  }

  get isBusy(): boolean {
    return this.#waiting.size > 0;
  }

  /** Gives up what runs, however long it would take: everyone who waits is told, and the next question starts anew. */
  stop(reason: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#running = 0;
    for (const { reject } of this.#waiting.values()) reject(given(reason));
    this.#waiting.clear();
  }

  start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(ownScript(this.#script), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#receive(data));
    // Its script did not load: nothing will ever answer.
    worker.addEventListener("error", (event) => this.stop(event.message));
    this.#worker = worker;
    const first = this.#first?.();
    if (first !== undefined) this.tell(...first);
    return worker;
  }

  async #call<T>(name: string, args: unknown[], signal?: AbortSignal, onProgress?: (progress: Progress) => void): Promise<T> {
    const worker = this.start();
    const id = ++this.#lastId;
    const abort = () => worker.postMessage({ id, abort: true } satisfies Call);
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, onProgress });
        worker.postMessage({ id, name, args } satisfies Call);
      });
    } finally {
      signal?.removeEventListener("abort", abort);
    }
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
