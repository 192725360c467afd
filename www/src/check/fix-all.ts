/** In the worker: mends a message as far as the core is certain, and says which places that changes. */
import { diff } from "@codemirror/merge";
import { fixMessage, type ValidationReport } from "fhirpost";
import type { TextEdit } from "../message.js";

export interface AllFixed {
  /** From the text as it was to the text as it is mended. */
  edits: TextEdit[];
  /** How many issues were fixed. */
  fixed: number;
  /** What is left. */
  counts: ValidationReport["counts"];
}

export function fixAll(text: string): AllFixed {
  const { text: mended, applied, report } = fixMessage(text, { message: true });
  return { edits: difference(text, mended), fixed: applied.length, counts: report.counts };
}

/** The places that differ, so that the cursor and what is folded stay where they are. What differs much is found less exactly, but soon. */
function difference(before: string, after: string): TextEdit[] {
  const changes = diff(before, after, { scanLimit: 1000, timeout: 1000 });
  return changes.map(({ fromA, toA, fromB, toB }) => ({ start: fromA, end: toA, text: after.slice(fromB, toB) }));
}
