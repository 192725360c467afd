/** From a message that may be processed to its answer: the handler, and what is made of its outcome. */
import { insteadOf, isPlain } from "../arguments.js";
import type { ExactJson } from "../json-text.js";
import { wrong } from "../parts.js";
import { checkCode, responseText } from "../respond.js";
import type { BuildResponseOptions, ResponseOutcome, Route } from "../types/messages.js";
import type { OperationOutcome, OperationOutcomeIssue } from "../types/validation.js";
import { using } from "../validator/small.js";
import type { HandlerOutcome, ReceivedMessage } from "./handlers.js";
import type { HandlerMessage } from "./message.js";
import type { ReceiverSettings } from "./options.js";
import { Refusal, SOON } from "./refusal.js";
import { NO_ANSWER, type ProcessingResult } from "./reliable.js";
import { guarded } from "./store.js";

/** What the sender learns of an error in the receiver: not its words, which may quote the message. */
const FAILURE = transient("exception", "The receiver failed to process the message. It may be sent again.");

const LATE = transient("timeout", "The receiver is still processing the message. Sent again as it is, it gets its answer.");

function transient(code: string, text: string): ResponseOutcome {
  return { code: "transient-error", issues: [{ severity: "error", code, details: { text } }] };
}

/**
 * Lets the handler process the message, and builds the answer. Whatever the handler does wrong becomes a transient error.
 * @param isPosted Whether the answer goes to another address, or else comes with the HTTP response.
 */
export async function process(
  message: HandlerMessage,
  base: string,
  settings: ReceiverSettings,
  isPosted: boolean,
): Promise<ProcessingResult> {
  const now = settings.now();
  const options = responseOptions(base, settings, now);
  const failed = (error: unknown) => {
    settings.tell(error);
    return bodyOf(message, FAILURE, options, settings, isPosted);
  };
  try {
    const { bundle, text, route } = message;
    const outcome: HandlerOutcome = (await message.handler({ bundle, text, route, now, newId: settings.ids })) ?? {};
    const { code, issues, resources } = withCode(outcome);
    const work = outcome.commit;
    if (work !== undefined && typeof work !== "function") wrong("outcome.commit must be a function");
    // Also where no answer is wanted that would show it.
    checkCode(code);
    // The sender should learn of the warnings even when all went well; what the handler says comes first.
    const all = [...(issues ?? []), ...message.warnings];
    const answer = { code, issues: all, resources: exactly(message.json, resources ?? []) };
    const body = bodyOf(message, answer, options, settings, isPosted);
    const final = code !== "transient-error";
    const commit = final && work !== undefined ? { commit: guarded((database) => work.call(outcome, database)) } : {};
    return { body, final, ...commit, failed };
  } catch (error) {
    return { body: failed(error), final: false, failed };
  }
}

/** The answer to a sender that waits no longer for a handler which goes on. */
export function lateAnswer(message: HandlerMessage, base: string, settings: ReceiverSettings, isPosted: boolean): string {
  settings.tell(new Error(`A message was not processed within ${settings.memory.timeout} ms. What was begun goes on.`));
  return bodyOf(message, LATE, responseOptions(base, settings, settings.now()), settings, isPosted);
}

/**
 * What goes out: a message where one is wanted. Where none is, HTTP says how it went, and only a success is said by nothing at all: R4 has
 * it that 204 means "fully processed". An answer that is posted has no other way to say that the message may be sent again.
 */
function bodyOf(
  { message, bundle, route }: HandlerMessage,
  outcome: ResponseOutcome,
  options: BuildResponseOptions,
  { validator }: ReceiverSettings,
  isPosted: boolean,
): string {
  const { code } = outcome;
  const isWanted = wantsAnswer(bundle, route.responseRequired, code) || (isPosted && code === "transient-error");
  const answer = (given: ResponseOutcome) => using(validator, (core) => responseText(core, message, given, options, true));
  if (isWanted) return answer(outcome);
  return code === "ok" ? NO_ANSWER : outcomeText(answer({ ...outcome, resources: [] }));
}

const OUTCOME_BEGINS = '{"resourceType":"OperationOutcome"';

