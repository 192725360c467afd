import type { MessageInput } from "./types.js";

/** A message as text or as its UTF-8, with what has to be said about that: whether offsets are those of a string, and options. */
export type CoreInput = ({ text: string } | { bytes: Uint8Array }) & { utf16: boolean; form: { positions?: false } };

const encoder = new TextEncoder();

/** Text, bytes or an object. Only an input of the wrong kind throws; what is in it is for the core to judge. */
export function readInput(message: MessageInput, name = "message"): CoreInput {
  if (typeof message === "string") {
    return { ...(isWellFormed(message) ? { text: message } : { bytes: encodeWtf8(message) }), utf16: true, form: {} };
  }
  // By its tag, not by instanceof: a Uint8Array of another realm (an iframe, a test environment) is one too.
  if (ArrayBuffer.isView(message) && Object.prototype.toString.call(message) === "[object Uint8Array]") {
    return { bytes: message as Uint8Array, utf16: false, form: {} };
  }
  if (typeof message === "object" && message !== null && !ArrayBuffer.isView(message) && !(message instanceof ArrayBuffer)) {
    return { text: stringify(message, name), utf16: false, form: { positions: false } };
  }
  throw new TypeError(`${name} must be a string, a Uint8Array or an object`);
}

/** A message as UTF-8. */
export function bytesOf(input: CoreInput): Uint8Array {
  return "bytes" in input ? input.bytes : encode(input.text);
}

let encode = (text: string): Uint8Array => {
  // Most messages are ASCII; for that a loop takes a quarter of the time of TextEncoder.
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return encoder.encode(text);
    bytes[at] = unit;
  }
  return bytes;
};

/** Sets a way to encode text as UTF-8 that is faster on this platform. */
export function encodeBy(platform: (text: string) => Uint8Array): void {
  encode = platform;
}

/** The message as UTF-8, where the core takes nothing else. */
export function readBytes(message: MessageInput, name: string): Uint8Array {
  return bytesOf(readInput(message, name));
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
