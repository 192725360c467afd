/** From a message that may be processed to its answer: the handler, and what is made of its outcome. */
import { routeMessage, toOperationOutcome, validateBundle } from "../api.js";
import { insteadOf, isPlain } from "../kinds.js";
import type { ReceiverSettings } from "../receiver.js";
import { checkCode, responseText, wrong } from "../response.js";
import type {
  BuildResponseOptions,
  MessageInput,
  OperationOutcome,
  OperationOutcomeIssue,
  ResponseOutcome,
  Route,
  ValidationReport,
} from "../types.js";
import { type Commit, guarded } from "./commit.js";
import type { Content } from "./content.js";
import { type ExactJson, hasRepeatedNames, parseExactly } from "./exact-json.js";
import { type Handler, type HandlerOutcome, keyOfReceived, type ReceivedMessage } from "./handlers.js";
import { SOON } from "./limit.js";
import { Refusal } from "./refusal.js";
import { wantsAnswer } from "./response-request.js";

/** A message that was judged, and may be processed as far as that goes. */
export interface Judged {
  input: MessageInput;
  /** It as text. */
  text: string;
  json: ExactJson;
  bundle: ReceivedMessage["bundle"];
  route: Route;
  /** What its sender should know, although the message is valid. */
  warnings: OperationOutcomeIssue[];
}

/** A message that may be processed. */
export interface Message extends Judged {
  handler: Handler;
}

/** What came of processing a message. */
export interface Processed {
  /** The body of the answer. */
  body: string;
  /** `false` for an answer of `transient-error`: the message was not processed, and the same sending may come again. */
  final: boolean;
  /** What is to be done in the transaction in which the answer is kept. */
  commit?: Commit;
  /** The answer when that fails. */
  failed(error: unknown): string;
}

/** What the sender learns of an error in the receiver: not its words, which may quote the message. */
const FAILURE = transient("exception", "The receiver failed to process the message. It may be sent again.");

const LATE = transient("timeout", "The receiver is still processing the message. Sent again as it is, it gets its answer.");

function transient(code: string, text: string): ResponseOutcome {
  return { code: "transient-error", issues: [{ severity: "error", code, details: { text } }] };
}

/** Judges a message as the receiver was told to. Throws a Refusal when it cannot be processed. */
export async function judged(
  { input, text, value }: Pick<Content, "text" | "value"> & { input: MessageInput },
  settings: ReceiverSettings,
): Promise<Judged> {
  const report = await judge(input, settings);
  if (report?.valid === false) throw Refusal.withOutcome((report.counts?.fatal ?? 0) > 0 ? 400 : 422, toOperationOutcome(report));
  if (mayRepeatNames(settings) && hasRepeatedNames(text, value)) {
    throw new Refusal(422, "structure", "An object of the message has two properties of one name: nobody can say which of them counts.");
  }
  const route = settings.asked(() => routeMessage(input));
  // A message that passed the validation of R4 has all of it: msg-id, msg-first. Others may do without.
  if (route.kind === undefined || !route.messageId || !route.bundleId) {
    throw new Refusal(
      422,
      "required",
      "A message has a MessageHeader as its first entry, and an id in both the Bundle and the MessageHeader.",
    );
  }
  const json = parseExactly(text, value);
  return { input, text, json, bundle: json.value as ReceivedMessage["bundle"], route, warnings: warnings(report) };
}

/** Finds the handler of a message that asks for something. */
export function withHandler(message: Judged, { handlers }: ReceiverSettings): Message {
  const key = keyOfReceived(message.route.event);
  // The key comes from the message, so it must not reach what every object inherits.
  const handler = key !== undefined && Object.hasOwn(handlers, key) ? handlers[key] : undefined;
  if (handler === undefined) throw new Refusal(422, "not-supported", "This receiver does not support the event of the message.");
  return { ...message, handler };
}

/** Whether a message may get past the judging with a property that stands twice: then it was judged by another than the handler would see. */
function mayRepeatNames({ validate }: ReceiverSettings): boolean {
  if (validate === false || typeof validate === "function") return true;
  return (validate.severities?.["json-duplicate-key"] ?? "error") !== "error";
}

function judge(
  input: MessageInput,
  { validate, asked }: ReceiverSettings,
): ValidationReport | undefined | Promise<ValidationReport | undefined> {
  if (validate === false) return undefined;
  if (typeof validate === "function") return ownReport(validate(input));
  return asked(() => validateBundle(input, { showValues: false, ...validate, message: true }));
}

/** What a function of the user's says. One that forgets to answer lets nothing through. */
async function ownReport(given: ValidationReport | Promise<ValidationReport>): Promise<ValidationReport> {
  const report: unknown = await given;
  if (!isPlain(report) || typeof (report as ValidationReport).valid !== "boolean" || !Array.isArray((report as ValidationReport).issues)) {
    return wrong(`options.validate must give a report, with valid and issues${insteadOf(report)}`);
  }
  return report as ValidationReport;
}

function warnings(report: ValidationReport | undefined): OperationOutcomeIssue[] {
  const issues = report?.issues.filter((issue) => issue.severity === "warning") ?? [];
  return report === undefined || issues.length === 0 ? [] : toOperationOutcome({ ...report, issues }).issue;
}

/**
 * Lets the handler process the message, and builds the answer. Whatever the handler does wrong becomes a transient error.
 * @param isPosted Whether the answer goes to another address, or else comes with the HTTP response.
 */
export async function process(message: Message, base: string, settings: ReceiverSettings, isPosted: boolean): Promise<Processed> {
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
export function lateAnswer(message: Message, base: string, settings: ReceiverSettings, isPosted: boolean): string {
  settings.tell(new Error(`A message was not processed within ${settings.memory.timeout} ms. What was begun goes on.`));
  return bodyOf(message, LATE, responseOptions(base, settings, settings.now()), settings, isPosted);
}

/**
 * What goes out: a message where one is wanted. Where none is, HTTP says how it went, and only a success is said by nothing at all: R4 has it
 * that 204 means "fully processed". An answer that is posted has no other way to say that the message may be sent again.
 */
function bodyOf(
  { input, bundle, route }: Message,
  outcome: ResponseOutcome,
  options: BuildResponseOptions,
  { asked }: ReceiverSettings,
  isPosted: boolean,
): string {
  const { code } = outcome;
  const isWanted = wantsAnswer(bundle, route.responseRequired, code) || (isPosted && code === "transient-error");
  if (isWanted) return asked(() => responseText(input, outcome, options, true));
  return code === "ok" ? NO_ANSWER : outcomeText(asked(() => responseText(input, { ...outcome, resources: [] }, options, true)));
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

/** What is kept and sent of a message whose event, or whose sender, wants no answer to this outcome. */
export const NO_ANSWER = "";

/** Resources as JSON text, with the digits of the message in what comes from that. What is wrong with others is said where they are used. */
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
  if (unknown !== undefined) wrong(`outcome.${unknown} is none of ${OUTCOME.join(", ")}`);
  const hasError = outcome.issues?.some(({ severity }) => severity === "error" || severity === "fatal");
  return { ...outcome, code: outcome.code ?? (hasError ? "fatal-error" : "ok") };
}
