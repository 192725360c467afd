/** What messages and their answers are made of: resources as text, ids, the time. */
import { insteadOf, isDate, isPlain } from "./arguments.js";
import { stringify } from "./input.js";

/** An object as JSON text; one that is text already as it is. */
export function objectText(object: unknown, name: string): string {
  if (isPlain(object)) return stringify(object, name);
  try {
    // Read here, so that it is one value and nothing beside it. What comes of it may have lost digits.
    if (typeof object === "string" && isPlain(JSON.parse(object))) return object;
  } catch {
    // The cause may quote it.
  }
  return wrong(`${name} must be an object, or its JSON text${insteadOf(object)}`);
}

/** @throws {TypeError} when one of them is not an object that JSON could hold. */
export function checkObjects(list: readonly unknown[], name: string, what: string): void {
  const index = list.findIndex((one) => !isPlain(one));
  if (index !== -1) wrong(`${name} ${what}: [${index}] is not one${insteadOf(list[index])}`);
}

export function readNow(now: unknown): string {
  if (now === undefined) return new Date().toISOString();
  if (typeof now === "string") return now;
  if (isDate(now) && !Number.isNaN(now.getTime())) return now.toISOString();
  return wrong("options.now must be a Date or a FHIR instant");
}

export function readIds(ids: unknown, count: number): string[] {
  const list = Array.isArray(ids) ? ids : Array.from({ length: count }, idSource(ids));
  if (!list.every((id) => typeof id === "string")) wrong("options.ids must be, or give, strings");
  return list;
}

function idSource(ids: unknown): () => unknown {
  if (ids === undefined) return randomUuid;
  if (typeof ids === "function") return () => ids();
  return wrong("options.ids must be a function or an array of strings");
}

/** `crypto.randomUUID` is missing where a page is served without TLS; `getRandomValues` is not. */
export function randomUuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes.set([((bytes[6] ?? 0) & 0x0f) | 0x40], 6);
  bytes.set([((bytes[8] ?? 0) & 0x3f) | 0x80], 8);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function wrong(problem: string): never {
  throw new TypeError(problem);
}
