/** What was sent, on this device, where that was asked for: it may hold health data, and never a token. */
import type { SentMessage } from "./sent-message.js";

const DATABASE = "fhirpost-sendings";
const STORE = "sendings";

/** In the order in which they went out. */
export async function load(): Promise<SentMessage[]> {
  const kept: SentMessage[] = await using((database) => done(database.transaction(STORE).objectStore(STORE).getAll()));
  return kept.filter(({ at }) => at instanceof Date).sort((a, b) => a.at.getTime() - b.at.getTime());
}

export async function save(sendings: readonly SentMessage[]): Promise<void> {
  await using(async (database) => {
    const store = database.transaction(STORE, "readwrite").objectStore(STORE);
    await Promise.all(sendings.map((each) => done(store.put(each))));
  });
}

export async function forget(): Promise<void> {
  await done(indexedDB.deleteDatabase(DATABASE));
}

async function using<T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
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
