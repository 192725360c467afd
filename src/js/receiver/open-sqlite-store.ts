/**
 * Opens the SQLite store with the library that is there: Node's own, or better-sqlite3. One receiver to a file: by a lock that goes with
 * the process that has it, however that ends.
 */
import { chmodSync, closeSync, existsSync, openSync, realpathSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { isBusy, sqliteStore } from "./sqlite-store.js";
import type { AsynchronousStore, SqliteDatabase } from "./store.js";

/** A store with the file that it keeps. */
export interface OpenSqliteStore extends AsynchronousStore {
  /** What a handler's `commit` is given. */
  readonly database: SqliteDatabase;
  /** Closes the file. A receiver that still uses the store fails from then on. */
  close(): void;
}

/** What SQLite puts beside a file. */
const BESIDE = ["-wal", "-shm", "-journal"];

/**
 * Opens, or makes, a SQLite file to keep answers in. It uses better-sqlite3 where that is installed, else `node:sqlite` (Node 22.5 or
 * later). Only the owner of the file may read it, and what SQLite puts beside it (`-wal`, `-shm`). It is this receiver's alone: as long as
 * it is open nobody else can open it as a store. That ends with the process, also with one that is killed; `-lock` beside the file stands
 * for it.
 *
 * ```js
 * const store = openSqliteStore("answers.db");
 * const receiver = createReceiver({ store });
 * ```
 * @throws {TypeError} when `path` names no file.
 * @throws {Error} when neither library is there, the file cannot be opened, or another receiver has it open.
 */
export function openSqliteStore(path: string): OpenSqliteStore {
  if (typeof path !== "string" || path === "" || path.includes("\0")) throw new TypeError("path must be a string that names a file");
  // SQLite reads these otherwise, and here they would be files of that name.
  if (/^\s*:memory:\s*$/i.test(path)) throw new TypeError("path must name a file: memoryStore() keeps answers in memory");
  if (/^file:/i.test(path)) throw new TypeError("path must be a path, not a URL; memoryStore() keeps answers in memory");
  const Library = sqliteLibrary();
  // SQLite itself would make a file that everybody may read.
  const file = existingFile(path);
  const unlock = lock(Library, file);
  try {
    ownerOnly(file);
    const database = new Library(file);
    try {
      const store = sqliteStore(database);
      // What another process had open may have been readable for all.
      ownerOnly(file);
      const close = () => {
        database.close();
        unlock();
      };
      return { ...store, database, close };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

function ownerOnly(file: string): void {
  chmodSync(file, OWNER_ONLY);
  for (const beside of BESIDE.map((end) => file + end)) if (existsSync(beside)) chmodSync(beside, OWNER_ONLY);
}

/** The library that is there. @throws {Error} when there is none, or it cannot be loaded. */
export function sqliteLibrary(): SqliteLibrary {
  try {
    return createRequire(import.meta.url)("better-sqlite3") as SqliteLibrary;
  } catch (error) {
    // One that is there and cannot be loaded (built for another Node, perhaps) must not be passed over in silence.
    if ((error as { code?: unknown }).code !== "MODULE_NOT_FOUND") throw error;
  }
  // Node 20 has it from 20.16 on; before that there is no node:sqlite either.
  const builtin = process.getBuiltinModule?.("node:sqlite") as { DatabaseSync: SqliteLibrary } | undefined;
  if (builtin !== undefined) return builtin.DatabaseSync;
  throw new Error("There is no SQLite here: install better-sqlite3, or use Node 22.13 or later, which has node:sqlite.");
}

type ClosableDatabase = SqliteDatabase & { close(): unknown };
type SqliteLibrary = new (path: string) => ClosableDatabase;

/** Its owner alone reads and writes a file: what was answered is health data. */
const OWNER_ONLY = 0o600;

/**
 * Locks the file for this receiver, by a transaction that stays open on a SQLite file beside it: the operating system ends that with its
 * process. The file itself is not locked: others may read it, and back it up. Gives what ends the lock.
 * @throws {Error} when it is locked already; the text is a sentence for whoever starts this receiver.
 */
function lock(Library: SqliteLibrary, file: string): () => void {
  const beside = `${file}-lock`;
  for (;;) {
    existingFile(beside);
    const before = inodeOf(beside);
    const database = new Library(beside);
    try {
      database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      if (!isBusy(error)) throw error;
      throw new Error("a receiver that is running has it open. Each needs a file of its own: name another one, or end that receiver first");
    }
    // Whoever had the lock may have removed the file since it was opened here: then this is a lock of nothing.
    if (before === inodeOf(beside)) {
      return () => {
        remove(beside);
        database.close();
      };
    }
    database.close();
  }
}

/**
 * Makes an empty file where there is none; gives its path without links. One that is there is not even opened: when this process has a lock
 * on it, the operating system would end that as soon as the file is closed.
 */
function existingFile(path: string): string {
  try {
    closeSync(openSync(path, "wx", OWNER_ONLY));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const file = realpathSync(path);
  const there = statSync(file);
  // The mode of a folder, or of a device, is not to be changed.
  if (there.isFile()) return file;
  throw Object.assign(new Error("it is not a file"), there.isDirectory() && { code: "EISDIR" });
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

/** Windows removes no file that is open: there it stays, which does no harm. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
