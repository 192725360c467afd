/** A store in a SQLite database, which outlives the process. */
import { Unavailable } from "./refusal.js";
import type { AsynchronousStore, KnownSending, OwedAnswer, OwedSending, SqliteDatabase } from "./store.js";

/**
 * Every commit reaches the disk before it counts: an answer is sent only when it would be found again after a crash. The tables may be
 * beside those of the application, and are named so that they cannot be mistaken for them.
 */
const SCHEMA = `
  PRAGMA busy_timeout = 2000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS fhirpost_answer (
    sender TEXT NOT NULL,
    bundle_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT,
    expires INTEGER NOT NULL,
    PRIMARY KEY (sender, bundle_id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS fhirpost_answer_message ON fhirpost_answer (sender, message_id, expires);
  CREATE INDEX IF NOT EXISTS fhirpost_answer_expires ON fhirpost_answer (expires);
  CREATE TABLE IF NOT EXISTS fhirpost_owed (
    number INTEGER PRIMARY KEY,
    sender TEXT NOT NULL,
    bundle_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    target TEXT NOT NULL,
    base TEXT NOT NULL,
    request TEXT,
    body TEXT,
    again INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    not_before INTEGER,
    UNIQUE (sender, bundle_id)
  );
  PRAGMA busy_timeout = 0;
`;

/**
 * Another process may write to the database for a moment. Meanwhile the library would wait, and nothing else could be done: so it does not
 * wait. It is asked again after so many milliseconds, and after twice as many each time; then senders are told to come again.
 */
const FIRST_WAIT = 4;
const LAST_WAIT = 32;

const UNAVAILABLE = "The receiver cannot keep its answer for now: send the message again later.";

/** Expired answers are deleted at every so many new ones. */
const SAVES_BETWEEN_CLEANUPS = 256;

/**
 * Keeps answers in a SQLite database, which outlives the process. It holds what was answered, and with that health data: keep the file
 * where only the receiver can read it. One receiver process to a database: two would not wait for each other. While another process
 * keeps the database locked, messages are answered with 503.
 *
 * A handler's `commit` runs in the transaction that keeps its answer, so what it writes to this database is there exactly when the
 * message counts as processed. The answers that are ready in one turn of the event loop share a transaction, and with it one wait for the
 * disk; so leave no transaction of your own open on this database while you wait for something.
 *
 * ```js
 * import Database from "better-sqlite3";
 * const receiver = createReceiver({ store: sqliteStore(new Database("answers.db")) });
 * ```
 * @throws {TypeError} when `database` is not one.
 */
