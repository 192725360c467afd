/** In the worker: what packages and resources define, by name, so that the page can list it. What is wrong with them the core says. */
import { gunzip } from "../intake/layers.js";

/** A profile that resources of a type can be checked by. */
export interface Profile {
  url: string;
  name: string;
  type: string;
}

export interface Described {
  /** `name#version` of a package, the canonical URL of a definition. */
  name: string;
  /** How many definitions are in it. */
  definitions: number;
  profiles: Profile[];
  /** Of MessageDefinitions: the profile that each resource type has in its messages, by the URL of the definition. */
  events: Record<string, Record<string, string>>;
}

type Members = Record<string, unknown>;

/** @throws when it is no package. */
export async function describePackage(bytes: Uint8Array): Promise<Described> {
  const decoder = new TextDecoder();
  const described: Described = { name: "", definitions: 0, profiles: [], events: {} };
  for (const { path, content } of filesOf(await gunzip(bytes))) {
    if (!/^package\/[^/]+\.json$/.test(path) || path === "package/.index.json") continue;
    const read = parsed(decoder.decode(content));
    if (path === "package/package.json") described.name = `${read.name}#${read.version}`;
    else if (typeof read.url === "string") {
      described.definitions++;
      described.profiles.push(...profileOf(read));
      Object.assign(described.events, eventOf(read));
    }
  }
  if (described.name === "") throw new TypeError("no package");
  described.profiles.sort((a, b) => (a.type + a.name < b.type + b.name ? -1 : 1));
  return described;
}

/** Of a definition, or a Bundle of them. */
export function describeResource(text: string): Described {
  const read = parsed(text);
  const entries = Array.isArray(read.entry) ? read.entry.map((entry: Members) => (entry?.resource ?? {}) as Members) : [read];
  const name = String(read.url ?? (read.id === undefined ? read.resourceType : `${read.resourceType}/${read.id}`));
  const events = Object.assign({}, ...entries.map(eventOf));
  return { name, definitions: entries.length, profiles: entries.flatMap(profileOf), events };
}

function parsed(text: string): Members {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null ? (read as Members) : {};
  } catch {
    return {};
  }
}

function profileOf({ resourceType, url, name, type, kind, derivation }: Members): Profile[] {
  const isProfile = resourceType === "StructureDefinition" && kind === "resource" && derivation === "constraint";
  if (!isProfile || typeof url !== "string" || typeof type !== "string") return [];
  return [{ url, name: typeof name === "string" ? name : url, type }];
}

function eventOf({ resourceType, url, focus }: Members): Described["events"] {
  if (resourceType !== "MessageDefinition" || typeof url !== "string" || !Array.isArray(focus)) return {};
  const asked = focus.flatMap((one: Members) =>
    typeof one?.code === "string" && typeof one.profile === "string" ? [[one.code, one.profile]] : [],
  );
  return { [url]: Object.fromEntries(asked) };
}

const BLOCK = 512;

function* filesOf(tar: Uint8Array): Generator<{ path: string; content: Uint8Array }> {
  const decoder = new TextDecoder();
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const word = (start: number, length: number) => decoder.decode(tar.subarray(at + start, at + start + length)).split("\0")[0] ?? "";
    const size = Number.parseInt(word(124, 12), 8) || 0;
    const path = word(0, 100);
    const isFile = /^0?$/.test(word(156, 1));
    if (isFile && path !== "") yield { path, content: tar.subarray(at + BLOCK, at + BLOCK + size) };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
