/** `validateMany` on worker threads: messages go out in batches, and reports come back in the order of the messages. */
import { availableParallelism } from "node:os";
import { CoreError, shared } from "../core.js";
import type { ManyOptions, ManyProgress, ManyResult } from "../types/many.js";
import type { ValidationReport } from "../types/validation.js";
import { setOf, usualValidator } from "../validator/small.js";
import { checkManyOptions, checkMessages, type MessageSequence, Source } from "./messages.js";
import { type Batch, Packer, Pool, type WorkerStart } from "./pool.js";

/** How many batches may be under way for each thread: one in work, one waiting, one done and not yet taken. */
const UNDER_WAY = 3;

/** @param module what all threads share: the core as the entry file has compiled it. */
export function onThreads(
  module: WebAssembly.Module,
  messages: MessageSequence,
  options?: ManyOptions,
): AsyncGenerator<ManyResult, void, undefined> {
  checkMessages(messages);
  const { validator = usualValidator(), signal, onProgress, concurrency, ...validation } = checkManyOptions(options);
  const set = setOf(validator);
  const start = { module, options: validation, set: set && shared(set) };
  return new Run(start, messages, concurrency ?? availableParallelism()).results(signal, onProgress);
}

class Run {
  readonly #messages: MessageSequence;
  readonly #packer: Packer;
  readonly #pool: Pool;
  /** What was sent and not yet taken, oldest first, with its reports as soon as they are there. */
  readonly #underWay = new Map<Batch, { reports: ValidationReport[]; failed: boolean } | undefined>();
  readonly #most: number;
  /** Rings when there may be something for the consumer. */
  readonly #news = new Bell();
  /** Rings when there may be room for more messages. */
  readonly #room = new Bell();
  /** What ends the run at once. */
  #failure: { error: unknown } | undefined;
  /** What ended the messages. It is thrown behind the results of those before it. */
  #inputFailure: { error: unknown } | undefined;
  #inputEnded = false;
  #over = false;
  #flushing = false;

  constructor(start: WorkerStart, messages: MessageSequence, concurrency: number) {
    this.#messages = messages;
    this.#most = concurrency * UNDER_WAY;
    this.#packer = new Packer((batch) => {
      this.#underWay.set(batch, undefined);
      try {
        this.#pool.send(batch);
      } catch (error) {
        // No thread could be started.
        this.#fail(error);
      }
    });
    this.#pool = new Pool(concurrency, start, {
      done: (batch, reports, failed, buffer) => {
        this.#packer.giveBack(buffer);
        this.#underWay.set(batch, { reports, failed });
        this.#news.ring();
        this.#flushSoon();
      },
      failed: (error) => this.#fail(error),
    });
  }

  async *results(signal?: AbortSignal, onProgress?: (progress: ManyProgress) => void): AsyncGenerator<ManyResult, void, undefined> {
    const abort = () => this.#fail(signal?.reason);
    if (signal?.aborted) throw signal.reason;
    signal?.addEventListener("abort", abort);
    const source = new Source(this.#messages);
    const progress: ManyProgress = { messages: 0, invalid: 0, bytes: 0 };
    try {
      void this.#fill(source);
      for (;;) {
        this.#check();
        const [oldest] = this.#underWay;
        if (oldest === undefined && this.#inputEnded) break;
        const [batch, done] = oldest ?? [];
        if (batch === undefined || done === undefined) {
          await this.#news.wait();
          continue;
        }
        const { reports, failed } = done;
        progress.messages += reports.length;
        progress.invalid += reports.filter(({ valid }) => !valid).length;
        progress.bytes += batch.ends[reports.length - 1] ?? 0;
        onProgress?.({ ...progress });
        let index = batch.first;
        for (const report of reports) {
          yield { index, report };
          this.#check();
          index += 1;
        }
        if (failed) throw new CoreError(undefined, `message ${index}`);
        this.#underWay.delete(batch);
        this.#room.ring();
      }
      if (this.#inputFailure !== undefined) throw this.#inputFailure.error;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#over = true;
      this.#room.ring();
      await this.#pool.end();
      await source.end();
    }
  }

  /** Pulls messages as long as there is room for them. */
  async #fill(source: Source): Promise<void> {
    try {
      for (;;) {
        while (this.#underWay.size >= this.#most && !this.#over) await this.#room.wait();
        if (this.#over) return;
        const next = await source.next();
        if (this.#over) return;
        if (next === undefined) break;
        this.#packer.add(next.message);
        this.#flushSoon();
      }
    } catch (error) {
      this.#inputFailure = { error };
    }
    this.#packer.flush();
    this.#inputEnded = true;
    this.#news.ring();
  }

  /** Sends a batch that is not full when its messages would otherwise wait while a thread is idle. */
  #flushSoon(): void {
    if (this.#flushing || this.#packer.empty) return;
    this.#flushing = true;
    // One turn later: messages that are there already still come into it.
    setImmediate(() => {
      this.#flushing = false;
      if (this.#over || !this.#pool.idle) return;
      this.#packer.flush();
    });
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#news.ring();
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** Wakes one who waits. A ring that nobody waits for is lost, so whoever waits looks first whether there is need to. */
class Bell {
  #wake: (() => void) | undefined;

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  ring(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
