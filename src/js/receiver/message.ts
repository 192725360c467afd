/** From the content of a request to a message that may be processed: it is validated, and has a handler. */
import { insteadOf, isPlain } from "../arguments.js";
import { type ExactJson, hasRepeatedNames, parseExactly } from "../json-text.js";
import type { Message } from "../message.js";
import { toOperationOutcome } from "../operation-outcome.js";
import { wrong } from "../parts.js";
import type { Route } from "../types/messages.js";
import type { OperationOutcomeIssue, ValidateOptions, ValidationReport } from "../types/validation.js";
import type { Content } from "./content.js";
import { type Handler, keyOfReceived, type ReceivedMessage } from "./handlers.js";
import type { ReceiverSettings } from "./options.js";
import { Refusal } from "./refusal.js";

/** A message that is valid, as far as the receiver validates it. */
export interface ValidMessage {
  message: Message;
  /** It as text. */
  text: string;
  json: ExactJson;
  bundle: ReceivedMessage["bundle"];
  route: Route;
  /** What its sender should know, although the message is valid. */
  warnings: OperationOutcomeIssue[];
}

/** A message that may be processed. */
export interface HandlerMessage extends ValidMessage {
  handler: Handler;
}

/** Validates a message as the receiver was told to. Throws a Refusal when it cannot be processed. */
export async function validateMessage(
  { message, text, value }: Pick<Content, "message" | "text" | "value">,
  settings: ReceiverSettings,
): Promise<ValidMessage> {
  const report = await reportOn(message, settings);
  if (report?.valid === false) throw Refusal.withOutcome((report.counts?.fatal ?? 0) > 0 ? 400 : 422, toOperationOutcome(report));
  if (mayRepeatNames(settings) && hasRepeatedNames(text, value)) {
    throw new Refusal(422, "structure", "An object of the message has two properties of one name: which of them counts is not defined.");
  }
  const route = settings.validator.route(message);
  // A message that passed the validation of R4 has all of it: msg-id, msg-first. Others may do without.
  if (route.kind === undefined || !route.messageId || !route.bundleId) {
    throw new Refusal(
      422,
      "required",
      "A message has a MessageHeader as its first entry, and an id in both the Bundle and the MessageHeader.",
    );
  }
  const json = parseExactly(text, value);
  return { message, text, json, bundle: json.value as ReceivedMessage["bundle"], route, warnings: warnings(report) };
}

/** Finds the handler of a message that asks for something. */
export function withHandler(message: ValidMessage, { handlers }: ReceiverSettings): HandlerMessage {
  const key = keyOfReceived(message.route.event);
  // The key comes from the message, so it must not reach what every object inherits.
  const handler = key !== undefined && Object.hasOwn(handlers, key) ? handlers[key] : undefined;
  if (handler === undefined) throw new Refusal(422, "not-supported", "This receiver does not support the event of the message.");
  return { ...message, handler };
}

/**
 * Whether a message may pass the validation with a property that it has twice: then another one was validated than the handler would see.
 */
function mayRepeatNames({ validate }: ReceiverSettings): boolean {
  if (validate === false || typeof validate === "function") return true;
  // Of an entry nobody knows beforehand which issues it is for.
  return (validate.severities?.["json-duplicate-key"] ?? "error") !== "error" || validate.suppress !== undefined;
}

function reportOn(message: Message, settings: ReceiverSettings): ValidationReport | undefined | Promise<ValidationReport | undefined> {
  const { validate } = settings;
  if (validate === false) return undefined;
  if (typeof validate === "function") return ownReport(validate(message));
  return usualReport(message, { ...validate, as: "message" }, settings);
}

/** Whoever sends often waits for 30 seconds. */
const LOOKUP_TIMEOUT = 10_000;

/** What the receiver's validator says, and who looks up for it. That one fails leaves the verdict as it is without, and is told. */
export async function usualReport(
  subject: Message | string,
  options: ValidateOptions,
  { validator, lookup, tell }: Pick<ReceiverSettings, "validator" | "lookup" | "tell">,
): Promise<ValidationReport> {
  const all = { showValues: false, ...options };
  if (lookup === undefined) return validator.validate(subject, all);
  const report = await validator.validateWith(subject, { ...all, lookup, timeout: LOOKUP_TIMEOUT });
  const { failure } = report.lookup;
  if (failure !== undefined) tell(Object.assign(new Error(`The lookup has failed: ${failure}`), { code: `lookup-${failure}` }));
  return report;
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
  return report === undefined || issues.length === 0 ? [] : toOperationOutcome({ ...report, issues, suppressed: [] }).issue;
}
