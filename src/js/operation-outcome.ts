/** Reports in FHIR's own form. */
import { insteadOf } from "./arguments.js";
import { core, objection } from "./core.js";
import { stringify } from "./input.js";
import type { OperationOutcome, ValidationReport } from "./types/validation.js";

/** A report as a FHIR OperationOutcome, each issue with its rule, line and column. One without issues says so. */
export function toOperationOutcome(report: ValidationReport): OperationOutcome {
  if (typeof report !== "object" || report === null || !Array.isArray(report.issues)) {
    throw new TypeError(`report must be a ValidationReport${insteadOf(report)}`);
  }
  const { toOperationOutcome: convert } = core();
  const issues = stringify({ issues: report.issues }, "report");
  try {
    return JSON.parse(convert(issues));
  } catch (error) {
    objection(error);
    // What the core says may quote what is in there.
    throw new TypeError("report must be a ValidationReport: one of its issues is not an issue");
  }
}
