/** What is in the form: the values of all fields that there are, and what is wrong with them. Which of them one sees depends on the event. */
import { batch, computed, signal } from "@preact/signals";
import { texts } from "../../texts.js";
import { sample } from "./composition.js";
import { type EventKind, type Field, fieldProblem, type Group, groups, shownFields, type Values } from "./fields.js";

/** A field in its group; `id` is unique in the page. */
export interface Place {
  id: string;
  field: Field;
  group: Group;
}

/** By group. */
export const places: Place[][] = groups.map((group, at) =>
  group.fields.map((field) => ({ id: `compose-${at}-${field.name}`, field, group })),
);
const all = places.flat();

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const controlOf = ({ id }: Place) => document.getElementById(id) as Control | null;
export const focus = (place: Place | undefined): void => place && controlOf(place)?.focus();

/** Whether the browser holds back what was typed, because it is only a part of a date. */
const isPartial = (place: Place) => controlOf(place)?.validity.badInput ?? false;

/** What is there before anyone has typed or chosen something. */
const usual = ({ field }: Place): string => field.initial?.() ?? field.choices?.[0]?.[0] ?? "";

/** What it is called where it is alone: several groups have a name or a code. */
export const labelOf = ({ field, group }: Place): string => `${texts.compose.groups[group.name]}: ${texts.compose.fields[field.name][0]}`;

export const kind = signal<EventKind>("submit");
export const typed = signal<Readonly<Record<string, string>>>(Object.fromEntries(all.map((place) => [place.id, usual(place)])));
export const problems = signal<Readonly<Record<string, string | undefined>>>({});
/** Set once it was tried to compose: from then on what is corrected is seen to be so at once. */
let isValidating = false;

const typedIn = ({ id }: Place) => typed.value[id] ?? "";
const valuesOf = (some: Place[]): Values => Object.fromEntries(some.map((place) => [place.field.name, typedIn(place)]));

/** The fields that one sees. */
export const shown = computed(() => {
  const ofKind = all.filter(({ group }) => group.kinds.includes(kind.value));
  const fields = new Set(shownFields(kind.value, valuesOf(ofKind)));
  return ofKind.filter(({ field }) => fields.has(field));
});

export const values = computed(() => valuesOf(shown.value));

/** Whether someone typed something. */
export const isFilled = (): boolean => all.some((place) => isPartial(place) || typedIn(place) !== usual(place));

export function showKind(shownKind: EventKind): void {
  isValidating = false;
  batch(() => {
    kind.value = shownKind;
    problems.value = {};
  });
}

export function type(id: string, value: string): void {
  typed.value = { ...typed.peek(), [id]: value };
  if (isValidating) validate();
}

/**
 * Fills the form with made-up values, where all of it is empty, whatever is shown of it, or has nothing but such: beside those of a real
 * patient they would become one message. Tells whether it did.
 */
export function fill(given: Values): boolean {
  const madeUp = [given, sample("submit"), sample("other")];
  const isOwn = (place: Place) =>
    isPartial(place) || (typedIn(place) !== usual(place) && !madeUp.some((one) => one[place.field.name] === typedIn(place)));
  if (all.some(isOwn)) return false;
  typed.value = {
    ...typed.peek(),
    ...Object.fromEntries(shown.peek().map((place) => [place.id, given[place.field.name] ?? typedIn(place)])),
  };
  if (isValidating) validate();
  return true;
}

/** Empties all fields, and gives a way to bring back what was in them. */
export function clear(): () => void {
  const before = typed.peek();
  for (const place of all) {
    // A part of a date is no value, and goes only so.
    const control = controlOf(place);
    if (control !== null) control.value = usual(place);
  }
  typed.value = Object.fromEntries(all.map((place) => [place.id, usual(place)]));
  showKind(kind.peek());
  return () => {
    typed.value = before;
  };
}

/** Shows what is wrong, and gives the fields that need a look. */
export function validate(): Place[] {
  isValidating = true;
  const now = values.peek();
  const found = shown
    .peek()
    .map((place): [Place, string | undefined] => [place, isPartial(place) ? texts.compose.problems.date : fieldProblem(place.field, now)]);
  problems.value = Object.fromEntries(found.map(([{ id }, problem]) => [id, problem]));
  return found.flatMap(([place, problem]) => (problem === undefined ? [] : [place]));
}
