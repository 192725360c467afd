/** The options of this room: known names with values of the right kind. A slip in one must not open what it was meant to close. */
import { type Check, callable, check, checkValidateOptions, LONGEST_TIMER, wholeNumber } from "../arguments.js";
import { Messaging } from "../messaging.js";
import type { ReceiverOptions } from "../receiver.js";
import { type BaseUrl, isPlainPath, readBaseUrl, targetProblem } from "../web-addresses.js";
import type { AsynchronousOptions } from "./asynchronous.js";
import { isPlainObject } from "./authorization.js";
import { keyProblem } from "./handlers.js";

/** An object with these functions. */
export const withFunctions =
  (...names: string[]): Check =>
  (value) => {
    const missing = names.find((name) => typeof (value as Record<string, unknown> | null)?.[name] !== "function");
    return missing === undefined ? undefined : `must be an object with the functions ${names.join(", ")}`;
  };

const base: Check = (value) => {
  const read: BaseUrl = typeof value === "string" ? readBaseUrl(value) : { fault: "malformed" };
  if ("fault" in read) return "must be an absolute http or https URL, without a password, query or fragment";
  return isPlainPath(read.url.pathname) ? undefined : "must have a path without empty segments, escaped slashes or dots";
};

const handlers: Check = (value) => {
  if (!isPlainObject(value)) return "must be a plain object of handlers, by the keys that eventKey gives";
  for (const [key, handler] of Object.entries(value)) {
    const problem = keyProblem(key);
    if (problem !== undefined) return `has the key ${JSON.stringify(key)}, which no event has: ${problem}`;
    if (typeof handler !== "function") return `must give ${JSON.stringify(key)} a function`;
  }
  return undefined;
};

const TARGETS = "must be a list of URLs that addresses may begin with, or a function";

const targets: Check = (value) => {
  if (typeof value === "function") return undefined;
  if (!Array.isArray(value)) return TARGETS;
  for (const [at, one] of value.entries()) {
    const problem = targetProblem(one);
    if (problem !== undefined) throw new TypeError(`options.asynchronous.targets[${at}] ${problem}`);
  }
  return undefined;
};

const ASYNCHRONOUS: Record<string, Check> = { targets, fetch: callable, delay: callable };

const asynchronous: Check = (value) => {
  if (!isPlainObject(value)) return "must be a plain object";
  const { targets: given } = check(value, ASYNCHRONOUS, "options.asynchronous") as Partial<AsynchronousOptions>;
  if (given === undefined) throw new TypeError(`options.asynchronous.targets ${TARGETS}`);
  return undefined;
};

const validate: Check = (value) => {
  if (value === false || typeof value === "function") return undefined;
  if (!isPlainObject(value)) return "must be false, a function or a plain object with options of validateBundle";
  checkValidateOptions(value, "options.validate");
  return undefined;
};

const handlerTimeout: Check = (value) => {
  const problem = wholeNumber(1, LONGEST_TIMER)(value);
  return problem === undefined || value === Number.POSITIVE_INFINITY ? undefined : `${problem}, in milliseconds, or Infinity`;
};

const RECEIVER: Record<string, Check | undefined> = {
  // Messaging checks them, and names what is wrong.
  definitions: undefined,
  messaging: (value) => (value instanceof Messaging ? undefined : "must be a Messaging"),
  base,
  now: callable,
  ids: callable,
  handlers,
  validate,
  authorize: callable,
  store: withFunctions("find", "save"),
  reliableCache: wholeNumber(1),
  maxBytes: wholeNumber(1),
  maxPendingBytes: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  handlerTimeout,
  asynchronous,
  onAnswer: callable,
  onError: callable,
};

/** @throws {TypeError} when an option is none, or is of the wrong kind; the text names it. */
export function checkReceiverOptions(options: unknown): ReceiverOptions {
  // What an object inherits would be read by some and not by others: `authorize`, above all, is there or it is not.
  if (options !== undefined && !isPlainObject(options)) throw new TypeError("options must be a plain object");
  // A slip in what it is read from, `config.authorise`, would let everybody in.
  if (options !== undefined && Object.hasOwn(options, "authorize") && (options as ReceiverOptions).authorize === undefined) {
    throw new TypeError("options.authorize must be a function: leave it out where everybody may send");
  }
  const checked = check(options, RECEIVER) as ReceiverOptions;
  if (checked.asynchronous !== undefined && checked.store !== undefined) {
    const problem = withFunctions("owe", "settle", "owed")(checked.store);
    if (problem !== undefined) throw new TypeError(`options.store ${problem} for options.asynchronous`);
  }
  return checked;
}
