import type { MessageInput } from "./types.js";

/** A message in the form that the core takes, with what has to be said about that form. */
export type CoreInput = { text: string; form: { positions?: false } } | { bytes: Uint8Array; form: { utf16?: true } };

/** Text, bytes or an object. Only an input of the wrong kind throws; what is in it is for the core to judge. */
export function readInput(message: MessageInput, name = "message"): CoreInput {
  if (typeof message === "string") {
    return isWellFormed(message) ? { text: message, form: {} } : { bytes: encodeWtf8(message), form: { utf16: true } };
  }
  // By its tag, not by instanceof: a Uint8Array of another realm (an iframe, a test environment) is one too.
  if (ArrayBuffer.isView(message) && Object.prototype.toString.call(message) === "[object Uint8Array]") {
    return { bytes: message as Uint8Array, form: {} };
  }
  if (typeof message === "object" && message !== null && !ArrayBuffer.isView(message) && !(message instanceof ArrayBuffer)) {
    return { text: stringify(message, name), form: { positions: false } };
  }
  throw new TypeError(`${name} must be a string, a Uint8Array or an object`);
}

/** The message as UTF-8, where the core takes nothing else. */
export function readBytes(message: MessageInput, name: string): Uint8Array {
  const input = readInput(message, name);
  return "bytes" in input ? input.bytes : new TextEncoder().encode(input.text);
}

export function stringify(message: object, name: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(message);
  } catch {
    // The cause may quote the message; what it can be is said instead.
    throw new TypeError(`${name} must be an object that JSON can hold: without circles and BigInts`);
  }
  if (text === undefined) throw new TypeError(`${name} must be an object that JSON can hold`);
  return text;
}

function isWellFormed(text: string): boolean {
  // Node 20 and current browsers have it; older ones are answered by a search for half a surrogate pair.
  const string = text as string & { isWellFormed?: () => boolean };
  return string.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}

/**
 * UTF-8 that keeps half surrogate pairs as three bytes each. TextEncoder would replace them without a word, and the message that is
 * judged would not be the message that was given.
 */
function encodeWtf8(text: string): Uint8Array {
  const encoder = new TextEncoder();
  const parts = text.split(/(\p{Surrogate})/u).map((part) => {
    const unit = part.length === 1 ? part.charCodeAt(0) : 0;
    if (unit < 0xd800 || unit > 0xdfff) return encoder.encode(part);
    return Uint8Array.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
  });
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
