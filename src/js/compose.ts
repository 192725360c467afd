import { stringify } from "./input.js";
import { insteadOf, isPlain } from "./kinds.js";
import { checkComposition } from "./options.js";
import { checkObjects, readIds, readNow, wrong } from "./response.js";
import type { Composition, MessageEvent, ValidateOptions } from "./types.js";

/** Bundle and MessageHeader each need an id. */
const FIXED_IDS = 2;

/** The arguments of `composeMessage` as JSON text for the core, and the options that judge the message. */
export function compositionInput(event: MessageEvent | string, composition: Composition): { input: string; judging: ValidateOptions } {
  const { now, ids, focus, resources, source, destination, header, base, ...judging } = checkComposition(composition) as Composition;
  const list = (value: unknown, name: string): object[] => {
    const what = "must be an object or an array of objects";
    if (value === undefined) return [];
    if (isPlain(value)) return [value];
    if (!Array.isArray(value)) wrong(`options.${name} ${what}${insteadOf(value)}`);
    checkObjects(value, `options.${name}`, what);
    return value;
  };
  for (const [name, value] of Object.entries({ source, header })) {
    if (value !== undefined && !isPlain(value)) wrong(`options.${name} must be an object${insteadOf(value)}`);
  }
  // The same object is the same resource, however often it is given.
  const about = new Set(list(focus, "focus"));
  const others = new Set(list(resources, "resources").filter((one) => !about.has(one)));
  const input = {
    event: readEvent(event),
    focus: [...about],
    resources: [...others],
    source,
    destination: list(destination, "destination"),
    header,
    base,
    now: readNow(now),
    ids: readIds(ids, FIXED_IDS + about.size + others.size),
  };
  return { input: stringify(input, "options"), judging };
}

function readEvent(event: unknown): MessageEvent {
  // A code; with a colon it can only be a URI.
  if (typeof event === "string") return event.includes(":") ? { uri: event } : { code: event };
  if (!isPlain(event)) wrong(`event must be a code, a URI or an object${insteadOf(event)}`);
  const given = event as Record<string, unknown>;
  for (const name of ["system", "code", "uri"]) {
    if (given[name] !== undefined && typeof given[name] !== "string") wrong(`event.${name} must be a string`);
  }
  return given;
}
