/**
 * Keeps the text on this device, for who turned that on: messages hold health data. While it is off, nothing is stored at all, not even
 * that it is off.
 */

/** That it is on. The text itself is in IndexedDB: it may be longer than this storage takes. */
const FLAG = "fhirpost-keep";
const DATABASE = "fhirpost";
const STORE = "kept";
const KEY = "text";

export class Keep {
  /** The newest text that is to be kept, until it is. */
  #next: string | undefined;
  #saving: Promise<void> | undefined;

  get isOn(): boolean {
    try {
      return localStorage.getItem(FLAG) !== null;
    } catch {
      // A browser that lets pages store nothing.
      return false;
    }
  }

  /** @throws when the browser lets the page store nothing. */
  async turnOn(text: string): Promise<void> {
    localStorage.setItem(FLAG, "on");
    try {
      await this.save(text);
    } catch (error) {
      await this.turnOff();
      throw error;
    }
  }

  /** Deletes what was kept. */
  async turnOff(): Promise<void> {
    localStorage.removeItem(FLAG);
    this.#next = undefined;
    // What is being written would be there again right after.
    await this.#saving?.catch(() => {});
    await done(indexedDB.deleteDatabase(DATABASE));
  }

  /** Keeps this text, unless a newer one comes before the one that is being written is done. */
  save(text: string): Promise<void> {
    this.#next = text;
    this.#saving ??= this.#write().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  async load(): Promise<string | undefined> {
    const database = await open();
    try {
      const text: unknown = await done(database.transaction(STORE).objectStore(STORE).get(KEY));
      return typeof text === "string" ? text : undefined;
    } finally {
      database.close();
    }
  }

  async #write(): Promise<void> {
    const database = await open();
    try {
      while (this.#next !== undefined && this.isOn) {
        const text = this.#next;
        this.#next = undefined;
        const transaction = database.transaction(STORE, "readwrite");
        const written = new Promise<void>((resolve, reject) => {
          transaction.oncomplete = () => resolve();
          transaction.onabort = () => reject(transaction.error ?? new Error("the browser keeps nothing"));
        });
        transaction.objectStore(STORE).put(text, KEY);
        await written;
      }
    } finally {
      database.close();
    }
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser keeps nothing"));
  });
}
