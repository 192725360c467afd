/** The issues of the text: which of them are shown, which one the cursor is in, and the way from one to the next. */
import { batch, computed, signal } from "@preact/signals";
import type { Issue, Severity } from "../fhirpost.js";
import { current } from "../store.js";
import { texts } from "../texts.js";
import { sameIssue } from "./fix-names.js";

/** What is chosen outlives the text that it was chosen for. With no severity pressed, all are shown. */
export const chosen = signal<ReadonlySet<Severity>>(new Set());
export const chosenRule = signal("");
export const isFiltered = computed(() => chosen.value.size > 0 || chosenRule.value !== "");

/** That an empty text is not a message is not an issue to fix. */
export const allIssues = computed(() => (current.value.isEmpty.value ? [] : (current.value.checked.value.report?.issues ?? [])));
export const shownIssues = computed(() => (isFiltered.value ? allIssues.value.filter(passes) : allIssues.value));

function passes({ severity, rule }: Issue): boolean {
  return (chosen.value.size === 0 || chosen.value.has(severity)) && (chosenRule.value === "" || rule === chosenRule.value);
}

export function choose(severity: Severity): void {
  const pressed = new Set(chosen.peek());
  if (!pressed.delete(severity)) pressed.add(severity);
  chosen.value = pressed;
  sayShown();
}

export function chooseRule(rule: string): void {
  chosenRule.value = rule;
  sayShown();
}

export function showAll(): void {
  batch(() => {
    chosen.value = new Set();
    chosenRule.value = "";
  });
  sayShown();
}

const sayShown = () => say(texts.check.showing(shownIssues.peek().length, allIssues.peek().length));

/** What stays the same while the text around the issue changes. */
export const keyOf = ({ rule, pointer, message }: Issue) => `${rule} ${pointer} ${message}`;

/** The issue that was gone to last, as the check then had it. */
const visited = signal<Issue | undefined>(undefined);

/** The same issue after another check, too: else the way to the next one would go to it again. */
const visitedIndex = computed(() => {
  const issue = visited.value;
  if (issue === undefined) return -1;
  const at = shownIssues.value.indexOf(issue);
  return at >= 0 ? at : shownIssues.value.findIndex((other) => other.start === issue.start && keyOf(other) === keyOf(issue));
});

/** The issue that the cursor is in: of several at one place the one that was gone to; else the smallest stretch, which is the last to begin. */
export const issueAtCursor = computed(() => {
  const offset = current.value.cursor.value;
  const issues = shownIssues.value;
  const holds = (issue: Issue | undefined) => (issue?.start ?? 1) <= offset && offset <= (issue?.end ?? 0);
  return holds(issues[visitedIndex.value]) ? visitedIndex.value : issues.findLastIndex(holds);
});

export async function goTo(issue: Issue): Promise<void> {
  // The places of issues are right only for the text that was checked: what is pressed right after typing waits for that.
  await current.peek().whenChecked();
  const there = allIssues.peek().includes(issue) ? issue : sameIssue(allIssues.peek(), issue);
  if (there !== undefined) visit(there);
}

function visit(issue: Issue): void {
  visited.value = issue;
  current.peek().select({ start: issue.start ?? 0, end: issue.end ?? 0 });
  say(`${texts.severity[issue.severity]}, ${issue.line}:${issue.column}. ${issue.message}`);
}

/** Goes to the issue after the cursor, or before it, of those that are shown. */
export async function goToNeighbour(direction: 1 | -1): Promise<void> {
  await current.peek().whenChecked();
  const issue = neighbour(current.peek().cursor.peek(), direction);
  if (issue !== undefined) {
    visit(issue);
    current.peek().explain(issue);
  } else if (allIssues.peek().length > 0) say(texts.check.noneShown);
}

/** The issue after (or before) the cursor, around the end to the other. Several at one place are visited in turn. */
function neighbour(cursor: number, direction: 1 | -1): Issue | undefined {
  const issues = shownIssues.peek();
  const start = (issue: Issue | undefined) => issue?.start ?? 0;
  const last = visitedIndex.peek();
  let at: number;
  if (issues[last] !== undefined && start(issues[last]) === cursor) at = last + direction;
  else if (direction === 1) at = issues.findIndex((issue) => start(issue) >= cursor);
  else at = issues.findLastIndex((issue) => start(issue) < cursor);
  return issues[at] ?? issues.at(direction === 1 ? 0 : -1);
}

/** What the check says aloud: at once where it was asked for, and once typing pauses where it was not. */
export const announced = signal("");
const PAUSE = 700;
let announcing: ReturnType<typeof setTimeout> | undefined;

/** Says something at once, such as the issue that was jumped to. */
function say(text: string): void {
  clearTimeout(announcing);
  announced.value = text;
}

export function sayLater(text: string): void {
  clearTimeout(announcing);
  announcing = setTimeout(() => say(text), PAUSE);
}
