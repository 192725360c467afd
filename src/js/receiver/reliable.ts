/**
 * Reliable messaging: a message is processed once, however often it is sent.
 *
 * | MessageHeader.id | Bundle.id | what becomes of it |
 * |---|---|---|
 * | new | new | it is processed |
 * | known | known | the original answer goes out again |
 * | known | new | processed again when its category is currency or notification; a consequence is refused |
 * | new | known | refused: an id of a Bundle is never used again |
 *
 * Source: R4 page messaging, "Reliable Messaging".
 */
import type { Route } from "../types/messages.js";
import { limitOf, unlessLate } from "../waiting.js";
import { Refusal } from "./refusal.js";
import { type AnswerStore, type Commit, CommitError, type KnownSending, type Sending } from "./store.js";

/** What came of processing a message. */
export interface ProcessingResult {
  /** The body of the answer. */
  body: string;
  /** `false` for an answer of `transient-error`: the message was not processed, and the same sending may come again. */
  final: boolean;
  /** What is to be done in the transaction in which the answer is kept. */
  commit?: Commit;
  /** The answer when that fails. */
  failed(error: unknown): string;
}

/** What is kept and sent of a message whose event, or whose sender, wants no answer to this outcome. */
export const NO_ANSWER = "";

export interface AnswerMemory {
  store: AnswerStore;
  /** How long an answer is kept, in milliseconds. */
  keep: number;
  turns: Turns;
  /** How long a sender waits for its answer, in milliseconds (default: until it is there). */
  timeout?: number;
}

/** What becomes of a message that takes too long. */
interface LateAnswer {
  /** The body of the answer to a sender that waits no longer. */
  answer(): string;
  /** Told what went wrong after that. */
  tell(error: unknown): void;
}

/**
 * Processes a sending unless it has been processed before; gives the body of the answer. When that takes too long the sender gets another
 * one, and what was begun goes on: no copy of it begins before it has come to its end, and what it was answered is kept for the next copy.
 */
export async function reliably(
  { store, keep, turns, timeout = Number.POSITIVE_INFINITY }: AnswerMemory,
  sending: Sending,
  category: Route["category"],
  now: () => number,
  process: () => Promise<ProcessingResult>,
  late?: LateAnswer,
): Promise<string> {
  const limit = limitOf(timeout);
  const answer = turns.take(turnsOf(sending), work, limit.signal);
  try {
    return await unlessLate(answer, limit, () => {
      // A copy that has waited in vain for its turn is not begun any more: that is not a failure. Neither is what the sender would be told.
      answer.catch((error) => error === limit.signal.reason || error instanceof Refusal || late?.tell(error));
      return late?.answer() ?? NO_ANSWER;
    });
  } finally {
    limit.stop();
  }

  async function work(): Promise<string> {
    const known = knownSending(await store.find(sending, now()), sending, category);
    if (known?.body !== undefined) return known.body;
    if (known !== undefined) {
      throw new Refusal(409, "duplicate", "This message has been accepted and is being processed: its answer is sent to another address.");
    }
    const { body, final, commit, failed } = await process();
    if (!final) return body;
    return unlessCommitFails(failed, async () => {
      await store.save({ ...sending, body, expires: now() + keep }, now(), commit);
      return body;
    });
  }
}

/** Copies that arrive together come one after the other, so the second finds what the first was answered. */
export function turnsOf({ sender, messageId, bundleId }: Sending): string[] {
  return [`m${sender}\n${messageId}`, `b${sender}\n${bundleId}`];
}

/** Keeps an answer. The handler's commit may fail, and then nothing is kept: gives what the handler's failure is answered with. */
export async function unlessCommitFails<T>(failed: (error: unknown) => T | Promise<T>, keep: () => Promise<T>): Promise<T> {
  try {
    return await keep();
  } catch (error) {
    if (error instanceof CommitError) return failed(error.cause);
    throw error;
  }
}

/** What has become of the same sending before, or nothing when the message is to be processed. */
export function knownSending(known: KnownSending, { messageId }: Sending, category: Route["category"]): KnownSending["sending"] {
  if (known.sending !== undefined) {
    if (known.sending.messageId === messageId) return known.sending;
    throw new Refusal(409, "duplicate", "Another message came with this Bundle.id: each sending of a message has a Bundle.id of its own.");
  }
  // R4: a consequence is something that must not happen twice; that is also the safe guess where the category is not known.
  if (known.message && category !== "currency" && category !== "notification") {
    throw new Refusal(
      409,
      "duplicate",
      "This message has been processed, and came with another Bundle.id. Sent again with the same Bundle.id it gets its answer again.",
    );
  }
  return undefined;
}

interface Turn {
  keys: Set<string>;
  /** Tells it that its turn has come. */
  begin: (() => void) | undefined;
}

/** Work that shares a key is done one after the other; whoever has waited too long for its turn leaves the queue. */
export class Turns {
  /** Who waits for a key, first of all the one whose turn it is. */
  readonly #queues = new Map<string, Set<Turn>>();

  /**
   * Does the work when all earlier work with one of the keys is done. All keys are taken at once, so nobody waits in a circle.
   * @param limit When it is aborted before the turn has come the work is not done, and its reason is thrown.
   */
  async take<T>(keys: string[], work: () => Promise<T>, limit?: AbortSignal): Promise<T> {
    const turn: Turn = { keys: new Set(keys), begin: undefined };
    for (const key of turn.keys) this.#queue(key).add(turn);
    try {
      await this.#come(turn, limit);
      return await work();
    } finally {
      this.#leave(turn);
    }
  }

  #queue(key: string): Set<Turn> {
    const queue = this.#queues.get(key) ?? new Set();
    this.#queues.set(key, queue);
    return queue;
  }

  /** Nothing of a turn that was waited for in vain stays behind: a handler that hangs gathers no copies of its message. */
  async #come(turn: Turn, limit: AbortSignal | undefined): Promise<void> {
    if (this.#isFirst(turn)) return;
    limit?.throwIfAborted();
    let giveUp = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        turn.begin = resolve;
        giveUp = () => reject(limit?.reason);
        limit?.addEventListener("abort", giveUp);
      });
    } finally {
      turn.begin = undefined;
      limit?.removeEventListener("abort", giveUp);
    }
  }

  #isFirst(turn: Turn): boolean {
    return [...turn.keys].every((key) => this.#first(key) === turn);
  }

  #first(key: string): Turn | undefined {
    const [first] = this.#queues.get(key) ?? [];
    return first;
  }

  #leave(turn: Turn): void {
    for (const key of turn.keys) {
      const queue = this.#queue(key);
      queue.delete(turn);
      if (queue.size === 0) this.#queues.delete(key);
    }
    for (const key of turn.keys) {
      const next = this.#first(key);
      if (next !== undefined && this.#isFirst(next)) next.begin?.();
    }
  }
}
