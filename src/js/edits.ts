import { checkText, insteadOf } from "./kinds.js";
import type { TextEdit } from "./types.js";

/**
 * The text with the edits of a suggestion applied to it: those of an issue that was found in this text, given as a string.
 * @throws {TypeError} when an argument is of the wrong kind.
 * @throws {RangeError} when the edits are not sorted, overlap, or lead out of the text: they are those of another text.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  checkText(text, "text");
  if (!Array.isArray(edits)) throw new TypeError(`edits must be a list of { start, end, text }${insteadOf(edits)}`);
  let applied = "";
  let at = 0;
  for (const edit of edits) {
    if (!Number.isInteger(edit?.start) || !Number.isInteger(edit?.end) || typeof edit?.text !== "string") {
      throw new TypeError("edits must be a list of { start, end, text }");
    }
    if (!(edit.start >= at && edit.end >= edit.start && edit.end <= text.length)) {
      throw new RangeError("edits must be sorted, must not overlap and must lie in the text");
    }
    applied += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return applied + text.slice(at);
}
