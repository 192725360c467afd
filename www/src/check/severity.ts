import type { Severity, ValidationReport } from "../fhirpost.js";
import type { IconName } from "../icons.js";
import { texts } from "../texts.js";

/** A fatal issue looks like an error; the word beside the icon tells them apart. */
export const severityIcon: Record<Severity, IconName> = { fatal: "error", error: "error", warning: "warning", information: "information" };

const ORDER: Severity[] = ["fatal", "error", "warning", "information"];

/** "2 errors, 1 warning": the counts that are not zero, worst first. */
export function countsInWords(counts: ValidationReport["counts"], severities: Severity[] = ORDER): string {
  return severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => texts.counts[severity](counts[severity]))
    .join(", ");
}
