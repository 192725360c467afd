/** Opens the SQLite store with the library that is there: Node's own, or better-sqlite3. */
import { chmodSync, closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { checkText } from "../kinds.js";
import { type SqliteDatabase, sqliteStore } from "./sqlite-store.js";
import type { AsynchronousStore } from "./store.js";

type Opened = SqliteDatabase & { close(): unknown };
type Library = new (path: string) => Opened;

/** A store with the file that it keeps. */
export interface OpenSqliteStore extends AsynchronousStore {
  /** What a handler's `commit` is given. */
  readonly database: SqliteDatabase;
  /** Closes the file. A receiver that still uses the store fails from then on. */
  close(): void;
}

/** Its owner alone reads and writes it: it holds what was answered, and with that health data. */
const OWNER_ONLY = 0o600;

/**
 * Opens, or makes, a SQLite file to keep answers in. It uses better-sqlite3 where that is installed, else `node:sqlite` (Node 22.5 or later). Only
 * the owner of the file may read it; SQLite gives the two files that it puts beside it (`-wal`, `-shm`) the same permissions.
 *
 * ```js
 * const store = openSqliteStore("answers.db");
 * const receiver = createReceiver({ store });
 * ```
 * @throws {Error} when neither library is there, or the file cannot be opened.
 */
export function openSqliteStore(path: string): OpenSqliteStore {
  checkText(path, "path");
  const Database = sqliteLibrary();
  // SQLite itself would make a file that everybody may read.
  closeSync(openSync(path, "a", OWNER_ONLY));
  chmodSync(path, OWNER_ONLY);
  const database = new Database(path);
  return { ...sqliteStore(database), database, close: () => void database.close() };
}

/** The library that is there. @throws {Error} when there is none, or it cannot be loaded. */
export function sqliteLibrary(): Library {
  try {
    return createRequire(import.meta.url)("better-sqlite3") as Library;
  } catch (error) {
    // One that is there and cannot be loaded (built for another Node, perhaps) must not be passed over in silence.
    if ((error as { code?: unknown }).code !== "MODULE_NOT_FOUND") throw error;
  }
  // Node 20 has it from 20.16 on; before that there is no node:sqlite either.
  const builtin = process.getBuiltinModule?.("node:sqlite") as { DatabaseSync: Library } | undefined;
  if (builtin !== undefined) return builtin.DatabaseSync;
  throw new Error("There is no SQLite here: install better-sqlite3, or use Node 22.13 or later, which has node:sqlite.");
}
