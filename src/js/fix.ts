/** Fixing a text: the edits of all suggestions that are certain together, and applying edits. */
import { bytesOf, checkValidateOptions, insteadOf, given as jsonOf } from "./arguments.js";
import type { Bindings } from "./core.js";
import { bodyOf, hand, keptIn, readText } from "./input.js";
import type { Message } from "./message.js";
import type { Bytes, FixResult, Suggestion, TextEdit, ValidateOptions } from "./types/validation.js";
import { joinedBytes } from "./utf8.js";

/**
 * The text with edits applied to it: those of a suggestion for an issue that was found in this text, or those of `fix`. They count
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

/**
 * The edits of a suggestion with another one of its `choices` than the first.
 * @throws {TypeError} when the choice is none of its own.
 */
export function editsFor(suggestion: Suggestion, choice: string): TextEdit[] {
  if (typeof suggestion !== "object" || suggestion === null || Array.isArray(suggestion)) {
    throw new TypeError(`suggestion must be that of an issue${insteadOf(suggestion)}`);
  }
  const { choices = [], edits = [] } = suggestion;
  if (!choices.includes(choice)) throw new TypeError("choice must be one of the choices of the suggestion");
  const quoted = JSON.stringify(choices[0]);
  return edits.map((edit) => {
    // In front of a value that is inserted is its name.
    const at = edit.text.lastIndexOf(quoted);
    if (at < 0) return edit;
    return { ...edit, text: edit.text.slice(0, at) + JSON.stringify(choice) + edit.text.slice(at + quoted.length) };
  });
}

const part = (text: string | Uint8Array, from: number, to: number) =>
  typeof text === "string" ? text.slice(from, to) : text.subarray(from, to);

function joined(pieces: (string | Uint8Array)[]): Uint8Array {
  const encoder = new TextEncoder();
  const encoded = pieces.map((piece) => (typeof piece === "string" ? encoder.encode(piece) : piece));
  return joinedBytes(encoded);
}

/** Fixes a text; what `fix` of a Validator says of it holds here. */
export function fix(core: Bindings, given: string | Bytes | Message, options?: ValidateOptions): FixResult<string | Uint8Array> {
  const checked = checkValidateOptions(options);
  const input = readText(given, "input", checked);
  const kept = keptIn(given, "input", checked);
  // What was read of an object has no offsets in its text.
  const read = kept?.utf16 === input.utf16 ? kept.read : hand(input, checked);
  const fixed = JSON.parse(core.fix(read, jsonOf(checked))) as Omit<FixResult, "text">;
  // As it was given; the very same where nothing was fixed.
  const own = bodyOf(given, "input");
  return { text: fixed.edits.length === 0 ? own : applyEdits(own, fixed.edits), ...fixed };
}
