/** The options of this room: known names with values of the right kind. */

import { bytesOf, insteadOf, isDate, isPlain } from "../kinds.js";
import { Messaging } from "../messaging.js";
import { boolean, type Check, check, isSignal, wholeNumber } from "../options.js";
import type { PrepareOptions, ReadAnswerOptions, RetryOptions, SendOptions } from "./types.js";

const text: Check = (value) => (typeof value === "string" ? undefined : `must be a string${insteadOf(value)}`);
const callable: Check = (value) => (typeof value === "function" ? undefined : "must be a function");
const date: Check = (value) => (isDate(value) && !Number.isNaN(value.getTime()) ? undefined : "must be a Date");
const oneOf =
  (...names: string[]): Check =>
  (value) =>
    names.includes(value as string) ? undefined : `must be one of ${names.join(", ")}`;

/** Timers take no more. */
const LONGEST_WAIT = 2 ** 31 - 1;

const profile = oneOf("netsmart", "fhir");
const PREPARE = { token: text, async: boolean, responseUrl: text, scope: text, profile, now: date };
const READ_ANSWER = {
  message: undefined,
  messageId: text,
  async: boolean,
  responseRequired: oneOf("always", "on-error", "never", "on-success"),
  failure: oneOf(
    "unreachable",
    "connection-refused",
    "unknown-host",
    "certificate",
    "offline",
    "timeout",
    "broken",
    "too-long",
    "cors",
    "redirect",
  ),
  now: date,
};
const RETRY = {
  attempts: wholeNumber(1),
  delay: wholeNumber(0, LONGEST_WAIT),
  maxDelay: wholeNumber(0, LONGEST_WAIT),
  maxRetryAfter: wholeNumber(0, LONGEST_WAIT),
};
const SEND = {
  ...PREPARE,
  base: text,
  getToken: callable,
  check: ((value) => (typeof value === "boolean" || isPlain(value) ? undefined : "must be true, false or an object")) as Check,
  capability: ((value) =>
    value === true || typeof value === "string" || bytesOf(value, "options.capability") !== undefined || isPlain(value)
      ? undefined
      : `must be true or a capabilityStatement: a string, a Uint8Array or an object${insteadOf(value)}`) as Check,
  messaging: ((value) => (value instanceof Messaging ? undefined : "must be a Messaging")) as Check,
  category: oneOf("consequence", "currency", "notification"),
  fetch: callable,
  signal: ((value) => (isSignal(value) ? undefined : "must be an AbortSignal")) as Check,
  timeout: wholeNumber(1, LONGEST_WAIT),
  retry: ((value) => (value === false || isPlain(value) ? undefined : "must be an object or false")) as Check,
  maxAnswerBytes: wholeNumber(1),
  onProgress: callable,
  now: callable,
  random: callable,
  ids: callable,
  sleep: callable,
};

export const checkPrepareOptions = (options: unknown) => check(options, PREPARE) as PrepareOptions;
export const checkReadAnswerOptions = (options: unknown) => check(options, READ_ANSWER) as ReadAnswerOptions;
export const checkRetryOptions = (options: unknown) => check(options, RETRY, "options.retry") as RetryOptions;

export function checkSendOptions(options: unknown): SendOptions {
  const checked = check(options, SEND) as Partial<SendOptions>;
  if (checked.base === undefined) throw new TypeError("options.base must be a string");
  return checked as SendOptions;
}
