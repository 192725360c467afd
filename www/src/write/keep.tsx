/**
 * Keeps the open texts on this device, for who turned that on: messages hold health data. While it is off, nothing is stored at all, not even
 * that it is off.
 */
import { computed, signal } from "@preact/signals";
import { Hint } from "../elements.js";
import { current, currentText, openText, openTexts, showText, whenChanged } from "../store.js";
import { texts } from "../texts.js";
import { put, writeNotice } from "./incoming-text.js";

/** That it is on. The text itself is in IndexedDB: it may be longer than this storage takes. */
const FLAG = "fhirpost-keep";
const DATABASE = "fhirpost";
const STORE = "kept";
const KEY = "text";

class KeptText {
  /** The newest texts that are to be kept, until they are. */
  #next: string[] | undefined;
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
  async turnOn(all: string[]): Promise<void> {
    localStorage.setItem(FLAG, "on");
    try {
      await this.save(all);
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

  /** Keeps these texts, unless newer ones come before those that are being written are done. */
  save(all: string[]): Promise<void> {
    this.#next = all;
    this.#saving ??= this.#write().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  async load(): Promise<string[]> {
    const database = await open();
    try {
      const stored: unknown = await done(database.transaction(STORE).objectStore(STORE).get(KEY));
      // A version of this page that had one text kept that alone.
      return [stored].flat().filter((text) => typeof text === "string" && text !== "") as string[];
    } finally {
      database.close();
    }
  }

  async #write(): Promise<void> {
    const database = await open();
    try {
      while (this.#next !== undefined && this.isOn) {
        const all = this.#next;
        this.#next = undefined;
        const transaction = database.transaction(STORE, "readwrite");
        const written = new Promise<void>((resolve, reject) => {
          transaction.oncomplete = () => resolve();
          transaction.onabort = () => reject(transaction.error ?? new Error("the browser keeps nothing"));
        });
        transaction.objectStore(STORE).put(all, KEY);
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
let saved: string[] | undefined;
/** Another tab of the browser has kept its own texts since. */
let isReplaced = false;
/** Says to other tabs, in no words, that another text is kept now. */
const others = new BroadcastChannel("fhirpost-kept");

/** Whether this text is on the device as it is. */
export const keeps = (text: string): boolean => kept.isOn && !isReplaced && saved?.includes(text) === true;

/** What each of the open texts says. */
const openNow = computed(() => openTexts.value.map(({ text }) => text.value));
const isSaved = (now: string[]) => saved?.length === now.length && now.every((text, at) => text === saved?.[at]);

/** Brings back what was kept, when the page opens. */
export async function restore(): Promise<void> {
  if (!kept.isOn) return;
  let found: string[];
  try {
    found = await kept.load();
  } catch {
    return writeNotice.say(texts.keep.unreadable);
  }
  // Who was faster than the storage keeps what was typed.
  if (found.length === 0 || currentText.peek() !== "") return;
  const first = current.peek();
  for (const [at, text] of found.entries()) {
    if (at > 0) openText();
    put(text, "", { isWork: true });
  }
  if (current.peek() !== first) showText(first);
  writeNotice.say(texts.keep.restored);
  saved = openNow.peek();
}

async function turn(box: HTMLInputElement): Promise<void> {
  try {
    if (box.checked) {
      const now = openNow.peek();
      await kept.turnOn(now);
      isKept(now);
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

function isKept(now: string[]): void {
  saved = now;
  isReplaced = false;
  others.postMessage(null);
}

async function save(): Promise<void> {
  const now = openNow.peek();
  if (isSaved(now) && !isReplaced) return;
  try {
    await kept.save(now);
    isKept(now);
  } catch {
    writeNotice.say(texts.keep.failed);
  }
}

let timer: ReturnType<typeof setTimeout> | undefined;
whenChanged(openNow, () => {
  clearTimeout(timer);
  if (kept.isOn) timer = setTimeout(() => kept.isOn && void save(), DELAY);
});
// Going away leaves no time for the pause.
document.addEventListener("visibilitychange", () => {
  // What nobody has changed here does not take the place of what was typed in another tab.
  if (document.visibilityState === "hidden" && kept.isOn && !isSaved(openNow.peek())) void save();
});
// There is room for the texts of one tab of the browser: the one that was typed in last.
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
