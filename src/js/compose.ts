/** What a message is made of: the arguments of `compose`, as the core takes them. */
import { checkComposition, given, insteadOf, isPlain } from "./arguments.js";
import { type Bindings, objection } from "./core.js";
import { stringify } from "./input.js";
import { checkObjects, objectText, readIds, readNow, wrong } from "./parts.js";
import type { ComposeResult, Composition } from "./types/messages.js";
import type { MessageEvent, ValidationReport } from "./types/validation.js";

/** Bundle and MessageHeader each need an id. */
const MESSAGE_IDS = 2;

export function compose(core: Bindings, event: MessageEvent | string, composition: Composition): ComposeResult {
  const { now, ids, focus, resources, source, destination, header, base, ...validation } = checkComposition(composition);
  const seen = new Set<object>();
  const about = parts(focus, "focus", seen);
  const others = parts(resources, "resources", seen);
  if (source !== undefined && !isPlain(source)) wrong(`options.source must be an object${insteadOf(source)}`);
  const plain = {
    event: readEvent(event),
    source,
    destination: endpoints(destination),
    base,
    now: readNow(now),
    ids: readIds(ids, MESSAGE_IDS + about.length + others.length),
  };
  const members = [
    stringify(plain, "options").slice(1, -1),
    `"focus":[${texts(about, "focus")}]`,
    `"resources":[${texts(others, "resources")}]`,
    ...(header === undefined ? [] : [`"header":${objectText(header, "options.header")}`]),
  ];
  let made: string;
  try {
    made = core.compose(`{${members.join()}}`, given(validation));
  } catch (error) {
    throw new TypeError(`options.${objection(error)}`);
  }
  const { text, report } = JSON.parse(made) as { text: string; report: ValidationReport };
  return { bundle: JSON.parse(text), text, report };
}

/** The same object is the same resource, however often it is given; the same text is another one each time. */
function parts(value: unknown, name: string, seen: Set<object>): (object | string)[] {
  const what = "must be an object, its JSON text, or an array of these";
  if (value === undefined) return [];
  const list: unknown = isPlain(value) || typeof value === "string" ? [value] : value;
  if (!Array.isArray(list)) wrong(`options.${name} ${what}${insteadOf(value)}`);
  return list.filter((one) => !isPlain(one) || (!seen.has(one) && seen.add(one)));
}

function texts(parts: (object | string)[], name: string): string {
  return parts.map((part, index) => objectText(part, `options.${name}[${index}]`)).join();
}

function endpoints(value: unknown): object[] {
  const what = "must be an object or an array of objects";
  if (value === undefined) return [];
  if (isPlain(value)) return [value];
  if (!Array.isArray(value)) wrong(`options.destination ${what}${insteadOf(value)}`);
  checkObjects(value, "options.destination", what);
  return value;
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
