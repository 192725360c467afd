/** One receiver to a file: by a lock that goes with the process that has it, however that ends. */
import { closeSync, openSync, realpathSync, rmSync, statSync } from "node:fs";
import { isBusy, type SqliteDatabase } from "./sqlite-store.js";

export type OpenedDatabase = SqliteDatabase & { close(): unknown };
export type SqliteLibrary = new (path: string) => OpenedDatabase;

/** Its owner alone reads and writes a file: what was answered is health data. */
export const OWNER_ONLY = 0o600;

/**
 * Locks the file for this receiver, by a transaction that stays open on a SQLite file beside it: the operating system ends that with its
 * process. The file itself is not locked: others may read it, and back it up. Gives what ends the lock.
 * @throws {Error} when it is locked already; the text is a sentence for whoever starts this receiver.
 */
export function lock(Library: SqliteLibrary, file: string): () => void {
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
export function existingFile(path: string): string {
  try {
    closeSync(openSync(path, "wx", OWNER_ONLY));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const file = realpathSync(path);
  const there = statSync(file);
  // The mode of a folder, or of a device, is not to be changed.
  if (there.isFile()) return file;
  throw Object.assign(new Error("it is no file"), there.isDirectory() && { code: "EISDIR" });
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
