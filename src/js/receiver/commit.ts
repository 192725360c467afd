import type { SqliteDatabase } from "./sqlite-store.js";

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
    // That a promise of the platform, of whatever realm, is rejected is no news any more.
    Promise.prototype.then.call(value, undefined, () => {});
    return true;
  } catch {
    return typeof (value as { then?: unknown }).then === "function";
  }
}
