/** Where in the message a server means, as the various ways to say so come down to FHIRPath over the Bundle. */
import { evaluateFhirPath } from "../fhirpost.js";
import type { Span } from "../message.js";

/** A server may send anything; nobody writes a place as long as this. */
const LONGEST = 1_000;
/** How far up the way to an element is followed that is not there: a missing one is pointed at by what should hold it. */
const STEPS_UP = 3;

/** What may be looked for: the expressions of one issue, the first that leads somewhere counts. */
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

/** The one place that the expression leads to; the first where it leads to several inside of one resource. */
function evaluated(text: string, expression: string): Span | undefined {
  try {
    const ofResource = /^([A-Z][A-Za-z]+)(?=[.[]|$)/.exec(expression)?.[1];
    if (ofResource === undefined || ofResource === "Bundle") return firstSpan(text, expression);
    // Some servers speak of the resource and not of the message: that is clear where there is one of its type.
    const resource = `Bundle.entry.resource.ofType(${ofResource})`;
    if (evaluateFhirPath(text, resource).length !== 1) return undefined;
    return firstSpan(text, resource + expression.slice(ofResource.length));
  } catch {
    return undefined;
  }
}

function firstSpan(text: string, expression: string): Span | undefined {
  const found = evaluateFhirPath(text, expression).find(({ start, end }) => start !== undefined && end !== undefined);
  return found && { start: found.start as number, end: found.end as number };
}

/** The same place as FHIRPath: `location` was XPath once (`/f:Bundle/f:entry[2]/f:resource/f:Patient/f:name`), which counts from 1. */
export function fhirPathOf(place: string): string {
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
