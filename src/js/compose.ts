/** What messages and their answers are made of: the arguments of `composeMessage` and `buildResponse`, as the core takes them. */
import { checkComposition, checkResponseOptions, given, insteadOf, isDate, isPlain } from "./arguments.js";
import { core, objection } from "./core.js";
import { readBytes, stringify } from "./input.js";
import type { BuildResponseOptions, Composition, ResponseOutcome } from "./types/messages.js";
import type { MessageEvent, MessageInput, ValidateOptions } from "./types/validation.js";

const CODES = ["ok", "transient-error", "fatal-error"];

/** Bundle, MessageHeader and OperationOutcome each need an id. */
const RESPONSE_IDS = 3;

/**
 * The text of an answer, as the core writes it: every digit that the request is quoted with is there.
 * @param isValidated Whether the request may be processed, as its receiver knows: it is not validated again then. The answer is, in any
 * case.
 */
export function responseText(
  request: MessageInput,
  outcome: ResponseOutcome,
  options: BuildResponseOptions = {},
  isValidated = false,
): string {
  const { now, ids, source, ...reading } = checkResponseOptions(options) as BuildResponseOptions;
  const bytes = readBytes(request, "request", reading);
  const { code, issues = [], resources = [] } = isPlain(outcome) ? outcome : wrong(`outcome must be an object${insteadOf(outcome)}`);
  checkCode(code);
  if (!Array.isArray(issues)) wrong(`outcome.issues must be an array of objects${insteadOf(issues)}`);
  checkObjects(issues, "outcome.issues", "must be an array of objects");
  if (!Array.isArray(resources)) wrong(`outcome.resources must be an array of objects, or of their JSON text${insteadOf(resources)}`);
  const input = {
    outcome: { resources: [], code, issues },
    now: readNow(now),
    ids: readIds(ids, RESPONSE_IDS + resources.length),
    source: readSource(source),
    judged: isValidated,
  };
  const rest = stringify(input, "outcome").slice(NO_RESOURCES.length);
  const arguments_ = `{"outcome":{"resources":[${resources.map(resourceText).join()}]${rest}`;
  const { buildResponse: build } = core();
  try {
    return build(bytes, arguments_, given(reading));
  } catch (error) {
    const problem = objection(error);
    // The core names its own arguments; three of them are options here.
    throw new TypeError(/^(now|ids|source)\b/.test(problem) ? `options.${problem}` : problem);
  }
}

/** What the arguments of the core begin with. */
const NO_RESOURCES = '{"outcome":{"resources":[]';

/** A resource as JSON text; one that is text already as it is. */
function resourceText(resource: unknown, index: number): string {
  const name = `outcome.resources[${index}]`;
  if (isPlain(resource)) return stringify(resource, name);
  try {
    // Read here, so that it is one value and nothing beside it. What comes of it may have lost digits.
    if (typeof resource === "string" && isPlain(JSON.parse(resource))) return resource;
  } catch {
    // The cause may quote it.
  }
  return wrong(`${name} must be an object, or its JSON text${insteadOf(resource)}`);
}

export function checkCode(code: unknown): void {
  if (!CODES.includes(code as string)) wrong(`outcome.code must be one of ${CODES.join(", ")}`);
}

export function readNow(now: unknown): string {
  if (now === undefined) return new Date().toISOString();
  if (typeof now === "string") return now;
  if (isDate(now) && !Number.isNaN(now.getTime())) return now.toISOString();
  return wrong("options.now must be a Date or a FHIR instant");
}

function readIds(ids: unknown, count: number): string[] {
  const list = Array.isArray(ids) ? ids : Array.from({ length: count }, idSource(ids));
  if (!list.every((id) => typeof id === "string")) wrong("options.ids must be, or give, strings");
  return list;
}

function idSource(ids: unknown): () => unknown {
  if (ids === undefined) return randomUuid;
  if (typeof ids === "function") return () => ids();
  return wrong("options.ids must be a function or an array of strings");
}

/** `crypto.randomUUID` is missing where a page is served without TLS; `getRandomValues` is not. */
export function randomUuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes.set([((bytes[6] ?? 0) & 0x0f) | 0x40], 6);
  bytes.set([((bytes[8] ?? 0) & 0x3f) | 0x80], 8);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function readSource(source: unknown): object | undefined {
  if (source === undefined) return undefined;
  const fields = ["endpoint", "name", "software", "version"] as const;
  if (!isPlain(source)) wrong(`options.source must be an object${insteadOf(source)}`);
  const given = source as Record<string, unknown>;
  for (const name of fields) {
    const needed = name === "endpoint" || given[name] !== undefined;
    if (needed && typeof given[name] !== "string") wrong(`options.source.${name} must be a string`);
  }
  return Object.fromEntries(fields.map((name) => [name, given[name]]));
}

/** @throws {TypeError} when one of them is not an object that JSON could hold. */
function checkObjects(list: readonly unknown[], name: string, what: string): void {
  const index = list.findIndex((one) => !isPlain(one));
  if (index !== -1) wrong(`${name} ${what}: [${index}] is not one${insteadOf(list[index])}`);
}

export function wrong(problem: string): never {
  throw new TypeError(problem);
}

/** Bundle and MessageHeader each need an id. */
export const MESSAGE_IDS = 2;

/** The arguments of `composeMessage` as JSON text for the core, and the options by which the message is validated. */
export function compositionInput(event: MessageEvent | string, composition: Composition): { input: string; validation: ValidateOptions } {
  const { now, ids, focus, resources, source, destination, header, base, ...validation } = checkComposition(composition) as Composition;
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
    ids: readIds(ids, MESSAGE_IDS + about.size + others.size),
  };
  return { input: stringify(input, "options"), validation };
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
