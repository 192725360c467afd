/**
 * Keeps the text on this device, for who turned that on: messages hold health data. While it is off, nothing is stored at all, not even
 * that it is off.
 */
import { element } from "../dom.js";
import type { OpenMessage } from "../message.js";
import { texts } from "../texts.js";
import type { IncomingText } from "./incoming-text.js";

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

/** A pause in typing. */
const DELAY = 400;

/** The switch that keeps the text on this device across reloads, and the keeping itself. */
export class KeepSwitch {
  readonly element: HTMLElement;
  readonly #keep = new Keep();
  readonly #message: OpenMessage;
  readonly #incoming: IncomingText;
  readonly #box = element("input", { type: "checkbox", role: "switch", id: "keep", "aria-describedby": "keep-warning" });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saved: string | undefined;
  /** Another tab has kept its own text since. */
  #isReplaced = false;
  /** Says to other tabs, in no words, that another text is kept now. */
  readonly #others = new BroadcastChannel("fhirpost-kept");

  constructor(message: OpenMessage, incoming: IncomingText) {
    this.#message = message;
    this.#incoming = incoming;
    this.element = element(
      "div",
      { class: "keep" },
      element("label", { for: "keep" }, this.#box, element("span", {}, texts.keep.label)),
      element("p", { class: "hint muted", id: "keep-warning" }, texts.keep.warning),
    );
    this.#box.checked = this.#keep.isOn;
    this.#box.addEventListener("change", () => void this.#turn(this.#box.checked));
    message.onChange(() => {
      clearTimeout(this.#timer);
      if (this.#keep.isOn) this.#timer = setTimeout(() => void this.#save(), DELAY);
    });
    // Going away leaves no time for the pause.
    document.addEventListener("visibilitychange", () => {
      // What nobody has changed here does not take the place of what was typed in another tab.
      const isNew = this.#message.text !== this.#saved;
      if (document.visibilityState === "hidden" && this.#keep.isOn && isNew) void this.#save();
    });
    // There is room for one text: that of the tab which was typed in last.
    this.#others.addEventListener("message", () => {
      this.#isReplaced = true;
    });
    // Turned on or off in another tab.
    window.addEventListener("storage", () => {
      this.#box.checked = this.#keep.isOn;
    });
  }

  /** Whether this text is on the device as it is. */
  has(text: string): boolean {
    return this.#keep.isOn && !this.#isReplaced && this.#saved === text;
  }

  /** Brings back what was kept, when the page opens. */
  async restore(): Promise<void> {
    if (!this.#keep.isOn) return;
    let text: string | undefined;
    try {
      text = await this.#keep.load();
    } catch {
      return this.#incoming.say(texts.keep.unreadable);
    }
    // Who was faster than the storage keeps what was typed.
    if (text === undefined || text === "" || this.#message.text !== "") return;
    this.#incoming.put(text, texts.keep.restored, { isWork: true, always: true });
    this.#saved = this.#message.text;
  }

  async #turn(on: boolean): Promise<void> {
    clearTimeout(this.#timer);
    try {
      if (on) {
        const { text } = this.#message;
        await this.#keep.turnOn(text);
        this.#keeps(text);
      } else {
        this.#saved = undefined;
        await this.#keep.turnOff();
      }
    } catch {
      this.#incoming.say(texts.keep.failed);
    }
    this.#box.checked = this.#keep.isOn;
  }

  #keeps(text: string): void {
    this.#saved = text;
    this.#isReplaced = false;
    this.#others.postMessage(null);
  }

  async #save(): Promise<void> {
    const { text } = this.#message;
    if (text === this.#saved && !this.#isReplaced) return;
    try {
      await this.#keep.save(text);
      this.#keeps(text);
    } catch {
      this.#incoming.say(texts.keep.failed);
    }
  }
}
