/** Where the receiver keeps its answers. */
import { resolve } from "node:path";
import { memoryStore } from "../../receiver/memory-store.js";
import { openSqliteStore, sqliteLibrary } from "../../receiver/open-sqlite-store.js";
import type { AnswerStore } from "../../receiver/store.js";
import { inWords, TroubleError } from "../trouble.js";
import { DEFAULT_STORE, type ServeSettings } from "./arguments.js";

export interface KeptStore {
  store: AnswerStore;
  close(): void;
  /** Where the answers are, in words: they are health data, and whoever starts the receiver is to know it. */
  kept: string;
}

const IN_MEMORY = "Answers are kept in memory, and forgotten when it ends";

/** @throws {TroubleError} when the file that was asked for cannot be had: a receiver that forgets would not be what was asked for. */
export function openStore({ store, memory }: Pick<ServeSettings, "store" | "memory">): KeptStore {
  if (memory) return inMemory("");
  if (store === undefined) {
    try {
      new (sqliteLibrary())(":memory:").close();
    } catch (error) {
      return inMemory(`, since SQLite cannot be used. ${error instanceof Error ? error.message : error}`);
    }
  }
  const file = resolve(store ?? DEFAULT_STORE);
  try {
    const opened = openSqliteStore(file);
    const kept = `Answers are kept in ${file}, also when it ends. They quote the messages: this file is health data on your disk`;
    return { store: opened, close: () => opened.close(), kept: store === undefined ? `${kept}; --memory keeps none there.` : `${kept}.` };
  } catch (error) {
    throw new TroubleError(`the answers cannot be kept in ${file}: ${inWords(error)}`);
  }
}

function inMemory(why: string): KeptStore {
  return { store: memoryStore(), close() {}, kept: `${IN_MEMORY}${why === "" ? "." : why}` };
}
