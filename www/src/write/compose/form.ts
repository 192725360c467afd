/** What is in the form: the values of all fields that there are, and what is wrong with them. Which of them one sees depends on the event. */
import { batch, computed, signal } from "@preact/signals";
import { texts } from "../../texts.js";
import { rowsOf } from "./composition.js";
import type { EventKind, Field, Group, Values } from "./field.js";
import { fieldProblem, groups, inRow, wordsOf } from "./fields.js";
import { sample } from "./samples.js";

/** A field in its group, and in its row of that; `id` is unique in the page. */
export interface Place {
  id: string;
  field: Field;
  group: Group;
  row: number;
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const controlOf = ({ id }: Place) => document.getElementById(id) as Control | null;
export const focus = (place: Place | undefined): void => place && controlOf(place)?.focus();

/** Whether the browser holds back what was typed, because it is only a part of a date. */
const isPartial = (place: Place) => controlOf(place)?.validity.badInput ?? false;

/** What is there before anyone has typed or chosen something. */
const usual = ({ field }: Place): string => field.initial?.() ?? field.choices?.[0]?.[0] ?? "";

/** What it is called where it is alone: several groups have a name or a code. */
export function labelOf({ field, group, row }: Place): string {
  const name = group.label ?? texts.compose.groups[group.name];
  return `${group.rows === undefined ? name : texts.compose.row(name, row + 1)}: ${wordsOf(field)[0]}`;
}

export const kind = signal<EventKind>("submit");
/** Groups that are there for the chosen event only. */
export const ofEvent = signal<Group[]>([]);
/** How many rows the groups have; one where nothing is said. */
const rows = signal<ReadonlyMap<Group, number>>(new Map());
/** What the message had in the fields, where the form is about one that is there already. */
export const original = signal<Values | undefined>(undefined);
export const isChanging = computed(() => original.value !== undefined);
export const typed = signal<Readonly<Record<string, string>>>({});
export const problems = signal<Readonly<Record<string, string | undefined>>>({});
/** Those that were left once, or all once it was tried to compose: what is corrected in them is seen to be so at once. */
const looked = new Set<string>();

const allGroups = computed(() => [...ofEvent.value, ...groups]);
/** The groups that one sees. */
export const shownGroups = computed(() =>
  allGroups.value.filter(({ kinds, onlyNew }) => kinds.includes(kind.value) && !(onlyNew && isChanging.value)),
);

/** By the index of the group among all: the same field of two groups is two places. */
export function placesOf(group: Group): Place[] {
  const at = groups.indexOf(group);
  const prefix = at < 0 ? `compose-event-${ofEvent.value.indexOf(group)}` : `compose-${at}`;
  const count = rows.value.get(group) ?? 1;
  return Array.from({ length: count }, (_, row) =>
    group.fields.map((field) => ({ id: `${prefix}-${inRow(field.name, row)}`, field, group, row })),
  ).flat();
}

const all = () => allGroups.value.flatMap(placesOf);
const typedIn = (place: Place) => typed.value[place.id] ?? usual(place);
export const valueIn = typedIn;
const nameOf = ({ field, row }: Place) => inRow(field.name, row);
const valuesOf = (some: Place[]): Values => Object.fromEntries(some.map((place) => [nameOf(place), typedIn(place)]));

/** The fields that one sees. */
export const shown = computed(() => shownGroups.value.flatMap(placesOf));
export const values = computed(() => valuesOf(shown.value));

/** Whether someone typed something. */
export const isFilled = (): boolean => all().some((place) => isPartial(place) || typedIn(place) !== usual(place));

export function showKind(shownKind: EventKind, more: Group[] = []): void {
  looked.clear();
  batch(() => {
    kind.value = shownKind;
    ofEvent.value = more;
    problems.value = {};
  });
}

export function type(id: string, value: string): void {
  typed.value = { ...typed.peek(), [id]: value };
  if (looked.size > 0) showProblems();
}

/** A field is looked at when it is left; one that is needed and still empty only once it was tried to compose. */
export function leave(place: Place): void {
  if (typedIn(place).trim() === "" && !isPartial(place)) return;
  looked.add(place.id);
  showProblems();
}

export function addRow(group: Group): void {
  rows.value = new Map(rows.peek()).set(group, (rows.peek().get(group) ?? 1) + 1);
}

/** Puts values into the fields that are shown; rows are made for them. Other fields are as before. */
export function put(given: Values): void {
  batch(() => {
    const made = new Map(rows.peek());
    for (const group of shownGroups.peek()) {
      if (group.rows !== undefined) made.set(group, Math.max(1, made.get(group) ?? 1, rowsOf(group.fields, given)));
    }
    rows.value = made;
    const put = shown.peek().flatMap((place) => {
      const value = given[nameOf(place)];
      return value === undefined ? [] : [[place.id, value] as const];
    });
    typed.value = { ...typed.peek(), ...Object.fromEntries(put) };
  });
  if (looked.size > 0) showProblems();
}

/**
 * Fills the form with made-up values, where all of it is empty, whatever is shown of it, or has nothing but such: beside those of a real
 * patient they would become one message. Tells whether it did.
 */
export function fill(given: Values): boolean {
  const madeUp = [given, sample("update"), sample("other")];
  const isOwn = (place: Place) =>
    isPartial(place) || (typedIn(place) !== usual(place) && !madeUp.some((one) => one[nameOf(place)] === typedIn(place)));
  if (all().some(isOwn)) return false;
  put(given);
  return true;
}

/** Empties all fields, and gives a way to bring back what was in them. */
export function clear(): () => void {
  const before = { typed: typed.peek(), rows: rows.peek() };
  for (const place of all()) {
    // A part of a date is no value, and goes only so.
    const control = controlOf(place);
    if (control !== null && place.field.kind !== "file" && place.field.kind !== "tick") control.value = usual(place);
  }
  batch(() => {
    typed.value = {};
    rows.value = new Map();
    showKind(kind.peek(), ofEvent.peek());
  });
  return () =>
    batch(() => {
      typed.value = before.typed;
      rows.value = before.rows;
    });
}

/** What a field and those of its row say. */
function problemIn(place: Place): string | undefined {
  if (isPartial(place)) return texts.compose.problems.date;
  const { group, row } = place;
  const own = placesOf(group).filter((other) => other.row === row);
  // What a message leaves out is its own business, and the verdict's, until someone changes something there.
  const was = original.peek();
  if (was !== undefined && own.every((one) => (was[nameOf(one)] ?? usual(one)) === typedIn(one))) return undefined;
  return fieldProblem(place.field, { ...values.peek(), ...Object.fromEntries(own.map((one) => [one.field.name, typedIn(one)])) });
}

function showProblems(): void {
  const found = shown.peek().filter(({ id }) => looked.has(id));
  problems.value = Object.fromEntries(found.map((place) => [place.id, problemIn(place)]));
}

/** Shows what is wrong, and gives the fields that need a look. */
export function validate(): Place[] {
  for (const { id } of shown.peek()) looked.add(id);
  showProblems();
  return shown.peek().filter(({ id }) => problems.peek()[id] !== undefined);
}
