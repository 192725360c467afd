/** What was sent, on this device, where that was asked for: it may hold health data, and never a token. */
import { done, KeptStore } from "../device.js";
import type { SentMessage } from "./sent-message.js";

const kept = new KeptStore("fhirpost-sendings", "sendings", { keyPath: "id" });

/** In the order in which they went out. */
export async function load(): Promise<SentMessage[]> {
  const all: SentMessage[] = await kept.use("readonly", (store) => done(store.getAll()));
  return all.filter(({ at }) => at instanceof Date).sort((a, b) => a.at.getTime() - b.at.getTime());
}

export async function save(sendings: readonly SentMessage[]): Promise<void> {
  await kept.use("readwrite", (store) => Promise.all(sendings.map((each) => done(store.put(each)))));
}

export const forget = () => kept.forget();
