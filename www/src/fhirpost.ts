/**
 * fhirpost as this page uses it: built from the package's own sources, so that nothing of them is written again here. Besides what the
 * package publishes there are the parts that it has for itself and the page needs as well.
 */
import { fixMessage, type TextEdit, type ValidationReport, validateBundle, validateResource } from "../../src/js/public.js";
import { startOf } from "../../src/js/start.js";
import * as wasm from "../../src/js/wasm/fhirpost.js";

export { randomUuid } from "../../src/js/compose.js";
export { exchange } from "../../src/js/exchange/fetch.js";
export * from "../../src/js/public.js";
export { unlessAborted } from "../../src/js/waiting.js";
export { isLoopback, parsedUrl, readBaseUrl } from "../../src/js/web-addresses.js";

export const { init } = startOf(wasm, () => new URL("../../pkg/fhirpost_bg.wasm", import.meta.url));

/** More issues than anyone reads at once; the report says when it stopped. */
const MAX_ISSUES = 1000;

/**
 * As what it is: a message, a Bundle of another type, or any other resource.
 * @param message Whether it must be a message all the same.
 */
export function validate(text: string, message: boolean, showValues = true): ValidationReport {
  const options = { maxIssues: MAX_ISSUES, showValues };
  return message ? validateBundle(text, { ...options, message }) : validateResource(text, options);
}

/** What fixing a text changed. */
interface FixAllResult {
  /** From the text as it was to the text as it is fixed: the cursor and what is folded stay where they are. */
  edits: TextEdit[];
  /** How many issues were fixed. */
  fixed: number;
  /** What is left. */
  counts: ValidationReport["counts"];
}

export function fixAll(text: string, message: boolean): FixAllResult {
  const { edits, fixed, report } = fixMessage(text, { message });
  return { edits, fixed, counts: report.counts };
}
