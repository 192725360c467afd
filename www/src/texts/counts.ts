/** Numbers in words, and how many issues there are of each severity. */
import type { Severity, ValidationReport } from "../fhirpost.js";

/** A number as it is read. The browser's own way costs its first use a long task, so the page opens without: only thousands need it. */
export const figure = (n: number) => (n < 1000 ? String(n) : n.toLocaleString("en"));
export const count = (n: number, one: string, many: string) => `${figure(n)} ${n === 1 ? one : many}`;

export const countTexts = {
  severity: {
    fatal: "Fatal",
    error: "Error",
    warning: "Warning",
    information: "Information",
  },

  counts: {
    fatal: (n: number) => count(n, "fatal error", "fatal errors"),
    error: (n: number) => count(n, "error", "errors"),
    warning: (n: number) => count(n, "warning", "warnings"),
    information: (n: number) => count(n, "note", "notes"),
  },

  size: (bytes: number) => {
    if (bytes < 1000) return count(bytes, "byte", "bytes");
    return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  },
};

const WORST_FIRST: Severity[] = ["fatal", "error", "warning", "information"];

/** "2 errors, 1 warning": the counts that are not zero, worst first. */
export function countsInWords(counts: ValidationReport["counts"], severities: Severity[] = WORST_FIRST): string {
  return severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => countTexts.counts[severity](counts[severity]))
    .join(", ");
}
