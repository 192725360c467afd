import type { AnswerStore, KnownSending } from "./store.js";

/** What is used of a SQLite library: `Database` of better-sqlite3 has it, and so has `DatabaseSync` of `node:sqlite`. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

export interface SqliteStatement {
  get(...values: (string | number)[]): unknown;
  run(...values: (string | number)[]): unknown;
}

/** Every commit reaches the disk before it counts: an answer is sent only when it would be found again after a crash. */
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS answer (
    sender TEXT NOT NULL,
    bundle_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (sender, bundle_id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS answer_message ON answer (sender, message_id, expires);
  CREATE INDEX IF NOT EXISTS answer_expires ON answer (expires);
`;

/** Expired answers are deleted at every so many new ones. */
const SAVES_BETWEEN_CLEANUPS = 256;

/**
 * Keeps answers in a SQLite database, which outlives the process. The file holds what was answered, and with that health data: keep it
 * where only the receiver can read it. One receiver process to a database: two would not wait for each other.
 *
 * ```js
 * import Database from "better-sqlite3";
 * const receiver = createReceiver({ store: sqliteStore(new Database("answers.db")) });
 * ```
 */
export function sqliteStore(database: SqliteDatabase): AnswerStore {
  database.exec(SCHEMA);
  const bySending = database.prepare("SELECT message_id AS messageId, body FROM answer WHERE sender = ? AND bundle_id = ? AND expires > ?");
  const byMessage = database.prepare("SELECT 1 FROM answer WHERE sender = ? AND message_id = ? AND expires > ? LIMIT 1");
  const insert = database.prepare("INSERT OR REPLACE INTO answer (sender, bundle_id, message_id, body, expires) VALUES (?, ?, ?, ?, ?)");
  const forget = database.prepare("DELETE FROM answer WHERE expires <= ?");
  let saves = 0;
  return {
    find({ sender, messageId, bundleId }, now) {
      const sending = bySending.get(sender, bundleId, now) as KnownSending["sending"];
      const message = byMessage.get(sender, messageId, now) != null;
      return { message, ...(sending != null && { sending }) };
    },
    save({ sender, bundleId, messageId, body, expires }, now) {
      if (saves % SAVES_BETWEEN_CLEANUPS === 0) forget.run(now);
      saves += 1;
      insert.run(sender, bundleId, messageId, body, expires);
    },
  };
}
