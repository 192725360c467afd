/**
 * Keeps the text on this device, for who turned that on: messages hold health data. While it is off, nothing is stored at all, not even
 * that it is off.
 */
import { signal } from "@preact/signals";
import { Hint } from "../elements.js";
import { currentText, whenChanged } from "../store.js";
import { texts } from "../texts.js";
import { put, writeNotice } from "./incoming-text.js";

/** That it is on. The text itself is in IndexedDB: it may be longer than this storage takes. */
const FLAG = "fhirpost-keep";
const DATABASE = "fhirpost";
const STORE = "kept";
const KEY = "text";

class KeptText {
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

/** A pause in typing. */
const DELAY = 400;

const kept = new KeptText();
const isOn = signal(kept.isOn);
let saved: string | undefined;
/** Another tab has kept its own text since. */
let isReplaced = false;
/** Says to other tabs, in no words, that another text is kept now. */
const others = new BroadcastChannel("fhirpost-kept");

/** Whether this text is on the device as it is. */
export const keeps = (text: string): boolean => kept.isOn && !isReplaced && saved === text;

/** Brings back what was kept, when the page opens. */
export async function restore(): Promise<void> {
  if (!kept.isOn) return;
  let text: string | undefined;
  try {
    text = await kept.load();
  } catch {
    return writeNotice.say(texts.keep.unreadable);
  }
  // Who was faster than the storage keeps what was typed.
  if (text === undefined || text === "" || currentText.peek() !== "") return;
  put(text, texts.keep.restored, { isWork: true, always: true });
  saved = currentText.peek();
}

async function turn(box: HTMLInputElement): Promise<void> {
  try {
    if (box.checked) {
      const text = currentText.peek();
      await kept.turnOn(text);
      isKept(text);
    } else {
      saved = undefined;
      await kept.turnOff();
    }
  } catch {
    writeNotice.say(texts.keep.failed);
  }
  isOn.value = kept.isOn;
  // Where it did not work, the box goes back.
  box.checked = kept.isOn;
}

function isKept(text: string): void {
  saved = text;
  isReplaced = false;
  others.postMessage(null);
}

async function save(): Promise<void> {
  const text = currentText.peek();
  if (text === saved && !isReplaced) return;
  try {
    await kept.save(text);
    isKept(text);
  } catch {
    writeNotice.say(texts.keep.failed);
  }
}

let timer: ReturnType<typeof setTimeout> | undefined;
whenChanged(currentText, () => {
  clearTimeout(timer);
  if (kept.isOn) timer = setTimeout(() => kept.isOn && void save(), DELAY);
});
// Going away leaves no time for the pause.
document.addEventListener("visibilitychange", () => {
  // What nobody has changed here does not take the place of what was typed in another tab.
  if (document.visibilityState === "hidden" && kept.isOn && currentText.peek() !== saved) void save();
});
// There is room for one text: that of the tab which was typed in last.
others.addEventListener("message", () => {
  isReplaced = true;
});
// Turned on or off in another tab.
window.addEventListener("storage", () => {
  isOn.value = kept.isOn;
});

export function KeepSwitch() {
  return (
    <div class="keep">
      <label for="keep">
        <input
          type="checkbox"
          role="switch"
          id="keep"
          aria-describedby="keep-warning"
          checked={isOn}
          onChange={({ currentTarget }) => void turn(currentTarget)}
        />
        <span>{texts.keep.label}</span>
      </label>
      <Hint id="keep-warning" text={texts.keep.warning} />
    </div>
  );
}
