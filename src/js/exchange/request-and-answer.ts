/** What goes out and comes back over HTTP, without HTTP: the request, the answer, what a receiver declares, and the options of all that. */
import {
  boolean,
  bytesOf,
  type Check,
  callable,
  check,
  checkText,
  date,
  insteadOf,
  isPlain,
  LONGEST_TIMER,
  oneOf,
  signal,
  string,
  wholeNumber,
} from "../arguments.js";
import { type Bindings, core, objection } from "../core.js";
import { bodyOf, bytesIn, readable, readBytes, readText } from "../input.js";
import type {
  Answer,
  Capability,
  CheckCapabilityOptions,
  PreparedRequest,
  PrepareOptions,
  ReadAnswerOptions,
  RetryOptions,
  ScopeCheck,
  SendOptions,
} from "../types/exchange.js";
import type { Route } from "../types/messages.js";
import type { Bytes, Issue, MessageInput } from "../types/validation.js";
import { isValidator, using } from "../validator/small.js";
import { usualValidator } from "../validator/whole.js";

/**
 * The request that carries a message: give it to fetch, or to any other client. The body is the message as it was given.
 *
 * ```js
 * const { url, issues, ...request } = prepareRequest("https://fhirtest.netsmartcloud.com/v4", message, { token });
 * if (!issues.some(({ severity }) => severity === "error")) await fetch(url, { ...request, redirect: "manual" });
 * ```
 *
 * What speaks against sending is an issue: `async` with an event that cannot, an expired token, a scope that is missing.
 * @throws {TypeError} when an argument is of the wrong kind, or a URL is malformed; the text names it.
 */
export function prepareRequest(base: string, message: MessageInput, options?: PrepareOptions): PreparedRequest {
  checkText(base, "base");
  const { now = new Date(), validator = usualValidator(), ...given } = checkPrepareOptions(options);
  const read = readable(message, "message");
  let text: string;
  try {
    text = using(validator, (core) => core.prepareRequest(read, { ...given, base, now: inSeconds(now) }));
  } catch (error) {
    const problem = objection(error);
    throw new TypeError(problem.startsWith("responseUrl") ? `options.${problem}` : problem);
  }
  return { ...JSON.parse(text), body: bodyOf(message) };
}

/** Seconds since 1970, as the core counts. */
function inSeconds(time: Date): number {
  return Math.max(0, Math.floor(time.getTime() / 1000));
}

/** Headers of an answer: those of fetch, an object, or pairs. */
export type AnswerHeaders = Headers | Iterable<readonly [string, string]> | Record<string, string | string[] | undefined>;

/**
 * Reads an answer to `$process-message`. Whatever came, there is exactly one outcome. A status of 0 stands for no answer.
 *
 * ```js
 * const { outcome, created, outcomeIssues } = readAnswer(response.status, response.headers, await response.text(), { message });
 * ```
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function readAnswer(
  status: number,
  headers: AnswerHeaders | null | undefined,
  body: string | Bytes | null | undefined,
  options?: ReadAnswerOptions,
): Answer {
  if (!Number.isInteger(status) || status < 0 || status > 999) throw new TypeError("status must be a whole number from 0 to 999");
  const { message, messageId, now = new Date(), validator = usualValidator(), ...given } = checkReadAnswerOptions(options);
  const asked = message === undefined ? {} : answerTo(using(validator, ({ route }) => routeOf(route, message)));
  const sentId = messageId ?? asked.messageId;
  const input = { ...asked, ...given, status, headers: pairs(headers ?? {}), messageId: sentId, now: inSeconds(now) };
  return JSON.parse(core().readAnswer(bytesIn(readText(body ?? "", "body")), input));
}

/** What has to be known of a message to read its answer. */
export function answerTo({ kind, messageId, responseRequired }: Route): Pick<ReadAnswerOptions, "messageId" | "responseRequired"> {
  // R4, OperationDefinition MessageHeader-process-message: "There is no response message for the response messages".
  const required = kind === "response" ? "never" : responseRequired;
  return { ...(messageId !== undefined && { messageId }), ...(required !== undefined && { responseRequired: required }) };
}

function routeOf(route: Bindings["route"], message: MessageInput): Route {
  return JSON.parse(route(readable(message, "options.message"), undefined));
}

