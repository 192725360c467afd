/** What is exchanged over HTTP: requests, answers, what a receiver declares, and the options and results of sending. */
import type { Validator } from "../validator/whole.js";
import type { Route } from "./messages.js";
import type { Issue, MessageEvent, MessageInput, OperationOutcomeIssue, ValidateOptions, ValidationReport } from "./validation.js";

/** Whose rules hold at an endpoint: the specification's alone, or Netsmart's as well (synchronous only, a scope of Messaging). */
export type EndpointProfile = "netsmart" | "fhir";

export interface PrepareOptions {
  /** The bearer token, without the word `Bearer`. */
  token?: string;
  /** Whether the answer may come later (default `false`). */
  async?: boolean;
  /** Where the later answer goes, when it does not go to `MessageHeader.source.endpoint`. It goes with `async`. */
  responseUrl?: string;
  /** The scopes of the token, separated by spaces, as the token's own answer had them; a JWT is read for its own. */
  scope?: string;
  /** Whose rules hold (default: `netsmart` for hosts under `netsmartcloud.com`, else `fhir`). */
  profile?: EndpointProfile;
  /** What knows the events (default: R4 and the built-in ones). */
  validator?: Validator;
  /** The time by which a token has expired (default: now). */
  now?: Date;
}

export type CheckCapabilityOptions = Pick<PrepareOptions, "validator">;

/** A request as fetch takes it. */
export interface PreparedRequest {
  method: "POST";
  /** `[base]/$process-message`, with `async` and `response-url` where they were asked for. */
  url: string;
  /** `Authorization` among them when there is a token: keep them out of logs. */
  headers: Record<string, string>;
  /** The message as it was given: the same text, the same bytes. An object is written as JSON. */
  body: string | Uint8Array;
  /** `[base]/metadata`, where the receiver says what it can do. */
  metadataUrl: string;
  /** Whose rules were looked at. */
  profile: EndpointProfile;
  /** What is to be known before it is sent; with an error among them it should not be. The texts quote neither message nor token. */
  issues: Issue[];
}

/** What a receiver says that it can do with messages. */
export interface Capability {
  /** Whether it declares `$process-message` for its whole system, by name or by definition. */
  operation: boolean;
  /**
   * Whether it declares messaging over HTTP: it may then take messages without declaring the operation, which R4 has for "any HTTP
   * end-point that accepts FHIR messages, not just FHIR RESTful servers".
   */
  messaging: boolean;
  /** Whether it declares a REST server, of which the operation could be one. */
  rest: boolean;
  /** The events that it declares. */
  events: DeclaredEvent[];
  fhirVersion?: string;
  /** The formats, as they are written: `json`, `application/fhir+json`. */
  formats: string[];
  /** For how many minutes the receiver knows a message again. */
  reliableCache?: number;
  /** What is wrong with the statement itself. */
  issues: Issue[];
}

export interface DeclaredEvent {
  /** What the declaring system is for this event: `sender` or `receiver`. */
  mode?: string;
  /** Canonical URL of its MessageDefinition. */
  definition?: string;
  /** The event itself, where that is known. */
  event?: MessageEvent;
}

/** What a list of scopes allows. */
export interface ScopeCheck {
  /** Whether one of them lets messages be sent. */
  allowed: boolean;
  /** Those that do, with the version of SMART's syntax that they are written in. */
  matching: { scope: string; context: "patient" | "user" | "system"; version: 1 | 2 }[];
  issues: Issue[];
}

/**
 * What came of a message.
 *
 * | outcome | what it means |
 * |---|---|
 * | `ok` | it was processed |
 * | `accepted` | it was taken; the answer comes later, or none is due |
 * | `refused` | it was not processed, and there is no point in sending it again unaltered: a 4xx, a redirect, `fatal-error` |
 * | `failed` | it may be sent again: a 5xx, 408, 425, 429, no answer or half of one, `transient-error` |
 * | `not-fhir` | what came is not a FHIR answer to this message |
 */
