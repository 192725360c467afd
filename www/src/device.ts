/** What is kept on this device, in a database of its own for each kind of thing. */

/** A database with one store, which is there for as long as something is done with it. */
export class KeptStore {
  readonly #name: string;
  readonly #store: string;
  readonly #keys: IDBObjectStoreParameters;

  constructor(name: string, store: string, keys: IDBObjectStoreParameters = {}) {
    this.#name = name;
    this.#store = store;
    this.#keys = keys;
  }

  async use<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
    const request = indexedDB.open(this.#name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(this.#store, this.#keys);
    const database = await done(request);
    try {
      return await work(database.transaction(this.#store, mode).objectStore(this.#store));
    } finally {
      database.close();
    }
  }

  async forget(): Promise<void> {
    await done(indexedDB.deleteDatabase(this.#name));
  }
}

export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser keeps nothing"));
  });
}
