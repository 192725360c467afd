/** Fixing: the edits of all suggestions that are certain together. */
import { core } from "./bindings.js";
import { applyEdits } from "./edits.js";
import { hand, readText } from "./input.js";
import { checkValidateOptions, given } from "./options.js";
import type { Bytes, FixedMessage, ValidateOptions } from "./types.js";

/**
 * Fixes a text as far as it is certain what is right: applies the edits of all suggestions that are certain, judges what comes of that, and
 * goes on until there are none left. A Bundle is judged by the rules of its type, any other resource by its own; `message: true` asks for a
 * message, and makes none of what is something else: no fix changes the type of a Bundle, what its entries ask of a server, or which
 * resources are in it. Nothing else of the text changes, and there are never more errors than before.
 *
 * An id or fullUrl that is missing and cannot be taken from what is there is a UUID made from the text (RFC 9562, version 5): the same text
 * gets the same ids. A rule whose severity is `"off"` fixes nothing, but for `json-syntax`. `showValues: false` is about the texts of issues;
 * the text is fixed all the same, and the edits are whole.
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