/** The OperationOutcome of an answer, as it is kept and sent where no message is wanted. */
function outcomeText(answer: string): string {
  const { entry } = JSON.parse(answer) as { entry: { resource: OperationOutcome }[] };
  const issues = entry.map(({ resource }) => resource).find(({ resourceType }) => resourceType === "OperationOutcome")?.issue ?? [];
  const isSaid = issues.some(({ severity }) => severity === "error" || severity === "fatal");
  const issue = isSaid ? issues : [...issues, NOT_PROCESSED];
  return JSON.stringify({ resourceType: "OperationOutcome", issue });
}

const NOT_PROCESSED: OperationOutcomeIssue = {
  severity: "error",
  code: "processing",
  details: { text: "The receiver did not process the message." },
};

/** Whether the body of an answer is a message, which may be posted. */
export function isMessage(body: string | undefined): boolean {
  return body !== NO_ANSWER && body?.startsWith(OUTCOME_BEGINS) === false;
}

/** Gives the body of an answer that comes with the HTTP response. @throws {Refusal} where HTTP has to say that it was not processed. */
export function unlessRefused(body: string, isFinal = true): string {
  if (!body.startsWith(OUTCOME_BEGINS)) return body;
  const outcome = JSON.parse(body) as OperationOutcome;
  throw isFinal ? Refusal.withOutcome(422, outcome) : Refusal.withOutcome(503, outcome, { "Retry-After": String(SOON) });
}

function responseOptions(base: string, { ids }: ReceiverSettings, now: Date) {
  return { now, ids, source: { endpoint: base, name: "fhirpost receiver", software: "fhirpost" } };
}

/**
 * Resources as JSON text, with the digits of the message in what comes from that. What is wrong with others is said where they are used.
 */
function exactly({ stringify }: ExactJson, resources: NonNullable<HandlerOutcome["resources"]>): NonNullable<HandlerOutcome["resources"]> {
  if (!Array.isArray(resources)) return resources;
  return resources.map((resource) => {
    try {
      return typeof resource === "object" ? (stringify(resource) ?? resource) : resource;
    } catch {
      return resource;
    }
  });
}

const OUTCOME = ["code", "issues", "resources", "commit"];

/** A handler that names no code has failed when there is an error among its issues. */
function withCode(outcome: HandlerOutcome): ResponseOutcome {
  // A bare "transient-error" must not pass for an outcome without a code, which stands for ok.
  if (!isPlain(outcome)) wrong(`a handler must give an object, or nothing${insteadOf(outcome)}`);
  // What is meant, and misspelt, would be lost: the work of a commit, above all.
  const unknown = Object.keys(outcome).find((name) => !OUTCOME.includes(name));
  if (unknown !== undefined) wrong(`outcome.${unknown} is not one of ${OUTCOME.join(", ")}`);
  const hasError = outcome.issues?.some(({ severity }) => severity === "error" || severity === "fatal");
  return { ...outcome, code: outcome.code ?? (hasError ? "fatal-error" : "ok") };
}

const EXTENSION = "http://hl7.org/fhir/StructureDefinition/messageheader-response-request";

const CODES = ["always", "on-error", "never", "on-success"] as const;
type Code = (typeof CODES)[number];

/**
 * Whether a message is to say so. The sender's word counts before that of the event's definition.
 *
 * Source: R4, MessageDefinition.responseRequired, the value set messageheader-response-request, and the extension of that name, by which a
 * sender says so for one message (OperationDefinition MessageHeader-process-message: 204 "because of instructions from the sender").
 */
function wantsAnswer(bundle: ReceivedMessage["bundle"], required: Route["responseRequired"], code: ResponseOutcome["code"]): boolean {
  const asked = requestOf(bundle) ?? required;
  if (asked === "never") return false;
  if (asked === "on-error") return code !== "ok";
  return asked !== "on-success" || code === "ok";
}

/** What the sender asks for; the message may not have been validated. */
function requestOf({ entry }: ReceivedMessage["bundle"]): Code | undefined {
  const headers = (Array.isArray(entry) ? entry : []).map((one) => one?.resource).filter((one) => one?.resourceType === "MessageHeader");
  const extensions: unknown = headers[0]?.extension;
  for (const one of Array.isArray(extensions) ? extensions : []) {
    if (one?.url === EXTENSION && CODES.includes(one.valueCode)) return one.valueCode;
  }
  return undefined;
}
