// The stores of a receiver, by their names, and a folder for their files that goes when the tests of the file are over.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import Database from "better-sqlite3";
import { memoryStore, sqliteStore } from "fhirpost";

export const folder = await mkdtemp(join(tmpdir(), "fhirpost-"));
after(() => rm(folder, { recursive: true, force: true }));

let files = 0;
/** Each makes a new one. */
export const stores = {
  memory: memoryStore,
  SQLite: () => {
    files += 1;
    return sqliteStore(new Database(join(folder, `${files}.db`)));
  },
};
