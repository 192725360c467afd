/** What callers give: of which kind an argument is (what JSON can hold, and what only looks like it), and which options there are. */
import { core, wanted } from "./core.js";
import { nearest } from "./nearest.js";
import type { BuildResponseOptions, Composition, OutlineOptions, RouteOptions } from "./types/messages.js";
import type { EvaluateOptions, Rule, ValidateOptions } from "./types/validation.js";

/** The tag by which every realm (an iframe, a test environment) knows its own: `Uint8Array`, `Promise`. */
const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

export const isDate = (value: unknown): value is Date => tagOf(value) === "Date";

/** What holds bytes. The other typed arrays hold numbers. */
const BYTES = new Set(["Uint8Array", "ArrayBuffer", "SharedArrayBuffer", "DataView", "Uint8ClampedArray", "Int8Array"]);

/**
 * The bytes of what holds some: a Uint8Array as it is, any other view of bytes and any buffer as one; nothing for what has none.
 * @throws {TypeError} when they are elsewhere by now: their buffer was transferred.
 */
export function bytesOf(value: unknown, name: string): Uint8Array | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const isView = ArrayBuffer.isView(value);
  const tag = tagOf(value);
  if (!BYTES.has(tag) || !(isView || /Buffer$/.test(tag))) return undefined;
  const buffer = isView ? value.buffer : (value as ArrayBuffer);
  if ((value as { byteLength: number }).byteLength === 0 && isDetached(buffer)) {
    throw new TypeError(`${name} must be bytes that are still there: their buffer was transferred`);
  }
  const bytes = isView
    ? tag === "Uint8Array"
      ? (value as Uint8Array)
      : new Uint8Array(buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(buffer);
  // Who shares them may write into them meanwhile.
  return tagOf(buffer) === "SharedArrayBuffer" ? new Uint8Array(bytes) : bytes;
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    return new Uint8Array(buffer) === undefined;
  } catch {
    return true;
  }
}

/**
 * Whether it is an object that JSON holds as one: a literal, what `JSON.parse` gives, an instance of a class of somebody's own; no array.
 */
export function isPlain(value: unknown): value is object {
  return whatElse(value) === undefined;
}

