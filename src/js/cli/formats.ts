/** The forms in which results are written. Each gives the text of one result, with its line ends, or nothing. */
import { toOperationOutcome } from "../api.js";
import type { Issue, Severity, ValidationReport } from "../types.js";
import type { FormatName, LeastSeverity } from "./arguments.js";
import type { Place } from "./messages.js";

/** `report` holds only the issues that are shown; its counts are of all. */
type Format = (place: Place, report: ValidationReport) => string;

export const formats: Record<FormatName, Format> = {
  human: (place, report) =>
    each(report, (issue) => {
      const at = placeOf(place, issue);
      const suggestion = issue.suggestion === undefined ? "" : ` Suggested: ${issue.suggestion.value}`;
      return printable(`${place.file}:${at.line}:${at.column} ${issue.severity} ${issue.rule}: ${issue.message}${suggestion}`);
    }),

  json: (place, report) => `${JSON.stringify({ ...place, report })}\n`,

  "operation-outcome": (place, report) => {
    const { resourceType, ...outcome } = toOperationOutcome(report);
    // A URI: what a file name has beyond its letters is written as such.
    const source = `${encodeURI(place.file).replaceAll("#", "%23")}${place.line === undefined ? "" : `#${place.line}`}`;
    return `${JSON.stringify({ resourceType, meta: { source }, ...outcome })}\n`;
  },

  github: (place, report) =>
    each(report, (issue) => {
      const at = placeOf(place, issue);
      const properties = { file: place.file, line: at.line, col: at.column, title: issue.rule };
      const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
      return `::${COMMANDS[issue.severity]} ${written.join(",")}::${escapeData(issue.message)}`;
    }),
};

const RANKS: Record<Severity, number> = { fatal: 3, error: 2, warning: 1, information: 0 };

/** The report with the issues that are at least as severe. */
export function atLeast(severity: LeastSeverity, report: ValidationReport): ValidationReport {
  if (severity === "information" || report.issues.length === 0) return report;
  return { ...report, issues: report.issues.filter((issue) => RANKS[issue.severity] >= RANKS[severity]) };
}

const COMMANDS: Record<Severity, string> = { fatal: "error", error: "error", warning: "warning", information: "notice" };

function each(report: ValidationReport, line: (issue: Issue) => string): string {
  return report.issues.map((issue) => `${line(issue)}\n`).join("");
}

/** Line and column in the file: a message that is one of its lines begins on that. */
function placeOf(place: Place, { line = 1, column = 1 }: Issue): { line: number; column: number } {
  return { line: (place.line ?? 1) + line - 1, column };
}

/** What a text may hold that a terminal would obey is written as an escape. */
function printable(text: string): string {
  return text.replace(/\p{Cc}|[\u2028\u2029]/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** As workflow commands demand it: a line end would end the command. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
