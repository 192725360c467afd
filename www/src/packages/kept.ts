/** Packages and definitions on this device, where that was asked for: they hold no health data. */
import { done, KeptStore } from "../device.js";
import type { Given } from "./given.js";

const KEY = "all";
const kept = new KeptStore("fhirpost-definitions", "given");

export async function load(): Promise<Given[]> {
  const all: unknown = await kept.use("readonly", (store) => done(store.get(KEY)));
  return Array.isArray(all) ? all : [];
}

export async function save(all: readonly Given[]): Promise<void> {
  await kept.use("readwrite", (store) => done(store.put(all, KEY)));
}

export const forget = () => kept.forget();
