/** Takes the issues out of an answer: an OperationOutcome, or a Bundle that holds some. A server may send anything, so nothing is assumed. */
import type { Severity } from "fhirpost";

export interface AnswerIssue {
  severity: Severity;
  code: string;
  text: string;
  /** Where in the message, as the server says it. */
  place: string;
}

type Json = Record<string, unknown>;

export interface ReadBody {
  resourceType: string | undefined;
  issues: AnswerIssue[];
}

export function readBody(text: string): ReadBody {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { resourceType: undefined, issues: [] };
  }
  const resourceType = asText(field(body, "resourceType")) || undefined;
  const resources = resourceType === "Bundle" ? asList(field(body, "entry")).map((entry) => field(entry, "resource")) : [body];
  const outcomes = resources.filter((resource) => field(resource, "resourceType") === "OperationOutcome");
  return { resourceType, issues: outcomes.flatMap((outcome) => asList(field(outcome, "issue")).map(readIssue)) };
}

function readIssue(issue: unknown): AnswerIssue {
  const details = field(issue, "details");
  const codings = asList(field(details, "coding")).map((coding) => asText(field(coding, "display")) || asText(field(coding, "code")));
  const texts = [asText(field(details, "text")) || codings.filter(Boolean).join(", "), asText(field(issue, "diagnostics"))];
  const places = [...asList(field(issue, "expression")), ...asList(field(issue, "location"))].map(asText);
  return {
    severity: asSeverity(field(issue, "severity")),
    code: asText(field(issue, "code")),
    text: [...new Set(texts)].filter(Boolean).join(" — "),
    place: [...new Set(places)].filter(Boolean).join(", "),
  };
}

function asSeverity(value: unknown): Severity {
  return value === "fatal" || value === "warning" || value === "information" ? value : "error";
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Json)[name] : undefined;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
