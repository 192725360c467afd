/** Packages and definitions on this device, where that was asked for: they hold no health data. */
import type { Given } from "./given.js";

const DATABASE = "fhirpost-definitions";
const STORE = "given";
const KEY = "all";

export async function load(): Promise<Given[]> {
  return using(async (database) => {
    const kept: unknown = await done(database.transaction(STORE).objectStore(STORE).get(KEY));
    return Array.isArray(kept) ? kept : [];
  });
}

export async function save(all: readonly Given[]): Promise<void> {
  await using((database) => done(database.transaction(STORE, "readwrite").objectStore(STORE).put(all, KEY)));
}

export async function forget(): Promise<void> {
  await done(indexedDB.deleteDatabase(DATABASE));
}

async function using<T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const database = await done(request);
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser keeps nothing"));
  });
}
