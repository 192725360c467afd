/** Fixing a text: the edits of all suggestions that are certain together, and applying edits. */
import { bytesOf, checkValidateOptions, given, insteadOf } from "./arguments.js";
import { core } from "./core.js";
import { hand, joinedBytes, readText } from "./input.js";
import type { Bytes, FixedMessage, TextEdit, ValidateOptions } from "./types/validation.js";

/**
 * The text with edits applied to it: those of a suggestion for an issue that was found in this text, or those of `fixMessage`. They count
 * what they were made for, UTF-16 for a string and bytes for bytes; that is what comes back, too.
 * @throws {TypeError} when an argument is of the wrong kind.
 * @throws {RangeError} when the edits are not sorted, overlap, or go beyond the text: they are those of another text.
 */
export function applyEdits<Text extends string | Bytes>(text: Text, edits: readonly TextEdit[]): Text extends string ? string : Uint8Array {
  const own = typeof text === "string" ? text : bytesOf(text, "text");
  if (own === undefined) throw new TypeError(`text must be a string or a Uint8Array${insteadOf(text)}`);
  if (!Array.isArray(edits)) throw new TypeError(`edits must be a list of { start, end, text }${insteadOf(edits)}`);
  const pieces: (string | Uint8Array)[] = [];
  let at = 0;
  for (const edit of edits) {
    if (!Number.isInteger(edit?.start) || !Number.isInteger(edit?.end) || typeof edit?.text !== "string") {
      throw new TypeError("edits must be a list of { start, end, text }");
    }
    if (!(edit.start >= at && edit.end >= edit.start && edit.end <= own.length)) {
      throw new RangeError("edits must be sorted, must not overlap and must lie in the text");
    }
    pieces.push(part(own, at, edit.start), edit.text);
    at = edit.end;
  }
  pieces.push(part(own, at, own.length));
  return (typeof own === "string" ? pieces.join("") : joined(pieces)) as Text extends string ? string : Uint8Array;
}

const part = (text: string | Uint8Array, from: number, to: number) =>
  typeof text === "string" ? text.slice(from, to) : text.subarray(from, to);

function joined(pieces: (string | Uint8Array)[]): Uint8Array {
  const encoder = new TextEncoder();
  const encoded = pieces.map((piece) => (typeof piece === "string" ? encoder.encode(piece) : piece));
  return joinedBytes(encoded);
}

/**
 * Fixes a text as far as it is certain what is right: applies the edits of all suggestions that are certain, validates what comes of that,
 * and goes on until there are none left. A Bundle is validated by the rules of its type, any other resource by its own; `message: true`
 * asks for a message, and makes none of what is something else: no fix changes the type of a Bundle, what its entries ask of a server, or
 * which resources are in it. Nothing else of the text changes, and there are never more errors than before.
 *
 * An id or fullUrl that is missing and cannot be taken from what is there is a UUID made from the text (RFC 9562, version 5): the same text
 * gets the same ids. A rule whose severity is `"off"` fixes nothing, but for `json-syntax`. `showValues: false` is about the texts of
 * issues; the text is fixed all the same, and the edits are whole.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function fixMessage<Text extends string | Bytes>(
  message: Text,
  options?: ValidateOptions,
): FixedMessage<Text extends string | Uint8Array ? Text : Uint8Array> {
  const input = readText(message);
  const checked = checkValidateOptions(options);
  const resource = checked.message !== true;
  const bytes = hand(input, checked as ValidateOptions);
  const fixed = JSON.parse(core().fix(bytes, input.utf16, given({ ...checked, resource }))) as Omit<FixedMessage, "text">;
  // As it was given; the very same where nothing was fixed.
  const own: string | Uint8Array = "bytes" in input ? input.bytes : (message as string);
  const text = fixed.edits.length === 0 ? own : applyEdits(own, fixed.edits);
  return { text: text as Text extends string | Uint8Array ? Text : Uint8Array, ...fixed };
}
