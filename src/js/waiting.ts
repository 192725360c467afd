/** Waiting that ends: with a signal, when the time is over, or when a place is free. */
import { LONGEST_TIMER } from "./arguments.js";

interface Listener {
  callbacks: Set<() => void>;
  tell: () => void;
}

const listening = new WeakMap<AbortSignal, Listener>();

/**
 * Calls back when the signal is aborted, until what it gives is called. However many messages are sent with one signal, it has one
 * listener: Node warns of a leak from the eleventh on.
 */
function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => {};
  const { callbacks, tell } = listening.get(signal) ?? listen(signal);
  callbacks.add(callback);
  return () => {
    // A signal that still has a listener may be kept alive by it.
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    listening.delete(signal);
    signal.removeEventListener("abort", tell);
  };
}

function listen(signal: AbortSignal): Listener {
  const callbacks = new Set<() => void>();
  const tell = () => {
    for (const callback of [...callbacks]) callback();
  };
  listening.set(signal, { callbacks, tell });
  signal.addEventListener("abort", tell);
  return { callbacks, tell };
}

/** What work gives, unless the signal is aborted before: then its reason is thrown, and nobody waits for the work any more. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: () => T | Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = onAbort(signal, () => reject(signal?.reason));
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    stop();
  }
}

export interface Limit {
  /** Aborted when the time is over, or when the caller's signal is aborted. */
  signal: AbortSignal;
  /** Whether the time is over. */
  isOver(): boolean;
  /**
   * What comes of the work, unless the signal is aborted before: then its reason is thrown, also where the work does not heed the signal.
   */
  within<T>(work: Promise<T>): Promise<T>;
  /** No longer needed. */
  stop(): void;
}

/**
 * `AbortSignal.any` is too new for some browsers, and a timer that is not stopped keeps Node awake.
 * @param milliseconds `Infinity`: no limit.
 * @param awake Whether the process is kept awake for it: a sender that waits for its answer is to get one.
 */
export function limitOf(milliseconds: number, { awake = true, signal }: { awake?: boolean; signal?: AbortSignal | undefined } = {}): Limit {
  const controller = new AbortController();
  let isOver = false;
  let timer: unknown;
  if (milliseconds !== Number.POSITIVE_INFINITY) {
    timer = setTimeout(() => {
      isOver = true;
      controller.abort(new Error(`not done within ${milliseconds} ms`));
    }, milliseconds);
    if (!awake) (timer as { unref?: () => void }).unref?.();
  }
  const stopListening = onAbort(signal, () => controller.abort(signal?.reason));
  return {
    signal: controller.signal,
    isOver: () => isOver,
    within(work) {
      // Where the signal is aborted already, nobody waits for it.
      Promise.resolve(work).catch(() => {});
      return unlessAborted(controller.signal, () => work);
    },
    stop() {
      clearTimeout(timer as number | undefined);
      stopListening();
    },
  };
}

/** What comes of the work, or what `late` gives as soon as the signal is aborted; the work goes on then. */
export function unlessLate<T>(work: Promise<T>, { signal }: Limit, late: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const isLate = () => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    };
    if (signal.aborted) return isLate();
    signal.addEventListener("abort", isLate);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", isLate));
  });
}

/** Without holding up the end of the process: what is left to do is in the store. Ends with the signal, too. */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  for (let left = milliseconds; left > 0 && signal?.aborted !== true; left -= LONGEST_TIMER) {
    await new Promise<void>((resolve) => {
      const timer: unknown = setTimeout(end, Math.min(left, LONGEST_TIMER));
      (timer as { unref?: () => void }).unref?.();
      signal?.addEventListener("abort", end);
      function end(): void {
        clearTimeout(timer as number);
        signal?.removeEventListener("abort", end);
        resolve();
      }
    });
  }
}

/** So many at once; the others wait. */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Gives what makes the place free again. */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }
}
