/** The options of a receiver: known names with values of the right kind. A slip in one must not open what it was meant to close. */
import { type Check, callable, check, checkValidateOptions, isPlainObject, LONGEST_TIMER, wholeNumber } from "../arguments.js";
import type { Message } from "../message.js";
import type { Lookup } from "../types/lookup.js";
import type { MessageEvent, ValidateOptions, ValidationReport } from "../types/validation.js";
import { isValidator, SmallValidator, using } from "../validator/small.js";
import { usualValidator, type Validator } from "../validator/whole.js";
import { type BaseUrl, isPlainPath, readBaseUrl, type Targets, targetProblem } from "../web-addresses.js";
import { type Handler, keyProblem, type OnAnswer } from "./handlers.js";
import type { AnswerMemory } from "./reliable.js";
import type { Authorize } from "./request.js";
import type { Room } from "./room.js";
import type { AnswerStore } from "./store.js";

export interface AsynchronousOptions {
  /**
   * Where answers may be sent: what their addresses begin with (`https://clinic.example.org/fhir/`), or a function that decides. Both the
   * endpoint and the `response-url` of a message are what its sender writes, so without a limit anybody could make this receiver post
   * to the inside of your network. Redirections are not followed.
   */
  targets: Targets;
  /** How answers are posted (default: the global `fetch`). The place to add the credentials that a target asks for. */
  fetch?: (request: Request) => Promise<Response>;
  /** How long to wait before something that failed is tried again, in milliseconds (default: from 1 second, doubled up to 5 minutes). */
  delay?: (attempt: number) => number;
}

export interface ReceiverOptions {
  /** What validates messages, and knows their events (default: R4 and the built-in ones). See that its `issues` are empty. */
  validator?: Validator;
  /**
   * The service's base URL, as senders write it (default: what the request's URL has before `/metadata` or `/$process-message`). A gateway
   * in front may cut off the beginning of its path. Name it where anybody can reach the receiver: without it, `Host` is what its senders
   * say.
   */
  base?: string;
  /** The clock (default: the real one). */
  now?: () => Date;
  /** Where new ids come from (default `crypto.randomUUID`). */
  ids?: () => string;
  /** What to do with a valid message, by `eventKey(event)` (default: the referral events, answered without storing anything). */
  handlers?: Record<string, Handler>;
  /**
   * How messages are validated: options of `validate` (default `{ showValues: false }`: the texts of issues go to the sender), a function
   * that validates them, or `false`: then a message is only read, and handlers must be ready for anything.
   */
  validate?: Omit<ValidateOptions, "as"> | false | ((message: Message) => ValidationReport | Promise<ValidationReport>);
  /**
   * Who looks up what cannot be decided here, such as `terminologyServer(url)`, for messages and for `$validate` (default: nobody). It goes with
   * options of `validate`, and is waited for ten seconds at most. It is given codes and references of the messages, which leave the machine by it.
   */
  lookup?: Lookup;
  /**
   * Whether a request with this bearer token may send a message (default: everyone may). A text instead of `true` says who the sender
   * is, and so does `{ sender, scopes }`: the ids of its messages then count for it alone, and nobody else gets its answers.
   */
  authorize?: Authorize;
  /** Where answers are kept (default: in memory, as long as the process lives). */
  store?: AnswerStore;
  /**
   * How long an answer is kept, in minutes (default a day); `/metadata` says so. It should be at least a minute longer than senders go on
   * trying.
   */
  reliableCache?: number;
  /** The longest body that is read, in bytes (default 16 MiB; never more than `maxPendingBytes`). */
  maxBytes?: number;
  /**
   * How many bytes are held in memory of messages that are not answered yet, all together: bodies that are still coming, messages that are
   * being processed, and those that are answered later until that answer has arrived, or is put off for a second or more (default 128 MiB,
   * or eight times `maxBytes` where that is more). Beyond it messages are refused with 503 and `Retry-After`.
   */
  maxPendingBytes?: number;
  /**
   * How long a handler may take, in milliseconds (default 20,000; senders often wait for 30 seconds). Its sender then gets an answer of
   * `transient-error`, and the handler goes on: what it gives is kept for the sender that sends its message again, and until it has come to
   * its end no other call is made for that message. It has no end for a handler that never comes to one. `Infinity`: no limit.
   */
  handlerTimeout?: number;
  /**
   * Lets senders ask for their answer later, at another address (default: they are refused). The store must be able to keep what is owed:
   * `memoryStore`, `sqliteStore` and `openSqliteStore` are. It takes a process that lives on when a request is answered.
   */
  asynchronous?: AsynchronousOptions;
  /**
   * Told of an answer that comes in, to a message that was sent from here asynchronously; once, however often it comes. Answers are
   * accepted with 202 also without it. When it throws, the answer is not accepted, and may come again.
   */
  onAnswer?: OnAnswer;
  /**
   * Told what went wrong inside: what a handler, a store or `authorize` threw, what `authorize` gave that is not a permission, why an
   * answer could not be delivered. The sender learns none of it. What a handler throws may quote the message; think before you log it.
   */
  onError?: (error: unknown) => void;
}

