import type { SqliteDatabase } from "./sqlite-store.js";

/** What a handler wants to be done together with the keeping of its answer: both are done, or neither is. */
export type Commit = (database: SqliteDatabase | undefined) => void;

/** A commit threw: the fault is the handler's, not the store's. */
export class CommitError extends Error {}

/** The commit as a store runs it: its errors can be told from those of the store, and one that is not done yet when it returns is one. */
export function guarded(commit: Commit): Commit {
  return (database) => {
    let result: unknown;
    try {
      result = commit(database);
    } catch (cause) {
      throw new CommitError("commit failed", { cause });
    }
    // What it does later would be outside of the transaction.
    if (result instanceof Promise) {
      result.catch(() => {});
      throw new CommitError("commit failed", { cause: new TypeError("commit must be synchronous") });
    }
  };
}
