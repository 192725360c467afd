/** The fixes that the core suggests: which there are for an issue, and what each is called. */
import type { Issue, TextEdit } from "../fhirpost.js";
import { texts } from "../texts.js";

/** The edits that make an issue go away, for who asks for just these; none where nobody can know what is right. */
export const editsOf = (issue: Issue): TextEdit[] => issue.suggestion?.edits ?? [];

/** Whether it is fixed together with all others: what could change the meaning is not. */
export const isCertain = (issue: Issue): boolean => editsOf(issue).length > 0 && issue.suggestion?.certain !== false;

/** "Fix: rename to “authoredOn”"; where that is not certain: "If meant so: leave it out". */
export function fixName(issue: Issue): string {
  return isCertain(issue) ? name(issue) : texts.fix.ifMeant(name(issue));
}

function name({ suggestion }: Issue): string {
  const { action = "", value, edits = [] } = suggestion ?? {};
  const name = texts.fix.action[action];
  // What is added has no value of its own, or one without the name that it gets: the text itself says both.
  const added = action === "insert" ? edits.map(({ text }) => text.replace(/^[\s,]+|[\s,]+$/g, "")).join(" … ") : undefined;
  return name === undefined ? texts.fix.other : name((added || value) ?? "");
}

/** One way to fix an issue: what it is called, and which of several values it puts there. */
export interface Way {
  readonly name: string;
  readonly value?: string;
}

/** Where a few values may be there, nobody knows which: each is a fix of its own. */
export const choicesOf = ({ suggestion }: Issue): Required<Way>[] =>
  suggestion?.edits === undefined ? [] : (suggestion.choices ?? []).map((value) => ({ value, name: texts.fix.choose(value) }));

/** Each of the values that may be there, or the only fix, if there is one. */
export function waysOf(issue: Issue): Way[] {
  const choices = choicesOf(issue);
  return choices.length > 0 || editsOf(issue).length === 0 ? choices : [{ name: fixName(issue) }];
}

/** A value that is suggested, and that no button names. */
export const valueAlone = (issue: Issue): string | undefined => (editsOf(issue).length > 0 ? undefined : issue.suggestion?.value);

/** The issue that says the same of the same place, in a check of a text that has changed since. */
export function sameIssue(issues: Issue[], { rule, pointer, message }: Issue): Issue | undefined {
  return issues.find((other) => other.rule === rule && other.pointer === pointer && other.message === message);
}
