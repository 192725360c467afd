/** What is exchanged over HTTP: requests, answers, what a receiver declares, and the options and results of sending. */
import type { Validator } from "../validator/whole.js";
import type {
  Answer,
  AnswerOutcome,
  Issue,
  MessageCategory,
  ReceivedOptions,
  RequestHead,
  RequestOptions,
  RetryPolicy,
  ValidationReport,
} from "./generated.js";
import type { MessageInput, ValidateOptions } from "./validation.js";

export type {
  Answer,
  AnswerOutcome,
  Capability,
  CreatedResource,
  DeclaredEvent,
  EndpointProfile,
  ExchangeFailure,
  ScopeCheck,
} from "./generated.js";

export interface PrepareOptions extends RequestOptions {
  /** What knows the events (default: R4 and the built-in ones). */
  validator?: Validator;
  /** The time by which a token has expired (default: now). */
  now?: Date;
}

export type CheckCapabilityOptions = Pick<PrepareOptions, "validator">;

/** A request as fetch takes it. */
export interface PreparedRequest extends RequestHead {
  /** The message as it was given: the same text, the same bytes. An object is written as JSON. */
  body: string | Uint8Array;
}

export interface ReadAnswerOptions extends ReceivedOptions {
  /** The message that was sent: says whether the answer is to it, and whether there has to be one. */
  message?: MessageInput;
  /** What knows the events (default: R4 and the built-in ones). */
  validator?: Validator;
  /** The time from which a date in `Retry-After` counts (default: now). */
  now?: Date;
}

/** How often and how fast a message is sent again. */
export type RetryOptions = Partial<RetryPolicy>;

export interface SendOptions extends Omit<PrepareOptions, "now"> {
  /** The base URL of the receiver. */
  base: string;
  /**
   * Gives a token before the first attempt, and a fresh one after a 401, once. What it throws, `sendMessage` throws. It goes instead of
   * `token`.
   */
  getToken?: (why: { refused: boolean }) => string | Promise<string>;
  /**
   * Whether the message is validated before it is sent (default `true`), or how: an invalid message is not sent. With `false` neither its
   * faults nor what `capability` says keep it back. What speaks against the request itself (an expired token, a token over plain http,
   * `async` where it cannot be) always does.
   */
  check?: boolean | Omit<ValidateOptions, "as">;
  /** What the receiver declares: a CapabilityStatement, or `true` to get it from `[base]/metadata` first. Default: it is not asked. */
  capability?: true | MessageInput;
  /** What validates it, and knows the events (default: R4 and the built-in ones). */
  validator?: Validator;
  /** What the message is for, and so what a resend means (default: what the definition of its event says). */
  category?: MessageCategory;
  /** The fetch to use (default: the platform's). */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Ends it all: `sendMessage` then throws the signal's reason, as fetch does. Whether the message was processed is not known then. */
  signal?: AbortSignal;
  /** How long one attempt may take, its answer's body included, in milliseconds (default 30,000). */
  timeout?: number;
  /** How often it is sent again, or `false`. */
  retry?: RetryOptions | false;
  /** The longest answer that is read, in bytes (default 8 MiB). */
  maxAnswerBytes?: number;
  /** Told what happens. Nothing of the message, the token or the answer's text is in it. What it throws, `sendMessage` throws. */
  onProgress?: (progress: SendProgress) => void;
  /** The clock (default: the real one). */
  now?: () => Date;
  /** A random number from 0 to 1 (default `Math.random`): waits are drawn with it. */
  random?: () => number;
  /** Where new Bundle.ids come from (default `crypto.randomUUID`). */
  ids?: () => string;
  /** Waits (default: a timer). It should throw when the signal is aborted. */
  sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

export type SendProgress =
  | { type: "attempt"; attempt: number }
  | { type: "answer"; attempt: number; status: number; outcome: AnswerOutcome; milliseconds: number }
  | { type: "waiting"; attempt: number; milliseconds: number };

/** What came of `sendMessage`. */
export interface SendResult {
  /** As `readAnswer` has it for the last attempt; `invalid` when nothing was sent, since a check found an error. */
  outcome: AnswerOutcome | "invalid";
  /** What the checks and the last answer say, apart from the report. The texts quote nothing. */
  issues: Issue[];
  /** The verdict on the message, when it was validated. Its texts quote nothing unless `check: { showValues: true }` asks for it. */
  report?: ValidationReport;
  /** The last answer. */
  answer?: Answer;
  /** Its text, as far as it was read. It may hold health data. */
  body?: string;
  /** MessageHeader.id: the same for every attempt. */
  messageId?: string;
  /** How many seconds to wait before it is sent again, where the outcome is `failed` and the receiver asks for that. */
  retryAfter?: number;
  /** Each attempt, in order. */
  attempts: SendAttempt[];
}

export interface SendAttempt {
  /** Bundle.id of this sending. */
  bundleId?: string;
  status: number;
  outcome: AnswerOutcome;
  milliseconds: number;
}
