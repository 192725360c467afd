/** What a receiver remembers of the messages that it has answered. */

/** What is used of a SQLite library: `Database` of better-sqlite3 has it, and so has `DatabaseSync` of `node:sqlite`. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

export interface SqliteStatement {
  get(...values: (string | number | null)[]): unknown;
  all(...values: (string | number | null)[]): unknown[];
  run(...values: (string | number | null)[]): unknown;
}

/** One sending of a message. Who sent it is what `authorize` says; the two ids are the sender's. */
export interface Sending {
  sender: string;
  /** MessageHeader.id: the message, however often it is sent. */
  messageId: string;
  /** Bundle.id: this sending of it. */
  bundleId: string;
}

export interface StoredAnswer extends Sending {
  /** The body of the answer, as it went out. It may hold health data. */
  body: string;
  /** From when on it may be forgotten, in milliseconds since 1970. */
  expires: number;
}

export interface KnownSending {
  /** The sending with this Bundle.id, and what was answered to it: nothing yet when it was accepted and is still to be processed. */
  sending?: { messageId: string; body?: string };
  /** Whether a sending with this MessageHeader.id has been accepted or answered. */
  message: boolean;
}

/** Where a receiver keeps its answers. What has expired counts as forgotten. */
export interface AnswerStore {
  find(sending: Sending, now: number): KnownSending | Promise<KnownSending>;
  /**
   * Keeps an answer. When it is done the answer has outlived a crash, as far as the store can promise that; only then is it sent.
   * @param commit What the handler wants to be done in the same transaction. When it throws, nothing is kept and its error is thrown.
   */
  save(answer: StoredAnswer, now: number, commit?: Commit): void | Promise<void>;
}

/** An answer that is to be sent to another address, later: a message that was accepted and has to be processed first, or is processed. */
export interface OwedAnswer extends Sending {
  /** Where the answer goes. */
  target: string;
  /** The base of the receiver, as the answer names it. */
  base: string;
  /** The message, as long as it has not been processed. */
  request?: string;
  /** The answer, as soon as it has been. */
  body?: string;
  /** Whether the same sending may come again and is processed then: the answer is that of a transient error. */
  again?: boolean;
  /** Until when the answer is kept, and delivery is tried. */
  expires: number;
  /** Before when delivery is not tried, in milliseconds since 1970: its target has asked for time. */
  notBefore?: number;
}

/** When a message expires that has been accepted and not yet processed: never. */
export const UNTIL_PROCESSED = Number.MAX_SAFE_INTEGER;

/** A store that keeps messages which are answered later. What is owed is never forgotten before it is settled. */
export interface AsynchronousStore extends AnswerStore {
  /** Keeps what is owed, in place of what was owed to the same sending, and with it the answer for `find`. Durable when it is done. */
  owe(owed: OwedAnswer, now: number, commit?: Commit): void | Promise<void>;
  /** It has been delivered, or never can be. */
  settle(sending: Sending): void | Promise<void>;
  /** Everything that is owed, oldest first: what is left to do after a restart. */
  owed(): OwedAnswer[] | Promise<OwedAnswer[]>;
  /** The same without the texts, which may be more than memory holds. Without it `owed` is asked. */
  owedSendings?(): OwedSending[] | Promise<OwedSending[]>;
  /** What is owed to a sending: an answer that waits long for its delivery is kept in the store alone. Without it `owed` is asked. */
  owedTo?(sending: Sending): OwedAnswer | undefined | Promise<OwedAnswer | undefined>;
}

export type OwedSending = Sending & Pick<OwedAnswer, "notBefore">;

/** What a handler wants to be done together with the keeping of its answer: both are done, or neither is. */
export type Commit = (database: SqliteDatabase | undefined) => void;

/** A commit threw: the fault is the handler's, not the store's. */
export class CommitError extends Error {}

/** The commit as a store runs it: its errors can be told from those of the store, and one that is not done yet when it returns is one. */
export function guarded(commit: Commit): Commit {
  return (database) => {
    try {
      const result: unknown = commit(database);
      // What it does later would be outside of the transaction.
      if (isThenable(result) || isGenerator(result)) throw new TypeError("commit must be synchronous");
    } catch (cause) {
      throw new CommitError("commit failed", { cause });
    }
  };
}

/** A generator has run nothing yet. */
function isGenerator(value: unknown): boolean {
  return typeof value === "object" && value !== null && /^\[object (Async)?Generator\]$/.test(Object.prototype.toString.call(value));
}

/**
 * What `await` would wait for. Its `then` is not called: a query that waits for that before it runs would do so outside of the transaction.
 */
function isThenable(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  try {
    // That a promise of the platform, of whatever realm, is rejected is known already.
    Promise.prototype.then.call(value, undefined, () => {});
    return true;
  } catch {
    return typeof (value as { then?: unknown }).then === "function";
  }
}
