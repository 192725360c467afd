/** What the resources of the current text are called, for all that speaks of one of them: worked out beside the check, after it. */
import { signal } from "@preact/signals";
import type { EntryName } from "./see/names.js";
import { current, whenChanged } from "./store.js";
import { tools } from "./workers.js";

/** Typing goes on meanwhile; names change seldom. */
const PAUSE = 300;

/** By index of the entry; the last that could be read while the text cannot be. */
export const entryNames = signal<EntryName[]>([]);
let timer: ReturnType<typeof setTimeout> | undefined;
let shown = "";

function take(names: EntryName[]): void {
  const now = JSON.stringify(names);
  if (now === shown) return;
  shown = now;
  entryNames.value = names;
}

async function update(): Promise<void> {
  const of = current.peek();
  const { text } = of.checked.peek();
  if (of.isEmpty.peek()) return take([]);
  const names = await tools.ask("names", [text]).catch(() => undefined);
  if (names !== undefined && of === current.peek()) take(names);
}

/** Follows the text that is current, from now on. */
export function followNames(): void {
  const soon = (delay: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void update(), delay);
  };
  whenChanged(current, () => {
    take([]);
    soon(0);
  });
  current.subscribe((text) => {
    const { checked } = text;
    stop?.();
    stop = whenChanged(checked, () => soon(entryNames.peek().length === 0 ? 0 : PAUSE));
  });
}
let stop: (() => void) | undefined;

const ENTRY = /^\/entry\/(\d+)(?:\/|$)/;

/** The resource that a JSON pointer is in, as people call it: "Patient · Okafor, Daniel". Nothing where it has no name. */
export function calledAt(pointer: string | undefined): string {
  const names = entryNames.value;
  const at = ENTRY.exec(pointer ?? "")?.[1];
  const found = at === undefined ? undefined : names[Number(at)];
  return found === undefined || found.name === "" ? "" : `${found.type} · ${found.name}`;
}