function pairs(headers: unknown): [string, string][] {
  const canBeIterated = typeof headers === "object" && headers !== null && !ArrayBuffer.isView(headers) && Symbol.iterator in headers;
  if (!canBeIterated && !isPlain(headers)) {
    throw new TypeError(`headers must be Headers, an object or pairs${insteadOf(headers)}`);
  }
  const list: unknown[] = canBeIterated ? [...(headers as object as Iterable<unknown>)] : Object.entries(headers);
  return list.flatMap((pair): [string, string][] => {
    if (!Array.isArray(pair) || typeof pair[0] !== "string") throw new TypeError("headers must be Headers, an object or pairs");
    const [name, value] = pair;
    // Node's own lists headers that came several times.
    const text: unknown = Array.isArray(value) ? value.join(", ") : value;
    return typeof text === "string" ? [[name, text]] : [];
  });
}

/**
 * What a receiver declares about messages, from the CapabilityStatement that `[base]/metadata` gives. Whatever the statement is, there is
 * a result; what is not a CapabilityStatement has an issue `capability-type`.
 * @throws {TypeError} when the argument is of the wrong kind; the text names it.
 */
export function readCapability(capabilityStatement: MessageInput): Capability {
  return JSON.parse(core().readCapability(readBytes(capabilityStatement, "capabilityStatement")));
}

/**
 * Compares a CapabilityStatement with a message: the operation, the event and its mode, the version of FHIR, the format. With an error
 * among the issues the receiver does not declare that it takes the message.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function checkCapability(capabilityStatement: MessageInput, message: MessageInput, options?: CheckCapabilityOptions): Issue[] {
  const { validator = usualValidator() } = check(options, { validator: isValidator }) as CheckCapabilityOptions;
  const statement = readBytes(capabilityStatement, "capabilityStatement");
  const read = readable(message, "message");
  return using(validator, (core) => JSON.parse(core.checkCapability(statement, read)).issues);
}

/**
 * Looks for a scope that lets messages be sent: `Messaging.write` or `Messaging.*` of a patient, a user or the system in the syntax of
 * SMART 1, or the right to create (`Messaging.c`, `Messaging.cruds`) in that of SMART 2, which Netsmart does not document yet.
 * @throws {TypeError} when the argument is not a string.
 */
export function checkScopes(scopes: string): ScopeCheck {
  checkText(scopes, "scopes");
  return JSON.parse(core().checkScopes(scopes));
}

const profile = oneOf("netsmart", "fhir");
const PREPARE = { token: string, async: boolean, responseUrl: string, scope: string, profile, validator: isValidator, now: date };
const READ_ANSWER = {
  message: undefined,
  validator: isValidator,
  messageId: string,
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
  delay: wholeNumber(0, LONGEST_TIMER),
  maxDelay: wholeNumber(0, LONGEST_TIMER),
  maxRetryAfter: wholeNumber(0, LONGEST_TIMER),
};
const SEND = {
  ...PREPARE,
  base: string,
  getToken: callable,
  check: ((value) => (typeof value === "boolean" || isPlain(value) ? undefined : "must be true, false or an object")) as Check,
  capability: ((value) =>
    value === true || typeof value === "string" || bytesOf(value, "options.capability") !== undefined || isPlain(value)
      ? undefined
      : `must be true or a capabilityStatement: a string, a Uint8Array or an object${insteadOf(value)}`) as Check,
  category: oneOf("consequence", "currency", "notification"),
  fetch: callable,
  signal,
  timeout: wholeNumber(1, LONGEST_TIMER),
  retry: ((value) => (value === false || isPlain(value) ? undefined : "must be an object or false")) as Check,
  maxAnswerBytes: wholeNumber(1),
  onProgress: callable,
  now: callable,
  random: callable,
  ids: callable,
  sleep: callable,
};

const checkPrepareOptions = (options: unknown) => check(options, PREPARE) as PrepareOptions;
const checkReadAnswerOptions = (options: unknown) => check(options, READ_ANSWER) as ReadAnswerOptions;
export const checkRetryOptions = (options: unknown) => check(options, RETRY, "options.retry") as RetryOptions;

export function checkSendOptions(options: unknown): SendOptions {
  const checked = check(options, SEND) as Partial<SendOptions>;
  if (checked.base === undefined) throw new TypeError("options.base must be a string");
  return checked as SendOptions;
}
