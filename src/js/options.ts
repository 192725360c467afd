import { core } from "./bindings.js";
import { insteadOf, isPlain } from "./kinds.js";
import type { ManyOptions, Rule } from "./types.js";

/** Says what is wrong with an option, or nothing. */
export type Check = (value: unknown) => string | undefined;

const SEVERITIES = ["error", "warning", "information", "off"];
const LARGEST = 2 ** 32 - 1;

export const boolean: Check = (value) => (typeof value === "boolean" ? undefined : "must be true or false");

export const wholeNumber =
  (least: number, most = LARGEST): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`;

const severities: Check = (value) => {
  if (!isPlain(value)) return `must be an object of rule names and severities${insteadOf(value)}`;
  const known = new Set((JSON.parse(core().rules()) as Rule[]).map((rule) => rule.name));
  const unknown = Object.keys(value).find((rule) => !known.has(rule));
  if (unknown !== undefined) return `names the rule ${JSON.stringify(unknown)}, which does not exist`;
  const wrong = Object.entries(value).find(([, severity]) => !SEVERITIES.includes(severity as string));
  return wrong && `must give ${JSON.stringify(wrong[0])} one of ${SEVERITIES.join(", ")}`;
};

/** The core reads no deeper, whatever is asked for: its stack is fixed. */
const DEEPEST = 512;

/** More threads than any machine has processors only cost memory. */
const MOST_THREADS = 1024;

/** By what it can do, not by instanceof: it may come from another realm, or from a library. */
export const isSignal = (value: unknown) =>
  typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;

const READING = { maxDepth: wholeNumber(1, DEEPEST), maxBytes: wholeNumber(1) };
const OUTLINE = { ...READING, message: boolean };
const VALIDATE = { ...READING, showValues: boolean, maxIssues: wholeNumber(1), severities, message: boolean };
const RESOURCE = { ...READING, showValues: boolean, maxIssues: wholeNumber(1), severities };
const MANY = {
  ...VALIDATE,
  concurrency: wholeNumber(1, MOST_THREADS),
  signal: (value: unknown) => (isSignal(value) ? undefined : "must be an AbortSignal"),
  onProgress: (value: unknown) => (typeof value === "function" ? undefined : "must be a function"),
};
const variables: Check = (value) => {
  if (!isPlain(value)) return `must be an object of names and values${insteadOf(value)}`;
  const plain = (one: unknown) => (typeof one === "number" ? Number.isFinite(one) : typeof one === "string" || typeof one === "boolean");
  const wrong = Object.entries(value).find(([, one]) => !(Array.isArray(one) ? one.every(plain) : plain(one)));
  return wrong && `must give ${JSON.stringify(wrong[0])} a string, a number, a boolean, or a list of these`;
};
const EVALUATE = { variables, now: undefined, strict: boolean };
const RESPONSE = { ...READING, now: undefined, ids: undefined, source: undefined, severities };

const COMPOSITION = {
  ...VALIDATE,
  focus: undefined,
  resources: undefined,
  source: undefined,
  destination: undefined,
  header: undefined,
  base: (value: unknown) => (typeof value === "string" ? undefined : "must be a string"),
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

/** Options as the core takes them: JSON text, or nothing. */
export function given(options: object): string {
  for (const _ in options) return JSON.stringify(options);
  return "";
}

export const checkValidateOptions = (options: unknown, called?: string) => check(options, VALIDATE, called);
export const checkManyOptions = (options: unknown) => check(options, MANY) as ManyOptions;
export const checkResourceOptions = (options: unknown) => check(options, RESOURCE);
export const checkEvaluateOptions = (options: unknown) => check(options, EVALUATE);
export const checkRouteOptions = (options: unknown) => check(options, READING);
export const checkOutlineOptions = (options: unknown) => check(options, OUTLINE);
export const checkResponseOptions = (options: unknown) => check(options, RESPONSE);
export const checkComposition = (composition: unknown) => check(composition, COMPOSITION);
