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
import type { Route } from "../types.js";
import type { Processed } from "./answering.js";
import { CommitError } from "./commit.js";
import { Refusal } from "./refusal.js";
import type { AnswerStore, KnownSending, Sending } from "./store.js";

export interface Memory {
  store: AnswerStore;
  /** How long an answer is kept, in milliseconds. */
  keep: number;
  turns: Turns;
}

/** Processes a sending unless it has been processed before; gives the body of the answer. */
export function reliably(
  { store, keep, turns }: Memory,
  sending: Sending,
  category: Route["category"],
  now: () => number,
  process: () => Promise<Processed>,
): Promise<string> {
  return turns.take(turnsOf(sending), async () => {
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
  });
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

/** Lets work that shares a key happen one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Does the work when all earlier work with one of the keys is done. All keys are taken at once, so nobody waits in a circle. */
  async take<T>(keys: string[], work: () => Promise<T>): Promise<T> {
    const before = keys.map((key) => this.#last.get(key));
    let done = () => {};
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    for (const key of keys) this.#last.set(key, mine);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      done();
      for (const key of keys) if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
