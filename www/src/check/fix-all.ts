/** In the worker: fixes a text as far as the core is certain, and says which places that changes. */
import { fixMessage, type TextEdit, type ValidationReport } from "../fhirpost.js";

export interface AllFixed {
  /** From the text as it was to the text as it is fixed: the cursor and what is folded stay where they are. */
  edits: TextEdit[];
  /** How many issues were fixed. */
  fixed: number;
  /** What is left. */
  counts: ValidationReport["counts"];
}

export function fixAll(text: string, message: boolean): AllFixed {
  const { edits, fixed, report } = fixMessage(text, { message });
  return { edits, fixed, counts: report.counts };
}
