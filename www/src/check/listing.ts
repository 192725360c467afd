/** How the issues are listed: in which order, in which groups, what repeats as one line, and what follows from another right below it. */
import { computed, signal } from "@preact/signals";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { shownIssues } from "./issues.js";

export type Order = "severity" | "place";
export type Grouping = "none" | "resource" | "rule" | "profile";

export const order = signal<Order>("severity");
export const grouping = signal<Grouping>("none");

/** A line of the list. */
export interface Listed {
  issue: Issue;
  /** All that it stands for, itself as well. */
  repeats: Issue[];
  /** What it begins, if it is the first of a group. */
  heading?: string;
  /** Whether it is about the very place that the issue above is about. */
  follows: boolean;
}

const RANK = { fatal: 0, error: 1, warning: 2, information: 3 };

export const listed = computed<Listed[]>(() => {
  const issues = order.value === "severity" ? shownIssues.value.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]) : shownIssues.value;
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) {
    const name = groupOf(issue, grouping.value);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [issue]);
    else group.push(issue);
  }
  return [...groups].flatMap(([heading, group]) => {
    const lines = linesOf(group);
    if (heading !== "" && lines[0] !== undefined) lines[0].heading = texts.check.group(heading, group.length);
    return lines;
  });
});

/** What says the same of several places is one line; what is about the place of an error comes right after that. */
function linesOf(issues: Issue[]): Listed[] {
  const bySaying = new Map<string, Listed>();
  for (const issue of issues) {
    const saying = `${issue.severity} ${issue.rule} ${issue.message}`;
    const line = bySaying.get(saying);
    if (line === undefined) bySaying.set(saying, { issue, repeats: [issue], follows: false });
    else line.repeats.push(issue);
  }
  const causes = new Map<string, Listed[]>();
  for (const line of bySaying.values()) {
    const { pointer } = line.issue;
    const there = line.repeats.length > 1 ? undefined : causes.get(pointer);
    if (there === undefined || RANK[there[0]?.issue.severity ?? "information"] > RANK.error)
      causes.set(`${pointer}${causes.has(pointer) ? ` ${causes.size}` : ""}`, [line]);
    else there.push({ ...line, follows: true });
  }
  return [...causes.values()].flat();
}

function groupOf({ expression, rule, profiles }: Issue, by: Grouping): string {
  if (by === "rule") return rule;
  if (by === "profile") return profiles?.join(", ") ?? texts.check.noProfile;
  if (by === "none") return "";
  return /^Bundle\.entry\[\d+\]/.exec(expression)?.[0].concat(typeIn(expression)) ?? /^\w+/.exec(expression)?.[0] ?? "";
}

const typeIn = (expression: string) => {
  const type = /resource\.ofType\((\w+)\)/.exec(expression)?.[1];
  return type === undefined ? "" : ` · ${type}`;
};
