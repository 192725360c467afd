/** What is known besides R4 and the built-in events: packages and definitions, which of their profiles are chosen, and what is wrong with them. */
import { computed, signal } from "@preact/signals";
import type { DefinitionIssue } from "../fhirpost.js";
import { Notice } from "../notices.js";
import { DEFINITIONS, Setting } from "../settings.js";
import { openTexts } from "../store.js";
import { packageTexts as words } from "../texts/packages.js";
import { newTools, teach } from "../workers.js";
import type { Given } from "./given.js";
import { forget, load, save } from "./kept.js";
import type { Described, Profile } from "./read-definitions.js";

/** One of those that are known. */
export type Loaded = Described & { given: Given; issues: DefinitionIssue[] };

export const loaded = signal<Loaded[]>([]);
export const isLoading = signal(false);
export const packagesNotice = new Notice();

const texts = (stored: unknown) =>
  Array.isArray(stored) && stored.every((one) => typeof one === "string") ? (stored as string[]) : undefined;

/** The profiles that are chosen, by their URLs; kept is that where the packages are. */
export const chosen = new Setting<string[]>(DEFINITIONS, [], texts);

export const profiles = computed(() => {
  const all = new Map(loaded.value.flatMap((one) => one.profiles.map((profile): [string, Profile] => [profile.url, profile])));
  return [...all.values()];
});

let compiled: Uint8Array | undefined;

export const usePackages = (packages: { name: string; bytes: Uint8Array }[]): Promise<void> =>
  add(packages.map(({ name, bytes }) => ({ name, package: bytes })));

export const useResources = (resources: { name: string; text: string }[]): Promise<void> =>
  add(resources.map(({ name, text }) => ({ name, resource: text })));

async function add(given: Given[]): Promise<void> {
  const known = loaded.peek().map((one) => one.given);
  if (await know([...known, ...given])) packagesNotice.say(words.used);
  await keepAll();
}

export async function remove(one: Loaded): Promise<void> {
  await know(
    loaded
      .peek()
      .filter((other) => other !== one)
      .map(({ given }) => given),
  );
  await keepAll();
}

/** Makes all workers know these and nothing else. Whether that worked. */
async function know(all: Given[]): Promise<boolean> {
  const worker = newTools();
  isLoading.value = true;
  packagesNotice.clear();
  try {
    const known = await worker.ask("compile", [all]);
    compiled = known.compiled;
    loaded.value = known.loaded;
    const urls = new Set(profiles.peek().map(({ url }) => url));
    chosen.set(chosen.value.peek().filter((url) => urls.has(url)));
    tell();
    if (known.refused.length > 0) packagesNotice.say(words.refused(known.refused));
    return known.refused.length === 0;
  } catch {
    packagesNotice.say(words.failed);
    return false;
  } finally {
    // It has what it read of them for itself.
    worker.stop("done");
    isLoading.value = false;
  }
}

export function choose(url: string, isChosen: boolean): void {
  const others = chosen.value.peek().filter((one) => one !== url);
  chosen.set(isChosen ? [...others, url] : others);
  tell();
}

/** To all workers; what is open is checked anew. */
function tell(): void {
  const wanted = new Set(chosen.value.peek());
  teach({ ...(compiled !== undefined && { compiled }), profiles: profiles.peek().filter(({ url }) => wanted.has(url)) });
  for (const text of openTexts.peek()) text.validateAs(text.asMessage.peek());
}

/** Keeps them on this device from now on, or no more. */
export async function keep(asked: boolean): Promise<void> {
  try {
    if (!chosen.keep(asked)) throw new Error("the browser keeps nothing");
    await (asked ? keepAll() : forget());
  } catch {
    chosen.keep(false);
    packagesNotice.say(words.notKept);
  }
}

async function keepAll(): Promise<void> {
  if (!chosen.isKept.peek()) return;
  try {
    await save(loaded.peek().map(({ given }) => given));
  } catch {
    chosen.keep(false);
    packagesNotice.say(words.notKept);
  }
}

/** Those that were kept, when the page begins. */
export async function restore(): Promise<void> {
  // What is chosen is of the packages that are about to be there.
  const before = chosen.value.peek();
  const kept = await load();
  if (kept.length === 0 || !(await know(kept))) return;
  const urls = new Set(profiles.peek().map(({ url }) => url));
  chosen.set(before.filter((url) => urls.has(url)));
  tell();
}