/** @throws {TypeError} when it is not a string. */
export function checkText(value: unknown, name: string): asserts value is string {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string${insteadOf(value)}`);
}

/** What a value is instead of what it must be, in words that go behind "must be an object", and what to do about it. */
export function insteadOf(value: unknown): string {
  const what = whatElse(value);
  return what === undefined || what === "" ? "" : `, not ${what}`;
}

/** Nothing for an object that JSON holds as one. The words quote nothing of it. */
function whatElse(value: unknown): string | undefined {
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return "";
  try {
    return whatElseIs(value as Partial<Record<PropertyKey, unknown>>);
  } catch (error) {
    // A getter threw, or a proxy was revoked; but where the stack ran out, nothing is known.
    if (error instanceof RangeError) throw error;
    return "one whose properties cannot be read";
  }
}

/** What others than those of JavaScript's own classes are told by: what they can do. */
const STREAM = "a stream: read it to its end first";

function whatElseIs(value: Partial<Record<PropertyKey, unknown>>): string | undefined {
  const can = (name: PropertyKey) => typeof value[name] === "function";
  const tag = tagOf(value);
  // Not by its tag alone: libraries have promises of their own.
  if (can("then")) return "a Promise: await it first";
  if (tag === "Object" || (can("toJSON") && !Object.hasOwn(globalThis, tag))) {
    if (can("toJSON")) return undefined;
    if (can("getReader") || can("pipe")) return STREAM;
    if (can("emit") || can("addEventListener")) return "something that emits events";
    if (can("text") && can("json")) return `a ${"status" in value ? "Response" : "Request"}: await its text() first`;
    if (can("next") || can(Symbol.iterator) || can(Symbol.asyncIterator)) return "something to iterate";
    return undefined;
  }
  if (tag === "Response" || tag === "Request") {
    const isRead = value.bodyUsed === true;
    return isRead ? `a ${tag} whose body was read already: give what was read` : `a ${tag}: await its text() first`;
  }
  if (tag === "Blob" || tag === "File") return `a ${tag}: await its text() first`;
  if (tag === "ReadableStream") return STREAM;
  if (tag === "String" || tag === "Number" || tag === "Boolean" || tag === "BigInt" || tag === "Symbol") return `a ${tag} object`;
  // A class of somebody's own can have any tag.
  return /^[A-Za-z ]{1,40}$/.test(tag) ? `${/^[AEIOU]/i.test(tag) ? "an" : "a"} ${tag}` : "something else";
}

/** Says what is wrong with an option, or nothing. */
export type Check = (value: unknown) => string | undefined;

const SEVERITIES = ["error", "warning", "information", "off"];
const LARGEST = 2 ** 32 - 1;

/** Timers wait no longer, in milliseconds. */
export const LONGEST_TIMER = 2 ** 31 - 1;

export const string: Check = (value) => (typeof value === "string" ? undefined : `must be a string${insteadOf(value)}`);
export const callable: Check = (value) => (typeof value === "function" ? undefined : "must be a function");
export const date: Check = (value) => (isDate(value) && !Number.isNaN(value.getTime()) ? undefined : "must be a Date");
export const oneOf =
  (...names: string[]): Check =>
  (value) =>
    names.includes(value as string) ? undefined : `must be one of ${names.join(", ")}`;
export const boolean: Check = (value) => (typeof value === "boolean" ? undefined : "must be true or false");

export const wholeNumber =
  (least: number, most = LARGEST): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`;

/** By what it can do, not by instanceof: it may come from another realm, or from a library. */
export const signal: Check = (value) =>
  typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value ? undefined : "must be an AbortSignal";

const BUILT_IN = {};
const namesOfRules = new WeakMap<object, ReadonlySet<string>>();

/** The names of the rules of the validator that is asked. */
function ruleNames(): ReadonlySet<string> {
  const of = wanted.set ?? BUILT_IN;
  const known = namesOfRules.get(of) ?? new Set((JSON.parse(core().rules()) as Rule[]).map(({ name }) => name));
  namesOfRules.set(of, known);
  return known;
}

function noRule(name: string): string {
  const near = nearest(name, [...ruleNames()]);
  return `names the rule ${JSON.stringify(name)}, which does not exist${near === undefined ? "" : `: is ${near} meant?`}`;
}

const severities: Check = (value) => {
  if (!isPlain(value)) return `must be an object of rule names and severities${insteadOf(value)}`;
  const unknown = Object.keys(value).find((rule) => !ruleNames().has(rule));
  if (unknown !== undefined) return noRule(unknown);
  const wrong = Object.entries(value).find(([, severity]) => !SEVERITIES.includes(severity as string));
  return wrong && `must give ${JSON.stringify(wrong[0])} one of ${SEVERITIES.join(", ")}`;
};

/** Of an entry of `suppress`: what an issue has to be, and what else is said. */
const SELECTORS = ["rule", "path", "profile", "hl7Id"];
const ENTRY = [...SELECTORS, "severity", "reason"];

const suppress: Check = (value) => {
  if (!Array.isArray(value)) return `must be a list of entries${insteadOf(value)}`;
  for (const [place, entry] of value.entries()) {
    const problem = entryProblem(entry);
    if (problem !== undefined) return `has an entry, [${place}], that ${problem}`;
  }
  return undefined;
};

function entryProblem(entry: unknown): string | undefined {
  if (!isPlain(entry)) return `is no object${insteadOf(entry)}`;
  const { reason, severity, rule } = entry as Record<string, unknown>;
  const said = Object.entries(entry).filter(([, value]) => value !== undefined);
  const other = said.find(([name]) => !ENTRY.includes(name))?.[0];
  if (other !== undefined) return `has ${JSON.stringify(other)}, which is none of ${ENTRY.join(", ")}`;
  if (typeof reason !== "string" || reason.trim() === "") return "has no reason";
  const wrong = said.find(([, value]) => typeof value !== "string" || value === "")?.[0];
  if (wrong !== undefined) return `has a ${wrong} that is no text`;
  if (!said.some(([name]) => SELECTORS.includes(name))) return `says of nothing what it is for: one of ${SELECTORS.join(", ")}`;
  if (severity !== undefined && !SEVERITIES.includes(severity as string)) return `has a severity that is none of ${SEVERITIES.join(", ")}`;
  return rule !== undefined && !ruleNames().has(rule as string) ? noRule(rule as string) : undefined;
}

/** The core reads no deeper, whatever is asked for: its stack is fixed. */
const DEEPEST = 512;

/** What a text may be validated as. */
const as = oneOf("auto", "message", "bundle", "resource");

const READING = { maxDepth: wholeNumber(1, DEEPEST), maxBytes: wholeNumber(1) };
const OUTLINE = { ...READING, as };
const profiles: Check = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === "string")
    ? undefined
    : `must be a list of canonical URLs${Array.isArray(value) ? "" : insteadOf(value)}`;
