/** What can be done about the issues that the core has no fix for: what might be meant is tried, and offered where it makes the text better. */
import { parseTree } from "jsonc-parser";
import { applied, type Issue, type Suppression, type ValidationReport, validate } from "../../fhirpost.js";
import { type Candidate, candidatesOf, MOST_TARGETS, type Subject, type Target } from "./candidates.js";

/** By the number of the issue in the report. */
export type Offers = Record<number, Candidate[]>;

/** A trial is a whole validation: longer texts, and issues after so many milliseconds, get none. */
const LONGEST = 200_000;
const LONG = 1500;
const MOST = 20;

const errors = ({ counts }: ValidationReport) => counts.fatal + counts.error;

export function findOffers(text: string, message: boolean, report: ValidationReport, zone: string, suppress: Suppression[]): Offers {
  const offers: Offers = {};
  const root = text.length > LONGEST ? undefined : parseTree(text);
  if (root === undefined || report.truncated) return offers;
  const subject: Subject = { text, root, targets: targetsOf(text), zone };
  const started = performance.now();
  for (const [at, issue] of report.issues.entries()) {
    if (performance.now() - started > LONG) break;
    if (issue.severity === "information" || isFixed(issue)) continue;
    const good: (Candidate & { left: number })[] = [];
    for (const candidate of candidatesOf(subject, issue)) {
      if (good.length > 0 && (isLastResort(candidate, good) || good.length >= MOST)) continue;
      if (good.some(({ doing, value }) => doing === candidate.doing && value === candidate.value)) continue;
      const after = validate(applied(text, candidate.edits), message, true, suppress);
      if (isBetter(report, after, issue, candidate)) good.push({ ...candidate, left: errors(after) + after.counts.warning / 1000 });
    }
    // The entry first that more than this issue waits for.
    const targets = good.filter(({ doing }) => doing === "refer").sort((a, b) => a.left - b.left);
    const others = good.filter(({ doing }) => doing !== "refer");
    if (good.length > 0) offers[at] = [...targets.slice(0, MOST_TARGETS), ...others].map(({ left: _, ...candidate }) => candidate);
  }
  return offers;
}

/** Every unknown property can be left out, also one that may be renamed. */
const isFixed = ({ suggestion, rule }: Issue) =>
  suggestion?.edits !== undefined && (rule !== "element-unknown" || suggestion.action === "remove");

/** One thing to leave out is enough. */
const isLastResort = ({ doing }: Candidate, good: Candidate[]) => doing === "remove" && good.some((other) => other.doing === "remove");

const sayingOf = ({ rule, message }: Issue) => `${rule} ${message}`;

/** The issue is gone, nothing more serious came, and there is less to do; what the core says is meant may bring to light what was hidden. */
function isBetter(
  before: ValidationReport,
  after: ValidationReport,
  { severity, rule, message }: Issue,
  { isSuggested }: Candidate,
): boolean {
  const all = (report: ValidationReport) => errors(report) + report.counts.warning;
  const same = ({ issues }: ValidationReport) => issues.filter((issue) => issue.rule === rule && issue.message === message).length;
  const isLess = severity === "warning" ? all(after) < all(before) : errors(after) < errors(before);
  if (isSuggested && after.counts.fatal === 0 && same(after) < same(before)) return true;
  const known = new Set(before.issues.map(sayingOf));
  if (after.issues.some((issue) => issue.severity !== "information" && issue.severity !== "warning" && !known.has(sayingOf(issue))))
    return false;
  return isLess && errors(after) <= errors(before) && all(after) <= all(before) && same(after) < same(before);
}

/** The entries, each with a name where it has one that people read. */
function targetsOf(text: string): Target[] {
  const { entry } = JSON.parse(text) as { entry?: unknown };
  if (!Array.isArray(entry)) return [];
  return entry.flatMap((one) => {
    const { fullUrl, resource } = one ?? {};
    if (typeof fullUrl !== "string" || typeof resource?.resourceType !== "string") return [];
    const type: string = resource.resourceType;
    return type === "MessageHeader" ? [] : [{ type, fullUrl, name: nameOf(resource) }];
  });
}

function nameOf({ name, code }: { name?: unknown; code?: { text?: unknown } }): string {
  if (typeof name === "string") return name;
  const [{ text, family, given } = {} as Record<string, unknown>] = Array.isArray(name) ? name : [];
  const parts = [family, Array.isArray(given) ? given.join(" ") : given].filter((part) => typeof part === "string" && part !== "");
  return typeof text === "string" ? text : parts.join(", ") || (typeof code?.text === "string" ? code.text : "");
}
