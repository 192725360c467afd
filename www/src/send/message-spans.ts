/**
 * Where things are in the text of a message: its ids, and the places that a server means, as the various ways to say so come down to
 * FHIRPath over the Bundle.
 */
import { type FhirPathItem, randomUuid, type TextEdit, validator } from "../fhirpost.js";
import type { Span } from "../message.js";

/** Where an id is in the text. */
interface WrittenId {
  start: number;
  end: number;
  value: string;
}

/** Those that name a message; absent where the text has none, or two. */
interface WrittenIds {
  bundleId?: WrittenId;
  headerId?: WrittenId;
  fullUrl?: WrittenId;
}

export function findIds(text: string): WrittenIds {
  const places = {
    bundleId: written(text, "Bundle.id"),
    headerId: written(text, "Bundle.entry[0].resource.ofType(MessageHeader).id"),
    fullUrl: written(text, "Bundle.entry[0].fullUrl"),
  };
  return Object.fromEntries(Object.entries(places).filter(([, place]) => place !== undefined));
}

function written(text: string, expression: string): WrittenId | undefined {
  let items: FhirPathItem[];
  try {
    items = validator.evaluate(text, expression);
  } catch {
    return undefined;
  }
  const { value, start, end } = items[0] ?? {};
  if (items.length !== 1 || typeof value !== "string" || start === undefined || end === undefined) return undefined;
  return { start, end, value };
}

/** `sending`: the same message in a Bundle of its own (R4: how a currency or notification is sent again); `message`: a new one. */
export type Renewal = "sending" | "message";

/** Nothing when the text has no ids that could be replaced. */
export function newIds(text: string, { bundleId, headerId, fullUrl }: WrittenIds, what: Renewal): TextEdit[] | undefined {
  if (bundleId === undefined) return undefined;
  const edits = [replaced(bundleId, randomUuid())];
  if (what === "sending") return edits;
  if (headerId === undefined) return undefined;
  const id = randomUuid();
  edits.push(replaced(headerId, id));
  const old = headerId.value;
  // A fullUrl that holds the id has to go along (bdl-7, bundle-fullurl-id), and with it whatever refers to the header.
  if (fullUrl !== undefined && (fullUrl.value === `urn:uuid:${old}` || fullUrl.value.endsWith(`/${old}`))) {
    const renewed = fullUrl.value.slice(0, -old.length) + id;
    for (const [from, to] of [
      [fullUrl.value, renewed],
      [`MessageHeader/${old}`, `MessageHeader/${id}`],
    ] as const) {
      edits.push(...everywhere(text, JSON.stringify(from), JSON.stringify(to)));
    }
  }
  return edits;
}

function replaced({ start, end }: WrittenId, id: string): TextEdit {
  return { start, end, text: JSON.stringify(id) };
}

function everywhere(text: string, from: string, to: string): TextEdit[] {
  const edits: TextEdit[] = [];
  for (let at = text.indexOf(from); at !== -1; at = text.indexOf(from, at + from.length)) {
    edits.push({ start: at, end: at + from.length, text: to });
  }
  return edits;
}

/** A server may send anything; nobody writes a place as long as this. */
const LONGEST = 1_000;
/** How far up the way to an element is followed that is not there: a missing one is pointed at by what should hold it. */
const STEPS_UP = 3;

/** What may be looked for: the expressions of one issue, the first that gives a place counts. */
export type Places = string[];

/**
 * Finds the places in the text, until the time is over; what was not found by then has none. One expression may take any time: who asks
 * ends the worker then.
 */
export function findPlaces(text: string, wanted: Places[], milliseconds: number): (Span | undefined)[] {
  const end = performance.now() + milliseconds;
  const known = new Map<string, Span | undefined>();
  const find = (expression: string): Span | undefined => {
    if (!known.has(expression)) known.set(expression, performance.now() < end ? evaluated(text, expression) : undefined);
    return known.get(expression);
  };
  return wanted.map((places) => {
    const expressions = places.filter((place) => place.length <= LONGEST).map((place) => fhirPathOf(place));
    for (let up = 0; up <= STEPS_UP; up += 1) {
      for (const expression of expressions) {
        const above = parentOf(expression, up);
        const span = above === undefined ? undefined : find(above);
        if (span !== undefined) return span;
      }
    }
    return undefined;
  });
}

/** The one place that the expression gives; the first where it gives several inside of one resource. */
function evaluated(text: string, expression: string): Span | undefined {
  try {
    const ofResource = /^([A-Z][A-Za-z]+)(?=[.[]|$)/.exec(expression)?.[1];
    if (ofResource === undefined || ofResource === "Bundle") return firstSpan(text, expression);
    // Some servers speak of the resource and not of the message: that is clear where there is one of its type.
    const resource = `Bundle.entry.resource.ofType(${ofResource})`;
    if (validator.evaluate(text, resource).length !== 1) return undefined;
    return firstSpan(text, resource + expression.slice(ofResource.length));
  } catch {
    return undefined;
  }
}

function firstSpan(text: string, expression: string): Span | undefined {
  const found = validator.evaluate(text, expression).find(({ start, end }) => start !== undefined && end !== undefined);
  return found && { start: found.start as number, end: found.end as number };
}

/** The same place as FHIRPath: `location` was XPath once (`/f:Bundle/f:entry[2]/f:resource/f:Patient/f:name`), which counts from 1. */
function fhirPathOf(place: string): string {
  if (!place.startsWith("/")) return place.trim();
  const steps = place.split("/").slice(1);
  let path = "";
  for (const step of steps) {
    const [, name, index] = /^(?:f:)?([A-Za-z]+)(?:\[(\d+)\])?$/.exec(step) ?? [];
    if (name === undefined) return place;
    if (path === "") path = name;
    else if (/^[A-Z]/.test(name)) path += `.ofType(${name})`;
    else path += `.${name}${index === undefined ? "" : `[${Number(index) - 1}]`}`;
  }
  return path;
}

/** The expression without its last steps, where these are plain ones; nothing when that leaves only the message as a whole. */
function parentOf(expression: string, up: number): string | undefined {
  let path = expression;
  for (let step = 0; step < up; step += 1) {
    const shorter = path.replace(/\.(?:[A-Za-z]+(?:\[\d+\])?|[A-Za-z]+\([^()]*\))$/, "");
    if (shorter === path || !shorter.includes(".")) return undefined;
    path = shorter;
  }
  return path;
}
