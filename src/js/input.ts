import { room } from "./bindings.js";
import { bytesOf, insteadOf, isPlain } from "./kinds.js";
import type { Bytes, MessageInput } from "./types.js";

/** A message as text or as its UTF-8, with what has to be said about that: whether offsets are those of a string, and options. */
export type CoreInput = ({ text: string } | { bytes: Uint8Array }) & { utf16: boolean; form: { positions?: false } };

const encoder = new TextEncoder();

/** Text, bytes or an object. Only an input of the wrong kind throws; what is in it is for the core to judge. */
export function readInput(message: MessageInput, name = "message"): CoreInput {
  if (typeof message === "string") {
    return { ...(isWellFormed(message) ? { text: message } : { bytes: encodeWtf8(message) }), utf16: true, form: {} };
  }
  const bytes = bytesOf(message, name);
  if (bytes !== undefined) return { bytes, utf16: false, form: {} };
  // An array is none that could be right, but JSON: it gets a verdict, as its text does.
  if (isPlain(message) || Array.isArray(message)) return { text: stringify(message, name), utf16: false, form: { positions: false } };
  throw new TypeError(`${name} must be a string, a Uint8Array or an object${insteadOf(message)}`);
}

/** As `readInput`, where an object would have no text to point into. */
export function readText(message: string | Bytes, name = "message"): CoreInput {
  if (typeof message === "string") return { text: message, utf16: true, form: {} };
  const bytes = bytesOf(message, name);
  if (bytes !== undefined) return { bytes, utf16: false, form: {} };
  throw new TypeError(`${name} must be a string or a Uint8Array${insteadOf(message)}`);
}

/** As `readInput`, for what is handed over next: that looks by itself whether a string is well-formed. */
export function readHanded(message: MessageInput, name?: string): CoreInput {
  return typeof message === "string" ? { text: message, utf16: true, form: {} } : readInput(message, name);
}

/** Writes a message into the core's memory, where `validate` takes it from. Gives its bytes. */
export function hand(input: CoreInput): number {
  return "text" in input ? handText(input.text) : handBytes(input.bytes);
}

function handBytes(bytes: Uint8Array): number {
  const { buffer, at } = room(bytes.length);
  new Uint8Array(buffer, at, bytes.length).set(bytes);
  return bytes.length;
}

/** Nearly every message is ASCII but for a few characters: the encoder then writes it where it belongs, with no copy in between. */
let handText = (text: string): number => {
  if (!isWellFormed(text)) return handBytes(encodeWtf8(text));
  const most = text.length + (text.length >> 4) + 16;
  const { buffer, at } = room(most);
  const { read, written } = encoder.encodeInto(text, new Uint8Array(buffer, at, most));
  return read === text.length ? written : handBytes(encoder.encode(text));
};

/** Hands over a text that may hold half surrogate pairs. */
export function handAnyText(text: string): number {
  return handBytes(isWellFormed(text) ? encoder.encode(text) : encodeWtf8(text));
}

/** Sets a way to hand text over that is faster on this platform. */
export function handTextBy(platform: (text: string) => number): void {
  handText = platform;
}

/** The message as UTF-8, where the core takes nothing else. */
export function readBytes(message: MessageInput, name: string): Uint8Array {
  return bytesIn(readInput(message, name));
}

export function bytesIn(input: CoreInput): Uint8Array {
  return "bytes" in input ? input.bytes : encoder.encode(input.text);
}

export function stringify(message: object, name: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(message);
  } catch (error) {
    // The cause may quote the message; what it can be is said instead.
    const why = error instanceof RangeError ? "not as deep or as long" : "without circles, BigInts and getters that throw";
    throw new TypeError(`${name} must be an object that JSON can hold: ${why}`);
  }
  // `toJSON` may give anything. No regular expression: what was matched last can be read from RegExp.
  const first = text?.charAt(0);
  if (text === undefined || (first !== "{" && first !== "[")) throw new TypeError(`${name} must be an object that JSON can hold as one`);
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
