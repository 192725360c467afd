/** How long something is waited for. */

export interface Limit {
  /** Aborted when the time is over. */
  signal: AbortSignal;
  /** No longer needed. */
  stop(): void;
}

/**
 * @param milliseconds `Infinity`: no limit.
 * @param awake Whether the process is kept awake for it: a sender that waits for its answer is to get one.
 */
export function limitOf(milliseconds: number, awake = true): Limit {
  const controller = new AbortController();
  if (milliseconds === Number.POSITIVE_INFINITY) return { signal: controller.signal, stop() {} };
  const timer: unknown = setTimeout(() => controller.abort(new Error(`not done within ${milliseconds} ms`)), milliseconds);
  if (!awake) (timer as { unref?: () => void }).unref?.();
  return { signal: controller.signal, stop: () => clearTimeout(timer as number) };
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

/** How long it takes until a sender should try again that was turned away for want of room, or of a lock, in seconds. */
export const SOON = 5;

/** The receiver cannot do it now: the sender is told so with 503, and when to try again. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
  readonly retryAfter: number;

  /** @param text Goes to the sender: it quotes no message, and names nothing of this machine. */
  constructor(text: string, options: ErrorOptions & { retryAfter?: number } = {}) {
    const { retryAfter = SOON, ...rest } = options;
    super(text, rest);
    this.retryAfter = retryAfter;
  }
}
