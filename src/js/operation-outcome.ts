/** Reports in FHIR's own form. */
import { insteadOf, isPlain } from "./arguments.js";
import { stringify } from "./input.js";
import type { OperationOutcome, OperationOutcomeIssue, ValidationReport } from "./types/validation.js";

/** The system of the names of rules. */
const RULES = "urn:fhirpost:rule";
/** The extensions by which HL7's validator gives line and column. */
const EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-";
/** That by which it gives its message id. */
const MESSAGE_ID = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id";

/**
 * A report as a FHIR OperationOutcome, each issue with its rule, line and column. One without issues says so. It is what the core makes of
 * the issues in its answers (`src/report/operation_outcome.rs`): written here, too, it takes no room in the wasm that only validates.
 */
export function toOperationOutcome(report: ValidationReport): OperationOutcome {
  if (typeof report !== "object" || report === null || !Array.isArray(report.issues)) {
    throw new TypeError(`report must be a ValidationReport${insteadOf(report)}`);
  }
  // As JSON has them: what has no form there is no issue.
  const { issues } = JSON.parse(stringify({ issues: report.issues }, "report")) as { issues: unknown[] };
  const issue = issues.map(outcomeIssue);
  issue.push(...suppressedIssue(report.suppressed));
  if (issue.length === 0) issue.push({ severity: "information", code: "informational", details: { text: "No issues were found." } });
  return { resourceType: "OperationOutcome", issue };
}

/** How many issues are not there, or not as they would be: an outcome must not look better than it is without a word. */
function suppressedIssue(given: ValidationReport["suppressed"]): OperationOutcomeIssue[] {
  const entries = Array.isArray(given) ? given.filter(({ issues }) => issues > 0) : [];
  if (entries.length === 0) return [];
  const sum = (of: "issues" | "errors") => entries.reduce((all, one) => all + one[of], 0);
  const text = `Suppressed issues: ${sum("issues")}; errors among them: ${sum("errors")}. Reasons: ${entries.map(({ reason }) => reason).join("; ")}.`;
  return [{ severity: "information", code: "informational", details: { text } }];
}

const SEVERITIES = ["fatal", "error", "warning", "information"];
const TEXTS = ["severity", "code", "rule", "message", "expression", "pointer"];

function outcomeIssue(given: unknown): OperationOutcomeIssue {
  const issue = given as ValidationReport["issues"][number];
  const isIssue = isPlain(issue) && TEXTS.every((name) => typeof (issue as unknown as Record<string, unknown>)[name] === "string");
  // What is in there is not quoted.
  if (!isIssue || !SEVERITIES.includes(issue.severity)) {
    throw new TypeError("report must be a ValidationReport: one of its issues is not an issue");
  }
  const { severity, code, rule, hl7Id, message, expression, line, column, suggestion } = issue;
  const places = [
    { url: `${EXTENSION}line`, valueInteger: line },
    { url: `${EXTENSION}col`, valueInteger: column },
  ].filter(({ valueInteger }) => Number.isInteger(valueInteger)) as { url: string; valueInteger: number }[];
  const ids = typeof hl7Id === "string" ? [{ url: MESSAGE_ID, valueString: hl7Id }] : [];
  const right = suggestion?.value;
  return {
    ...(places.length + ids.length > 0 && { extension: [...places, ...ids] }),
    severity,
    code,
    details: { coding: [{ system: RULES, code: rule }], text: message },
    ...(typeof right === "string" && { diagnostics: `Did you mean ${right}?` }),
    ...(expression !== "" && { expression: [expression] }),
  };
}