const events: Check = (value) => {
  if (!isPlain(value)) return `must be an object of events${insteadOf(value)}`;
  for (const [event, resources] of Object.entries(value)) {
    const called = JSON.stringify(event);
    if (!isPlain(resources)) return `must give ${called} an object of resource types and lists of profiles${insteadOf(resources)}`;
    const wrong = Object.entries(resources).find(([type, list]) => !/^([A-Z][A-Za-z]+|focus)$/.test(type) || profiles(list) !== undefined);
    if (wrong !== undefined) return `must give ${called} resource types, or focus, each with a list of canonical URLs`;
  }
  return undefined;
};
const REPORT = {
  ...READING,
  showValues: boolean,
  maxIssues: wholeNumber(1),
  severities,
  profiles,
  events,
  strictFocus: boolean,
  suppress,
  hl7Ids: boolean,
  agree: oneOf("none", "hl7"),
  now: string,
};
/** The options of `validate`. */
export const VALIDATE = { ...REPORT, as };
const variables: Check = (value) => {
  if (!isPlain(value)) return `must be an object of names and values${insteadOf(value)}`;
  const plain = (one: unknown) => (typeof one === "number" ? Number.isFinite(one) : typeof one === "string" || typeof one === "boolean");
  const wrong = Object.entries(value).find(([, one]) => !(Array.isArray(one) ? one.every(plain) : plain(one)));
  return wrong && `must give ${JSON.stringify(wrong[0])} a string, a number, a boolean, or a list of these`;
};
const EVALUATE = { variables, now: undefined, strict: boolean };
const RESPONSE = { ...READING, now: undefined, ids: undefined, source: undefined, severities, suppress };

const COMPOSITION = {
  ...REPORT,
  focus: undefined,
  resources: undefined,
  source: undefined,
  destination: undefined,
  header: undefined,
  base: string,
  now: undefined,
  ids: undefined,
};

/** Options that the core may be given: known names with values of the right kind, `undefined` left out. */
export function check(options: unknown, known: Record<string, Check | undefined>, called = "options"): Record<string, unknown> {
  if (options === undefined) return {};
  if (!isPlain(options)) throw new TypeError(`${called} must be an object${insteadOf(options)}`);
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) {
      throw new TypeError(`${called}.${name} is not an option; there are ${Object.keys(known).join(", ")}`);
    }
    if (value === undefined) continue;
    const problem = known[name]?.(value);
    if (problem !== undefined) throw new TypeError(`${called}.${name} ${problem}`);
    checked[name] = value;
  }
  return checked;
}

/** Options as the core takes them; nothing where there are none. */
export function given(options: object): object | undefined {
  for (const _ in options) return options;
  return undefined;
}

export const checkValidateOptions = (options: unknown, called?: string) => check(options, VALIDATE, called) as ValidateOptions;
export const checkEvaluateOptions = (options: unknown) => check(options, EVALUATE) as EvaluateOptions;
export const checkRouteOptions = (options: unknown) => check(options, READING) as RouteOptions;
export const checkOutlineOptions = (options: unknown) => check(options, OUTLINE) as OutlineOptions;
export const checkResponseOptions = (options: unknown) => check(options, RESPONSE) as BuildResponseOptions;
export const checkComposition = (composition: unknown) => check(composition, COMPOSITION) as Composition;

/** An object as `{}` makes one, of whichever realm: no instance of a class, and nothing that inherits. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "isPrototypeOf"));
}
