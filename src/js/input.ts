/** How texts, bytes and objects reach the core: checked, and written into its memory as UTF-8. */
import { bytesOf, insteadOf, isPlain } from "./arguments.js";
import { room } from "./core.js";
import type { Bytes, MessageInput } from "./types/validation.js";

/** A message as text or as its UTF-8, with what has to be said about that: whether offsets are those of a string, and options. */
export type CoreInput = ({ text: string } | { bytes: Uint8Array }) & { utf16: boolean; form: { positions?: false } };

const encoder = new TextEncoder();

/** As many bytes the core reads where nothing else is said. */
const MAX_BYTES = 64 << 20;

/** How much may be read. */
interface Length {
  maxBytes?: number | undefined;
}

/** Text, bytes or an object. Only an input of the wrong kind throws; what is in it is for the core to validate. */
export function readInput(message: MessageInput, name = "message", { maxBytes = MAX_BYTES }: Length = {}): CoreInput {
  if (typeof message === "string") {
    const text = within(message, maxBytes);
    return { ...(isWellFormed(text) ? { text } : { bytes: encodeWtf8(text) }), utf16: true, form: {} };
  }
  const bytes = bytesOf(message, name);
  if (bytes !== undefined) return { bytes, utf16: false, form: {} };
  // An array cannot be right, but is JSON: it gets a verdict, as its text does.
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

/**
 * What of a text or its bytes the core looks at where it may read so many bytes: enough to see that it is longer. What is too long is then
 * refused without a copy of all of it. A code unit is a byte at least.
 */
function within<Given extends string | Uint8Array>(given: Given, maxBytes: number): Given;
function within(given: string | Uint8Array, maxBytes: number): string | Uint8Array {
  if (given.length <= maxBytes) return given;
  if (typeof given !== "string") return given.subarray(0, maxBytes + 1);
  const cut = given.slice(0, maxBytes + 2);
  // A pair of surrogates stays one.
  return (cut.charCodeAt(cut.length - 1) & 0xfc00) === 0xd800 ? cut.slice(0, -1) : cut;
}

/** Writes a message into the core's memory, where `validate` takes it from. Gives its bytes. */
export function hand(input: CoreInput, { maxBytes = MAX_BYTES }: Length = {}): number {
  return "text" in input ? handText(within(input.text, maxBytes)) : handBytes(within(input.bytes, maxBytes));
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
export function readBytes(message: MessageInput, name: string, length: Length = {}): Uint8Array {
  return bytesIn(readInput(message, name, length), length);
}

export function bytesIn(input: CoreInput, { maxBytes = MAX_BYTES }: Length = {}): Uint8Array {
  return "bytes" in input ? within(input.bytes, maxBytes) : encoder.encode(within(input.text, maxBytes));
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
 * validated would not be the message that was given.
 */
function encodeWtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  let plain = 0;
  const flush = (end: number) => {
    if (end > plain) at += encoder.encodeInto(text.slice(plain, end), bytes.subarray(at)).written;
    plain = end + 1;
  };
  for (let place = 0; place < text.length; place += 1) {
    const unit = text.charCodeAt(place);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(place + 1);
    if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
      place += 1;
      continue;
    }
    flush(place);
    bytes.set([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)], at);
    at += 3;
  }
  flush(text.length);
  return bytes.subarray(0, at);
}

/** The pieces as one. */
export function joinedBytes(pieces: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
