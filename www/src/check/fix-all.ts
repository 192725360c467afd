/** In the worker: mends a message as far as the core is certain, and says which places that changes. */
import { fixMessage, type ValidationReport } from "fhirpost";
import type { TextEdit } from "../message.js";
import { difference } from "./difference.js";

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
