/** What may be stored on this device: each thing only where that was asked for. Where it was not, nothing is, not even that it was not. */
import { type Signal, signal } from "@preact/signals";

export class Setting<T> {
  readonly #key: string;
  readonly value: Signal<T>;
  readonly isKept: Signal<boolean>;

  /** @param read What is stored may be of another version, or of another page of this origin: makes of it what makes sense, or nothing. */
  constructor(key: string, usual: T, read: (stored: unknown) => T | undefined) {
    this.#key = key;
    let stored: T | undefined;
    try {
      stored = read(JSON.parse(localStorage.getItem(key) ?? "null"));
    } catch {
      // A browser that lets pages store nothing.
    }
    this.value = signal(stored ?? usual);
    this.isKept = signal(stored !== undefined);
  }

  set(value: T): void {
    this.value.value = value;
    if (this.isKept.peek()) this.keep(true);
  }

  /** Keeps it from now on, or deletes what was kept. Whether that worked: a browser may have no storage for this page. */
  keep(asked: boolean): boolean {
    try {
      if (asked) localStorage.setItem(this.#key, JSON.stringify(this.value.peek()));
      else localStorage.removeItem(this.#key);
      this.isKept.value = asked;
    } catch {
      this.isKept.value = false;
    }
    return this.isKept.peek() === asked;
  }
}

/** Where the choice of profiles is; the definitions themselves are in IndexedDB. */
export const DEFINITIONS = "fhirpost-definitions";

/** Whether there are definitions on this device: what reads them is loaded only then. */
export function keepsDefinitions(): boolean {
  try {
    return localStorage.getItem(DEFINITIONS) !== null;
  } catch {
    return false;
  }
}
