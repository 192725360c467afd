/** Mending: the edits of all suggestions together. */
import { core } from "./bindings.js";
import { hand, readText } from "./input.js";
import { checkValidateOptions, given } from "./options.js";
import type { Bytes, FixedMessage, Issue, ValidateOptions, ValidationReport } from "./types.js";

/**
 * Mends a message as far as it is certain what is right: applies the edits of all suggestions, judges what comes of that, and goes on until
 * there are none left. A Bundle is judged by the rules of its type, any other resource by its own. Nothing else of the text changes.
 *
 * An id or fullUrl that is missing and cannot be taken from what is there is a UUID made from the text (RFC 9562, version 5): the same text
 * gets the same ids. A rule whose severity is `"off"` mends nothing, but for `json-syntax`. `showValues: false` is about the texts of issues;
 * the text is mended all the same.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function fixMessage<Text extends string | Bytes>(
  message: Text,
  options?: ValidateOptions,
): FixedMessage<Text extends string | Uint8Array ? Text : Uint8Array> {
  const input = readText(message);
  const checked = checkValidateOptions(options);
  const resource = checked.message !== true;
  const bytes = hand(input, options);
  const fixed = JSON.parse(core().fix(bytes, input.utf16, given({ ...checked, resource }))) as Fixed;
  const { text, applied, report } = fixed;
  const own = "bytes" in input ? input.bytes : message;
  return { text: mended(own as string | Uint8Array, text) as Text extends string | Uint8Array ? Text : Uint8Array, applied, report };
}

interface Fixed {
  text?: string;
  applied: Issue[];
  report: ValidationReport;
}

/** The text in the form in which it was given; the very same where nothing was mended. */
function mended(message: string | Uint8Array, text: string | undefined): string | Uint8Array {
  if (text === undefined) return message;
  return typeof message === "string" ? text : new TextEncoder().encode(text);
}
