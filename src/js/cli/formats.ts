/** The forms in which issues are written. Each gives the text of one result, with its line ends, or nothing. */
import { toOperationOutcome } from "../operation-outcome.js";
import type { Issue, OperationOutcome, Severity, ValidationReport } from "../types/validation.js";
import type { FormatName, LeastSeverity } from "./arguments.js";
import { nameOf, type Place } from "./inputs.js";
import { jsonLine, printable } from "./terminal.js";

/** `report` holds only the issues that are shown; its counts are of all. */
type IssueFormat = (place: Place, report: ValidationReport) => string;

export const formats: Record<FormatName, IssueFormat> = {
  human: (place, { issues }) => humanIssues(place, issues),
  json: (place, report) => jsonLine({ ...place, report }),
  "operation-outcome": (place, report) => outcomeLine(place, toOperationOutcome(report)),
  github: (place, { issues }) => githubIssues(place, issues),
};

/** A line for each, such as `message.json:47:19 error binding-required: …`; without line and column where an issue has none. */
export function humanIssues(place: Place, issues: Issue[]): string {
  return each(issues, (issue) => {
    const at = placeOf(place, issue);
    const where = at === undefined ? nameOf(place) : `${place.file}:${at.line}:${at.column}`;
    const suggestion = issue.suggestion?.value === undefined ? "" : ` Suggested: ${issue.suggestion.value}`;
    const id = issue.hl7Id === undefined ? "" : ` [${issue.hl7Id}]`;
    return printable(`${where} ${issue.severity} ${issue.rule}: ${issue.message}${suggestion}${id}`);
  });
}

/** A workflow command for each. */
export function githubIssues(place: Place, issues: Issue[]): string {
  return each(issues, (issue) => {
    const at = placeOf(place, issue);
    const line = at?.line ?? place.line;
    const properties = {
      file: place.file,
      ...(line !== undefined && { line }),
      ...(at !== undefined && { col: at.column }),
      title: issue.hl7Id === undefined ? issue.rule : `${issue.rule} [${issue.hl7Id}]`,
    };
    const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
    return printable(`::${COMMANDS[issue.severity]} ${written.join(",")}::${escapeData(issue.message)}`);
  });
}

/** An OperationOutcome on one line, which says of what it is. */
export function outcomeLine(place: Place, { resourceType, ...outcome }: OperationOutcome): string {
  // A URI: what a file name has beyond its letters is written as such.
  const source = `${encodeURI(place.file).replaceAll("#", "%23")}${place.line === undefined ? "" : `#${place.line}`}`;
  return jsonLine({ resourceType, meta: { source }, ...outcome });
}

const RANKS: Record<Severity, number> = { fatal: 3, error: 2, warning: 1, information: 0 };

/** The report with the issues that are at least as severe. */
export function atLeast(severity: LeastSeverity, report: ValidationReport): ValidationReport {
  if (severity === "information" || report.issues.length === 0) return report;
  return { ...report, issues: shown(severity, report.issues) };
}

/** The issues that are at least as severe. */
export function shown<One extends { severity: Severity }>(severity: LeastSeverity, issues: One[]): One[] {
  return issues.filter((issue) => RANKS[issue.severity] >= RANKS[severity]);
}

const COMMANDS: Record<Severity, string> = { fatal: "error", error: "error", warning: "warning", information: "notice" };

function each(issues: Issue[], line: (issue: Issue) => string): string {
  return issues.map((issue) => `${line(issue)}\n`).join("");
}

/** Line and column in the file: a message that is one of its lines begins on that. What is said of sending has no place in it. */
export function placeOf(place: Place, { line, column = 1 }: Issue): { line: number; column: number } | undefined {
  return line === undefined ? undefined : { line: (place.line ?? 1) + line - 1, column };
}

/** As workflow commands demand it: a line end would end the command. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
