/** Sendings that wait for their turn to be taken up: the store alone has their texts, so a wait takes no room, however long it is. */
import type { Sending } from "./store.js";

/** Timers take no more. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** What is known of an answer whose delivery has failed. */
export interface Tries {
  /** How often it was tried. */
  failed: number;
  /** Whether its target has asked for time: then it is tried again, also when the answer has expired. */
  asked: boolean;
}

export const NOT_TRIED: Tries = { failed: 0, asked: false };

interface Waiting {
  sending: Sending;
  tries: Tries;
  timer: unknown;
}

export class Postponed {
  readonly #waiting = new Map<string, Waiting>();
  readonly #takeUp: (sending: Sending, tries: Tries) => void;

  /** @param takeUp Called when the time has come; the sending is among those that wait until it is dropped. */
  constructor(takeUp: (sending: Sending, tries: Tries) => void) {
    this.#takeUp = takeUp;
  }

  has(sending: Sending): boolean {
    return this.#waiting.has(keyOf(sending));
  }

  put({ sender, messageId, bundleId }: Sending, milliseconds: number, tries: Tries): void {
    const waiting: Waiting = { sending: { sender, messageId, bundleId }, tries, timer: undefined };
    this.drop(waiting.sending);
    this.#waiting.set(keyOf(waiting.sending), waiting);
    this.#wait(waiting, milliseconds);
  }

  drop(sending: Sending): void {
    clearTimeout(this.#waiting.get(keyOf(sending))?.timer as number | undefined);
    this.#waiting.delete(keyOf(sending));
  }

  #wait(waiting: Waiting, milliseconds: number): void {
    // A timer keeps nobody awake; what is due now is not to wait for one.
    if (milliseconds <= 0) {
      this.#takeUp(waiting.sending, waiting.tries);
      return;
    }
    const now = Math.min(milliseconds, LONGEST_TIMER);
    waiting.timer = setTimeout(() => this.#wait(waiting, milliseconds - now), now);
    // What is left to do is in the store.
    (waiting.timer as { unref?: () => void }).unref?.();
  }
}

export function keyOf({ sender, bundleId }: Sending): string {
  return JSON.stringify([sender, bundleId]);
}
