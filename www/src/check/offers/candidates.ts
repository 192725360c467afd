/**
 * What might be done about an issue that the core has no fix for: nobody can know what is meant, but a person can say it with one press.
 * Nothing here is known to be right; `offers.ts` tries each, and offers what makes the text better.
 */
import { findNodeAtLocation, type JSONPath, modify, type Node } from "jsonc-parser";
import type { Issue, TextEdit } from "../../fhirpost.js";

/** What a candidate does; the page makes words of it. */
export type Doing = "replace" | "insert" | "remove" | "unknown" | "swap" | "refer" | "focus";

export interface Candidate {
  doing: Doing;
  /** What is put there, or taken out, as it is shown. */
  value: string;
  /** In the order of the text. */
  edits: TextEdit[];
  /** Whether the core says that this may be meant. */
  isSuggested?: boolean;
}

/** An entry that a reference may lead to. */
export interface Target {
  type: string;
  fullUrl: string;
  name: string;
}

export interface Subject {
  text: string;
  root: Node;
  targets: Target[];
  /** How far the clock of who reads is from UTC, as `+01:00`. */
  zone: string;
}

/** At most as many entries are offered as targets. */
export const MOST_TARGETS = 6;

const DATA_ABSENT = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" }],
};

export const pathOf = (pointer: string): JSONPath =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));

