/** How texts, bytes and objects reach the core: checked, and written into its memory as UTF-8. */
import { bytesOf, insteadOf, isPlain } from "./arguments.js";
import { type Handed, type ReadableText, ReadMessage, room } from "./core.js";
import { type CoreInput, givenOf, inputOf, Message, readOf } from "./message.js";
import type { Bytes, MessageInput } from "./types/validation.js";
import { encode, isWellFormed, type Length, MAX_BYTES, within } from "./utf8.js";

const encoder = new TextEncoder();

/** Text, bytes, an object or a Message. Only an input of the wrong kind throws; what is in it is for the core to validate. */
export function readInput(message: MessageInput, name = "message", { maxBytes = MAX_BYTES }: Length = {}): CoreInput {
  if (typeof message === "string") {
    const text = within(message, maxBytes);
    return { ...(isWellFormed(text) ? { text } : { bytes: encode(text) }), utf16: true, form: {} };
  }
  if (message instanceof Message) return inputOf(message, name, maxBytes);
  const bytes = bytesOf(message, name);
  if (bytes !== undefined) return { bytes, utf16: false, form: {} };
  // An array cannot be right, but is JSON: it gets a verdict, as its text does.
  if (isPlain(message) || Array.isArray(message)) return { text: stringify(message, name), utf16: false, form: { positions: false } };
  throw new TypeError(`${name} must be a string, a Uint8Array or an object${insteadOf(message)}`);
}

/** As `readInput`, where an object would have no text to point into. A Message has one, whatever it was read from. */
export function readText(message: string | Bytes | Message, name = "message", { maxBytes }: Length = {}): CoreInput {
  if (typeof message === "string") return { text: message, utf16: true, form: {} };
  if (message instanceof Message) return { ...inputOf(message, name, maxBytes), utf16: "text" in givenOf(message, name), form: {} };
  const bytes = bytesOf(message, name);
  if (bytes !== undefined) return { bytes, utf16: false, form: {} };
  throw new TypeError(`${name} must be a string or a Uint8Array${insteadOf(message)}`);
}

/** As `readInput`, for what is handed over next: that looks by itself whether a string is well-formed. */
export function readHanded(message: MessageInput, name?: string, length?: Length): CoreInput {
  return typeof message === "string" ? { text: message, utf16: true, form: {} } : readInput(message, name, length);
}

/** What a message is when it leaves: text and bytes as they were given. An object is written as JSON. */
export function bodyOf(message: MessageInput, name = "message"): string | Uint8Array {
  if (typeof message === "string") return message;
  const input = message instanceof Message ? givenOf(message, name) : readInput(message, name);
  return "text" in input ? input.text : input.bytes;
}

/** A message for whoever asks the core: its UTF-8 for one question; what the core has read of a Message for all of them. */
export function readable(message: MessageInput, name: string, limits: Limits = {}): ReadableText {
  return keptIn(message, name, limits)?.read ?? readBytes(message, name, limits);
}

/** What the core has read of a Message, and what has to be said of that; nothing where other limits of reading are asked for. */
export function keptIn(message: MessageInput, name: string, limits: Limits = {}): Subject | undefined {
  if (!(message instanceof Message) || limits.maxBytes !== undefined || limits.maxDepth !== undefined) return undefined;
  const { form, utf16 } = givenOf(message, name);
  return { read: readOf(message, (given) => new ReadMessage(() => hand(given))), form, utf16 };
}

/** A message for the next question: what the core has read of a Message, and of all else the text in its memory. */
export function subjectOf(message: MessageInput, name: string, limits: Limits = {}): Subject {
  const kept = keptIn(message, name, limits);
  if (kept !== undefined) return kept;
  const input = readHanded(message, name, limits);
  return { read: hand(input, limits), form: input.form, utf16: input.utf16 };
}

/** What the core is asked about, and what has to be said of it. */
interface Subject {
  read: ReadableText;
  form: { positions?: boolean };
  utf16: boolean;
}

/** Limits of reading. */
interface Limits extends Length {
  maxDepth?: number | undefined;
}

/** Writes a message into the core's memory, where the next question takes it from. */
export function hand(input: CoreInput, { maxBytes = MAX_BYTES }: Length = {}): Handed {
  const bytes = "text" in input ? handText(within(input.text, maxBytes)) : handBytes(within(input.bytes, maxBytes));
  return { bytes, utf16: input.utf16 };
}

function handBytes(bytes: Uint8Array): number {
  const { buffer, at } = room(bytes.length);
  new Uint8Array(buffer, at, bytes.length).set(bytes);
  return bytes.length;
}

/** Nearly every message is ASCII but for a few characters: the encoder then writes it where it belongs, with no copy in between. */
let handText = (text: string): number => {
  if (!isWellFormed(text)) return handBytes(encode(text));
  const most = text.length + (text.length >> 4) + 16;
  const { buffer, at } = room(most);
  const { read, written } = encoder.encodeInto(text, new Uint8Array(buffer, at, most));
  return read === text.length ? written : handBytes(encoder.encode(text));
};

/** Hands over a text that may hold half surrogate pairs. */
export function handAnyText(text: string): number {
  return handBytes(encode(text));
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
