import { stringify } from "./input.js";
import { checkComposition } from "./options.js";
import { isObject, readIds, readNow, wrong } from "./response.js";
import type { Composition, MessageEvent, ValidateOptions } from "./types.js";

/** Bundle and MessageHeader each need an id. */
const FIXED_IDS = 2;

/** The arguments of `composeMessage` as JSON text for the core, and the options that judge the message. */
export function compositionInput(event: MessageEvent | string, composition: Composition): { input: string; judging: ValidateOptions } {
  const { now, ids, focus, resources, source, destination, header, base, ...judging } = checkComposition(composition) as Composition;
  const list = (value: unknown, name: string): object[] => {
    const items = value === undefined ? [] : Array.isArray(value) ? value : [value];
    return items.every(isObject) ? items : wrong(`options.${name} must be an object or an array of objects`);
  };
  for (const [name, value] of Object.entries({ source, header })) {
    if (value !== undefined && !isObject(value)) wrong(`options.${name} must be an object`);
  }
  const [about, others] = [list(focus, "focus"), list(resources, "resources")];
  const input = {
    event: readEvent(event),
    focus: about,
    resources: others,
    source,
    destination: list(destination, "destination"),
    header,
    base,
    now: readNow(now),
    ids: readIds(ids, FIXED_IDS + about.length + others.length),
  };
  return { input: stringify(input, "options"), judging };
}

function readEvent(event: unknown): MessageEvent {
  // A code; with a colon it can only be a URI.
  if (typeof event === "string") return event.includes(":") ? { uri: event } : { code: event };
  const given = isObject(event) ? (event as Record<string, unknown>) : wrong("event must be a code, a URI or an object");
  for (const name of ["system", "code", "uri"]) {
    if (given[name] !== undefined && typeof given[name] !== "string") wrong(`event.${name} must be a string`);
  }
  return given;
}