export type AnswerOutcome = "ok" | "accepted" | "refused" | "failed" | "not-fhir";

/**
 * What is noticed on the way, and no status says.
 *
 * | failure | what happened |
 * |---|---|
 * | `connection-refused` | nothing takes connections at that host and port; nothing was sent |
 * | `unknown-host` | the name of the host has no address; nothing was sent |
 * | `certificate` | the receiver's certificate is not trusted; nothing was sent |
 * | `offline` | this machine has no network |
 * | `unreachable` | there was no connection, or the platform does not say why there is no answer |
 * | `broken` | the connection ended before the whole answer was there, or before any of it: whether the message was processed is not known |
 * | `timeout` | there was no answer in time |
 * | `too-long` | the answer is longer than what is read |
 * | `cors` | the receiver does not let the page's origin in |
 * | `redirect` | a redirect, of which a browser says nothing more |
 */
export type ExchangeFailure =
  | "unreachable"
  | "connection-refused"
  | "unknown-host"
  | "certificate"
  | "offline"
  | "timeout"
  | "broken"
  | "too-long"
  | "cors"
  | "redirect";

export interface ReadAnswerOptions {
  /** The message that was sent: says whether the answer is to it, and whether there has to be one. */
  message?: MessageInput;
  /** What knows the events (default: R4 and the built-in ones). */
  validator?: Validator;
  /** Its MessageHeader.id, instead of the message. */
  messageId?: string;
  /** Whether it was sent with `async` (default `false`). */
  async?: boolean;
  /** When the message is answered (default: as the message says, or `always`): `Route.responseRequired`. */
  responseRequired?: Route["responseRequired"];
  /** What went wrong on the way; the status is 0 where there was no answer. */
  failure?: ExchangeFailure;
  /** The time from which a date in `Retry-After` counts (default: now). */
  now?: Date;
}

/** An answer, as it was understood. */
export interface Answer {
  outcome: AnswerOutcome;
  /** Whether the message may be sent again, as its category has it. */
  mayResend: boolean;
  /** The HTTP status; 0 when there was no answer. */
  status: number;
  /** What fhirpost has to say. The texts are fixed and quote nothing, so they may go into a log. */
  issues: Issue[];
  /** What the receiver has to say, from its OperationOutcomes. It may quote the message. */
  outcomeIssues: OperationOutcomeIssue[];
  /** `MessageHeader.response.code` of the answer. */
  code?: string;
  /** Whether `response.identifier` is the MessageHeader.id that was sent; absent when one of them is not known. */
  isOurs?: boolean;
  /**
   * The resources that the answer says were created or updated: what its focus refers to, and what a location or an information of its
   * OperationOutcome names as such. None unless the outcome is `ok` or `accepted`.
   */
  created: CreatedResource[];
  /** How many seconds to wait before the next attempt, as the receiver asks. */
  retryAfter?: number;
  /** Where a redirect points. Nothing was sent there. */
  location?: string;
  /** What went wrong on the way. */
  failure?: ExchangeFailure;
}

export interface CreatedResource {
  type: string;
  /** Its id at the receiver. */
  id: string;
  version?: string;
  /** Where it was found first: an entry that the answer's focus refers to, a focus that is not an entry, a location, or an issue. */
  from: "entry" | "focus" | "location" | "issue";
}

/** How often and how fast a message is sent again. */
export interface RetryOptions {
  /** How many attempts there are, the first included (default 3). 1 sends once. */
  attempts?: number;
  /** The longest wait before the second attempt, in milliseconds (default 1000). It doubles with each further one. */
  delay?: number;
  /** What that does not grow beyond (default 30,000). */
  maxDelay?: number;
  /**
   * The longest wait that a receiver can ask for with `Retry-After`, in milliseconds (default 120,000). One that asks for a longer one is
   * not asked again: the result has `retryAfter`.
   */
  maxRetryAfter?: number;
}

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
  category?: "consequence" | "currency" | "notification";
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