/** Answers requests, and takes handlers. */
export interface Receiver {
  (request: Request): Promise<Response>;
  /** Sets what to do with a valid message of an event: its key as `eventKey` gives it, or the event itself. Gives the receiver back. */
  on(event: string | MessageEvent, handler: Handler): Receiver;
}

/** The options with their defaults filled in. */
export interface ReceiverSettings
  extends Required<Pick<ReceiverOptions, "now" | "ids" | "handlers" | "validate" | "authorize" | "maxBytes" | "onAnswer">> {
  base: string | undefined;
  lookup: Lookup | undefined;
  validator: Validator;
  memory: AnswerMemory;
  /** For the messages that are not answered yet. */
  room: Room;
  /** `onError`, which may throw itself. */
  tell: (error: unknown) => void;
}

/** An object with these functions. */
const withFunctions =
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
  if (!isPlainObject(value)) return "must be false, a function or a plain object with options of validate";
  checkValidateOptions(value, "options.validate");
  return undefined;
};

const handlerTimeout: Check = (value) => {
  const problem = wholeNumber(1, LONGEST_TIMER)(value);
  return problem === undefined || value === Number.POSITIVE_INFINITY ? undefined : `${problem}, in milliseconds, or Infinity`;
};

const RECEIVER: Record<string, Check | undefined> = {
  validator: isValidator,
  base,
  now: callable,
  ids: callable,
  handlers,
  validate,
  lookup: callable,
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

/** @throws {TypeError} when an option does not exist, or is of the wrong kind; the text names it. */
export function checkReceiverOptions(options: unknown): ReceiverOptions {
  // What an object inherits would be read by some and not by others: `authorize`, above all, is there or it is not.
  if (options !== undefined && !isPlainObject(options)) throw new TypeError("options must be a plain object");
  // A slip in what it is read from, `config.authorise`, would let everybody in.
  if (options !== undefined && Object.hasOwn(options, "authorize") && (options as ReceiverOptions).authorize === undefined) {
    throw new TypeError("options.authorize must be a function: leave it out where everybody may send");
  }
  const { validator } = (options ?? {}) as ReceiverOptions;
  // Which rules there are, the validator knows.
  const its = validator instanceof SmallValidator ? validator : usualValidator();
  const checked = using(its, () => check(options, RECEIVER) as ReceiverOptions);
  if (checked.lookup !== undefined && (checked.validate === false || typeof checked.validate === "function")) {
    throw new TypeError("options.lookup goes with options of validate: a function in that place looks up itself");
  }
  if (checked.asynchronous !== undefined && checked.store !== undefined) {
    const problem = withFunctions("owe", "settle", "owed")(checked.store);
    if (problem !== undefined) throw new TypeError(`options.store ${problem} for options.asynchronous`);
  }
  return checked;
}
