/** The relay of the server that this page is from, where that was started with one (`--relay`): it reaches servers that let no page in. */
import { signal } from "@preact/signals";

/** The base URLs for which somebody has chosen it, in this visit. */
const relayed = signal<ReadonlySet<string>>(new Set());

export const isRelayed = (base: string | undefined): boolean => base !== undefined && relayed.value.has(base);

export function chooseRelay(base: string, chosen = true): void {
  const bases = new Set(relayed.peek());
  if (chosen) bases.add(base);
  else bases.delete(base);
  relayed.value = bases;
}

export interface Relay {
  /** The base URLs that it was started for. */
  bases: string[];
  /** The command that starts it, without `--relay`. */
  start: string;
}

/** Nothing where this page is from a server that has none. */
export async function findRelay(): Promise<Relay | undefined> {
  try {
    const response = await fetch(`${location.origin}/relay`, { cache: "no-store", credentials: "omit", redirect: "error" });
    const { bases, start } = await response.json();
    return response.ok && Array.isArray(bases) ? { bases: bases.map(String), start: String(start) } : undefined;
  } catch {
    return undefined;
  }
}