export function sqliteStore(database: SqliteDatabase): AsynchronousStore {
  for (const name of ["exec", "prepare"]) {
    if (typeof (database as unknown as Record<string, unknown> | null | undefined)?.[name] !== "function") {
      throw new TypeError("database must be a database of better-sqlite3 or node:sqlite, with exec and prepare");
    }
  }
  database.exec(SCHEMA);
  addNotBefore(database);
  const bySending = database.prepare(
    "SELECT message_id AS messageId, body FROM fhirpost_answer WHERE sender = ? AND bundle_id = ? AND expires > ?",
  );
  const byMessage = database.prepare("SELECT 1 FROM fhirpost_answer WHERE sender = ? AND message_id = ? AND expires > ? LIMIT 1");
  // One that is there already has been given by another process: then this one's handler has run in vain, and its commit is undone.
  const insert = database.prepare(`
    INSERT INTO fhirpost_answer (sender, bundle_id, message_id, body, expires) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET message_id = excluded.message_id, body = excluded.body, expires = excluded.expires WHERE expires <= ?`);
  const replace = database.prepare("REPLACE INTO fhirpost_answer (sender, bundle_id, message_id, body, expires) VALUES (?, ?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM fhirpost_answer WHERE sender = ? AND bundle_id = ?");
  const forget = database.prepare("DELETE FROM fhirpost_answer WHERE expires <= ?");
  const owe = database.prepare(`
    REPLACE INTO fhirpost_owed (sender, bundle_id, message_id, target, base, request, body, again, expires, not_before)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const settle = database.prepare("DELETE FROM fhirpost_owed WHERE sender = ? AND bundle_id = ?");
  const sending = "SELECT sender, bundle_id AS bundleId, message_id AS messageId, not_before AS notBefore";
  const owedSendings = database.prepare(`${sending} FROM fhirpost_owed ORDER BY number`);
  const whole = `${sending}, target, base, request, body, again, expires FROM fhirpost_owed`;
  const owed = database.prepare(`${whole} ORDER BY number`);
  const owedTo = database.prepare(`${whole} WHERE sender = ? AND bundle_id = ?`);
  const together = transactions(database);
  let saves = 0;
  return {
    find({ sender, messageId, bundleId }, now) {
      try {
        const sending = bySending.get(sender, bundleId, now) as { messageId: string; body: string | null } | null | undefined;
        const message = byMessage.get(sender, messageId, now) != null;
        if (sending != null) return { message, sending: withoutNulls(sending) as NonNullable<KnownSending["sending"]> };
        // It is processed next: in vain, and perhaps twice, when what comes of it cannot be kept.
        const unlocked = together.unlocked();
        return unlocked === undefined ? { message } : unlocked.then(() => ({ message }));
      } catch (error) {
        throw unavailableIfBusy(error);
      }
    },
    save({ sender, bundleId, messageId, body, expires }, now, commit) {
      return together(() => {
        if (saves % SAVES_BETWEEN_CLEANUPS === 0) forget.run(now);
        saves += 1;
        const { changes } = insert.run(sender, bundleId, messageId, body, expires, now) as { changes: number | bigint };
        if (Number(changes) === 0) throw new Error("another process has answered this message");
        commit?.(database);
      });
    },
    owe(answer, _now, commit) {
      const { sender, bundleId, messageId, target, base, request = null, body = null, again = false, expires, notBefore = null } = answer;
      return together(() => {
        owe.run(sender, bundleId, messageId, target, base, request, body, Number(again), expires, notBefore);
        if (again) remove.run(sender, bundleId);
        else replace.run(sender, bundleId, messageId, body, expires);
        commit?.(database);
      });
    },
    settle: ({ sender, bundleId }) => together(() => void settle.run(sender, bundleId)),
    owed: () => owed.all().map(owedAnswer),
    owedSendings: () => owedSendings.all().map((row) => withoutNulls(row as object) as OwedSending),
    owedTo({ sender, bundleId }) {
      const row = owedTo.get(sender, bundleId);
      return row == null ? undefined : owedAnswer(row);
    },
  };
}

/** A file of an earlier version has no such column. */
function addNotBefore(database: SqliteDatabase): void {
  const columns = database.prepare("PRAGMA table_info(fhirpost_owed)").all() as { name: string }[];
  if (columns.every(({ name }) => name !== "not_before")) database.exec("ALTER TABLE fhirpost_owed ADD COLUMN not_before INTEGER");
}

function owedAnswer(row: unknown): OwedAnswer {
  const { again, ...rest } = row as { again: number };
  return withoutNulls({ ...rest, again: again === 1 }) as OwedAnswer;
}

function withoutNulls(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

/** After the work of this turn of the event loop, where there is such a thing. */
const soon: (work: () => void) => void = typeof setImmediate === "function" ? setImmediate : (work) => setTimeout(work, 0);

interface Write {
  work: () => void;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Transactions {
  /** Does the work in a transaction, together with all other work of the same turn of the event loop. What fails is undone alone. */
  (work: () => void): Promise<void>;
  /** Nothing when the database can be written to; else it is waited for, for a moment. */
  unlocked(): Promise<void> | undefined;
}

function transactions(database: SqliteDatabase): Transactions {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const rollback = database.prepare("ROLLBACK");
  const commit = database.prepare("COMMIT");
  const savepoint = database.prepare("SAVEPOINT fhirpost");
  const undo = database.prepare("ROLLBACK TO fhirpost");
  const release = database.prepare("RELEASE fhirpost");
  let waiting: Write[] = [];

  function attempt({ work }: Write): unknown {
    savepoint.run();
    try {
      work();
    } catch (error) {
      undo.run();
      return error;
    } finally {
      release.run();
    }
    return undefined;
  }

  /** Whether a transaction has begun: not while another process writes. */
  function begun(): boolean {
    try {
      begin.run();
      return true;
    } catch (error) {
      if (isBusy(error)) return false;
      throw error;
    }
  }

  /** @param work Follows upon the beginning of the transaction at once, and ends it. */
  async function begunThen(work: () => void): Promise<void> {
    for (let wait = FIRST_WAIT; !begun(); wait *= 2) {
      if (wait > LAST_WAIT) throw new Unavailable(UNAVAILABLE);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    work();
  }

  function write(): void {
    const writes = take();
    let errors: unknown[];
    try {
      errors = writes.map(attempt);
      commit.run();
    } catch (error) {
      rollBack(database);
      for (const { reject } of writes) reject(unavailableIfBusy(error));
      return;
    }
    for (const [index, { resolve, reject }] of writes.entries()) {
      if (errors[index] === undefined) resolve();
      else reject(errors[index]);
    }
  }

  function take(): Write[] {
    const writes = waiting;
    waiting = [];
    return writes;
  }

  function rejectAll(error: unknown): void {
    for (const { reject } of take()) reject(error);
  }

  const together = (work: () => void) =>
    new Promise<void>((resolve, reject) => {
      if (waiting.length === 0) soon(() => void begunThen(write).catch(rejectAll));
      waiting.push({ work, resolve, reject });
    });
  return Object.assign(together, {
    unlocked() {
      if (!begun()) return begunThen(() => void rollback.run());
      rollback.run();
      return undefined;
    },
  });
}

/** SQLite ends a transaction by itself on some errors, a full disk for one: then there is nothing left to be undone. */
function rollBack(database: SqliteDatabase): void {
  try {
    database.exec("ROLLBACK");
  } catch {}
}

/** Result codes of SQLite: another connection holds the lock, or one of this process. */
const BUSY = 5;
const LOCKED = 6;

/** As better-sqlite3 says it, and as `node:sqlite` does; both may add more exactly why. */
export function isBusy(error: unknown): boolean {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  if (typeof errcode === "number") return [BUSY, LOCKED].includes(errcode & 0xff);
  return typeof code === "string" && /^SQLITE_(BUSY|LOCKED)/.test(code);
}

function unavailableIfBusy(error: unknown): unknown {
  if (!isBusy(error)) return error;
  return new Unavailable(UNAVAILABLE, { cause: error });
}
