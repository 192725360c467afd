/** What kind of thing an argument is: what JSON can hold, and what only looks like it. */

/** The tag by which every realm (an iframe, a test environment) knows its own: `Uint8Array`, `Promise`. */
const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

export const isDate = (value: unknown): value is Date => tagOf(value) === "Date";

/** What holds bytes. The other typed arrays hold numbers. */
const BYTES = new Set(["Uint8Array", "ArrayBuffer", "SharedArrayBuffer", "DataView", "Uint8ClampedArray", "Int8Array"]);

/**
 * The bytes of what is some: a Uint8Array as it is, any other view of bytes and any buffer as one; nothing for what is none.
 * @throws {TypeError} when they are elsewhere by now: their buffer was transferred.
 */
export function bytesOf(value: unknown, name: string): Uint8Array | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const isView = ArrayBuffer.isView(value);
  const tag = tagOf(value);
  if (!BYTES.has(tag) || !(isView || /Buffer$/.test(tag))) return undefined;
  const buffer = isView ? value.buffer : (value as ArrayBuffer);
  if ((value as { byteLength: number }).byteLength === 0 && isDetached(buffer)) {
    throw new TypeError(`${name} must be bytes that are still there: their buffer was transferred`);
  }
  const bytes = isView
    ? tag === "Uint8Array"
      ? (value as Uint8Array)
      : new Uint8Array(buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(buffer);
  // Who shares them may write into them meanwhile.
  return tagOf(buffer) === "SharedArrayBuffer" ? new Uint8Array(bytes) : bytes;
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    return new Uint8Array(buffer) === undefined;
  } catch {
    return true;
  }
}

/** Whether it is an object that JSON holds as one: a literal, what `JSON.parse` gives, an instance of a class of somebody's own; no array. */
export function isPlain(value: unknown): value is object {
  return whatElse(value) === undefined;
}

/** @throws {TypeError} when it is no string. */
export function checkText(value: unknown, name: string): asserts value is string {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string${insteadOf(value)}`);
}

/** What a value is instead of what it must be, in words that go behind "must be an object", and what to do about it. */
export function insteadOf(value: unknown): string {
  const what = whatElse(value);
  return what === undefined || what === "" ? "" : `, not ${what}`;
}

/** Nothing for an object that JSON holds as one. The words quote nothing of it. */
function whatElse(value: unknown): string | undefined {
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return "";
  try {
    return whatElseIs(value as Partial<Record<PropertyKey, unknown>>);
  } catch (error) {
    // A getter threw, or a proxy was revoked; but where the stack ran out, nothing is known.
    if (error instanceof RangeError) throw error;
    return "one whose properties cannot be read";
  }
}

/** What others than those of JavaScript's own classes are told by: what they can do. */
const STREAM = "a stream: read it to its end first";

function whatElseIs(value: Partial<Record<PropertyKey, unknown>>): string | undefined {
  const can = (name: PropertyKey) => typeof value[name] === "function";
  const tag = tagOf(value);
  // Not by its tag alone: libraries have promises of their own.
  if (can("then")) return "a Promise: await it first";
  if (tag === "Object" || (can("toJSON") && !Object.hasOwn(globalThis, tag))) {
    if (can("toJSON")) return undefined;
    if (can("getReader") || can("pipe")) return STREAM;
    if (can("emit") || can("addEventListener")) return "something that emits events";
    if (can("text") && can("json")) return `a ${"status" in value ? "Response" : "Request"}: await its text() first`;
    if (can("next") || can(Symbol.iterator) || can(Symbol.asyncIterator)) return "something to iterate";
    return undefined;
  }
  if (tag === "Response" || tag === "Request") {
    const isRead = value.bodyUsed === true;
    return isRead ? `a ${tag} whose body was read already: give what was read` : `a ${tag}: await its text() first`;
  }
  if (tag === "Blob" || tag === "File") return `a ${tag}: await its text() first`;
  if (tag === "ReadableStream") return STREAM;
  if (tag === "String" || tag === "Number" || tag === "Boolean" || tag === "BigInt" || tag === "Symbol") return `a ${tag} object`;
  // A class of somebody's own can have any tag.
  return /^[A-Za-z ]{1,40}$/.test(tag) ? `${/^[AEIOU]/i.test(tag) ? "an" : "a"} ${tag}` : "something else";
}