/** The library writes JSON, takes commas with what it removes, and indents as the text does. */
function changed({ text }: Subject, path: JSONPath, value: unknown, isInsertion = false): TextEdit[] {
  const formattingOptions = { insertSpaces: true, tabSize: /\n( +)"/.exec(text)?.[1]?.length ?? 2, eol: "\n" };
  try {
    return modify(text, path, value, { formattingOptions, isArrayInsertion: isInsertion }).map(({ offset, length, content }) => ({
      start: offset,
      end: offset + length,
      text: content,
    }));
  } catch {
    // What should hold it is something else in this text, such as one object instead of a list.
    return [];
  }
}

export function candidatesOf(subject: Subject, issue: Issue): Candidate[] {
  const path = pathOf(issue.pointer);
  const node = findNodeAtLocation(subject.root, path);
  const all: Candidate[] = [];
  const add = (doing: Doing, value: string, edits: TextEdit[]) => {
    if (edits.length > 0) all.push({ doing, value, edits });
  };
  const put = (value: unknown) => add("replace", String(value), changed(subject, path, value));

  const [suggested] = issue.suggestion?.edits === undefined ? [issue.suggestion?.value] : [];
  if (suggested !== undefined && node?.type === "string")
    all.push({ doing: "replace", value: suggested, edits: changed(subject, path, suggested), isSuggested: true });
  if (issue.rule === "primitive-value" && node?.type === "string")
    for (const value of datesFor(String(node.value), subject.zone)) put(value);
  if (issue.rule === "ref-unresolved" && node?.type === "string")
    for (const { fullUrl, type, name } of near(subject.targets, String(node.value))) {
      add("refer", `${type}${name && ` · ${name}`}`, changed(subject, path, fullUrl));
    }
  if (issue.rule === "msg-link" && node?.type === "object")
    for (const { fullUrl, type, name } of subject.targets.slice(0, 20)) {
      add("refer", `${type}${name && ` · ${name}`}`, changed(subject, [...path, "reference"], fullUrl));
    }
  if (issue.rule === "per-1") for (const edits of swapped(subject, path)) add("swap", "", edits);
  if (issue.rule === "cpt-2")
    for (const system of ["phone", "email", "other"]) add("insert", `"system": "${system}"`, changed(subject, [...path, "system"], system));
  for (const name of missingIn(issue)) {
    for (const { fullUrl, type, name: of } of subject.targets.slice(0, 20)) {
      const reference = { reference: fullUrl };
      const label = `${type}${of && ` · ${of}`}`;
      add("refer", label, changed(subject, [...path, name], reference));
      add("refer", label, changed(subject, [...path, name], [reference]));
    }
    add("unknown", name, changed(subject, [...path, `_${name}`], DATA_ABSENT));
    add("unknown", name, changed(subject, [...path, name], DATA_ABSENT));
    add("unknown", name, changed(subject, [...path, name], [DATA_ABSENT]));
  }
  if (issue.rule === "msg-unreachable") for (const edits of focused(subject, path)) add("focus", "", edits);
  if (issue.rule === "bundle-fullurl-absolute") {
    const made = `urn:uuid:${crypto.randomUUID()}`;
    add("replace", made, changed(subject, [...path, "fullUrl"], made));
  }
  if (path.length > 3 && node !== undefined)
    for (const at of [path, path.slice(0, -1)]) if (at.length > 3) add("unknown", namedSo(at), changed(subject, at, DATA_ABSENT));
  for (const [what, edits] of removals(subject, path, issue)) add("remove", what, edits);
  return all;
}

/** What a wrong date or time may have been meant as: each way to read it, and as much of it as is certain. */
function* datesFor(value: string, zone: string): Generator<string> {
  const days = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(value.trim());
  if (days !== null) {
    const [first, second, year] = [days[1]?.padStart(2, "0"), days[2]?.padStart(2, "0"), days[3]];
    yield `${year}-${first}-${second}`;
    yield `${year}-${second}-${first}`;
  }
  const [, date, time, seconds = ":00"] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?$/.exec(value.trim()) ?? [];
  if (date !== undefined) {
    for (const at of new Set(["Z", zone])) yield `${date}T${time}${seconds}${at}`;
    yield date;
  }
  const digits = /^(\d{4})(\d\d)(\d\d)$/.exec(value.trim());
  if (digits !== null) yield digits.slice(1).join("-");
  const year = /^(\d{4})-\d/.exec(value);
  if (year?.[1] !== undefined) yield year[1];
}

/** The targets of a type that the reference names come first. */
function near(targets: Target[], reference: string): Target[] {
  const type = /([A-Z]\w+)\/[^/]+$/.exec(reference)?.[1];
  return targets.toSorted((a, b) => Number(b.type === type) - Number(a.type === type)).slice(0, 20);
}

function* swapped(subject: Subject, path: JSONPath): Generator<TextEdit[]> {
  const [start, end] = ["start", "end"].map((name) => findNodeAtLocation(subject.root, [...path, name]));
  if (start === undefined || end === undefined) return;
  const textOf = ({ offset, length }: Node) => subject.text.slice(offset, offset + length);
  yield [
    { start: start.offset, end: start.offset + start.length, text: textOf(end) },
    { start: end.offset, end: end.offset + end.length, text: textOf(start) },
  ];
}

/** The names that an issue says are missing. */
function missingIn({ rule, message }: Issue): string[] {
  if (rule === "element-missing") return [/\.(\w+) is missing/.exec(message)?.[1] ?? []].flat();
  return /missing: ([\w, ]+)\.?$/i.exec(message)?.[1]?.split(", ") ?? [];
}

/** An entry that nothing leads to becomes one that the message is about. */
function* focused(subject: Subject, path: JSONPath): Generator<TextEdit[]> {
  const fullUrl = findNodeAtLocation(subject.root, ["entry", Number(path[1]), "fullUrl"])?.value;
  const focus = ["entry", 0, "resource", "focus"];
  const { length = 0 } = findNodeAtLocation(subject.root, focus)?.children ?? [];
  if (path[0] === "entry" && typeof fullUrl === "string") yield changed(subject, [...focus, length], { reference: fullUrl }, true);
}

/** What is wrong is left out, or else what holds it, up to its resource: a resource, too, but never the whole text. */
function* removals(subject: Subject, path: JSONPath, { rule, message }: Issue): Generator<[what: string, edits: TextEdit[]]> {
  const unknown = rule === "element-unknown" ? /no element '([^']+)'/.exec(message)?.[1] : undefined;
  const from = unknown === undefined || findNodeAtLocation(subject.root, [...path, unknown]) === undefined ? path : [...path, unknown];
  for (let length = from.length; length > 0; length--) {
    const at = from.slice(0, length);
    // The resource of an entry goes with its entry, of which the next round is.
    if (at.at(-1) === "resource") continue;
    // A whole entry goes only for what is wrong with it as a whole.
    if (at[0] === "entry" && (length === 1 || (length === 2 && (at[1] === 0 || from.length > 3)))) return;
    const edits = changed(subject, at, undefined);
    yield [namedSo(at), edits];
  }
}

/** What is left out, by its name; of several by which of them. */
function namedSo(path: JSONPath): string {
  const last = path.at(-1);
  return typeof last === "number" ? `${path.at(-2)}[${last}]` : String(last);
}
