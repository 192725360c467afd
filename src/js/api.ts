/** The public functions. They are the same on every platform; only how the wasm is loaded differs. */
import {
  checkEvaluateOptions,
  checkOutlineOptions,
  checkResourceOptions,
  checkRouteOptions,
  checkText,
  checkValidateOptions,
  given,
  insteadOf,
} from "./arguments.js";
import { compositionInput, readNow, responseText } from "./compose.js";
import { core, objection } from "./core.js";
import { bytesIn, type CoreInput, hand, readBytes, readHanded, readInput, stringify } from "./input.js";
import type {
  BuildResponseOptions,
  Bundle,
  ComposedMessage,
  Composition,
  KnownEvent,
  MessageOutline,
  OutlineOptions,
  ResponseOutcome,
  Route,
  RouteOptions,
} from "./types/messages.js";
import type {
  EvaluateOptions,
  FhirPathItem,
  MessageEvent,
  MessageInput,
  OperationOutcome,
  Rule,
  ValidateOptions,
  ValidateResourceOptions,
  ValidationReport,
} from "./types/validation.js";

/**
 * Validates a Bundle: a message by the rules for messages, any other by those of its type. However broken it is, it gets a report.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function validateBundle(message: MessageInput, options?: ValidateOptions): ValidationReport {
  return validate(readHanded(message), checkValidateOptions(options));
}

/**
 * Validates one resource of any type.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function validateResource(resource: MessageInput, options?: ValidateResourceOptions): ValidationReport {
  return validate(readHanded(resource, "resource"), { ...checkResourceOptions(options), resource: true });
}

function validate(input: CoreInput, options: object): ValidationReport {
  const bytes = hand(input, options as ValidateOptions);
  return JSON.parse(core().validate(bytes, input.utf16, given({ ...options, ...input.form })));
}

/** Why an expression has no value: it is not FHIRPath, or its operands do not go together. The text quotes nothing of the resource. */
export class FhirPathError extends Error {
  override readonly name = "FhirPathError";
  /** Where in the expression it was noticed, as a UTF-16 offset, when the expression is not FHIRPath. */
  readonly position: number | undefined;
  /** Whether it was given up for the work or the memory that it takes: it might have a value. */
  readonly tooCostly: boolean;

  constructor(problem: string, position?: number, tooCostly = false) {
    super(position === undefined ? problem : `at ${position} of the expression: ${problem}`);
    this.position = position;
    this.tooCostly = tooCostly;
  }
}

/**
 * Evaluates a FHIRPath expression on a resource. References resolve inside a Bundle, and to contained resources.
 * @throws {FhirPathError} when the expression is not FHIRPath, or cannot be evaluated on this resource.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function evaluateFhirPath(resource: MessageInput, expression: string, options?: EvaluateOptions): FhirPathItem[] {
  checkText(expression, "expression");
  const { now, variables = {}, strict = false } = checkEvaluateOptions(options) as EvaluateOptions;
  const instant = readNow(now);
  const input = readInput(resource, "resource");
  const text = core().evaluateFhirPath(bytesIn(input), expression, JSON.stringify(variables), instant, strict, !input.utf16);
  const evaluated = JSON.parse(text) as EvaluationResult;
  if ("error" in evaluated) {
    const { problem, position, tooCostly } = evaluated.error;
    throw new FhirPathError(problem, position, tooCostly);
  }
  // An object has no text that offsets could point into.
  const hasText = input.form.positions !== false;
  return evaluated.items.map(({ at, ...item }) => {
    if (at === undefined) return item;
    const { start, end, ...place } = at;
    return { ...item, ...place, ...(hasText ? { start, end } : {}) };
  });
}

/** What the core gives: the place of an element apart, since not every item has one. */
type EvaluationResult =
  | { items: (FhirPathItem & { at?: { expression: string; pointer: string; start: number; end: number } })[] }
  | { error: { problem: string; position?: number; tooCostly?: true } };

/**
 * Says where a message goes: its event, what is known of that, and what the message is about. What cannot be read is left out.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function routeMessage(message: MessageInput, options?: RouteOptions): Route {
  const checked = given(checkRouteOptions(options));
  return JSON.parse(core().route(readBytes(message, "message", options), checked));
}

/**
 * Shows how a message hangs together: its entries, the references between them, and how each entry is linked with the MessageHeader. A
 * Bundle of any type has an outline, however broken it is; what is not a Bundle has no entries.
 *
 * ```js
 * const { entries, references } = outlineMessage(text);
 * const dangling = references.filter(({ leads }) => leads === "nowhere").map(({ start, end }) => text.slice(start, end));
 * const unreachable = entries.filter(({ reach }) => reach === "not");
 * ```
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function outlineMessage(message: MessageInput, options?: OutlineOptions): MessageOutline {
  const checked = checkOutlineOptions(options);
  const input = readHanded(message);
  const bytes = hand(input, options);
  return JSON.parse(core().outline(bytes, input.utf16, given({ ...checked, ...input.form })));
}

/**
 * Builds the answer to a request. A request that is not valid is answered too: with `fatal-error` and its issues, whose texts quote no
 * value, and without `outcome.resources`, since such a message is not processed.
 * @throws {TypeError} when `outcome` or an option is not what an answer can be built from; never because of the request.
 */
export function buildResponse(request: MessageInput, outcome: ResponseOutcome, options?: BuildResponseOptions): Bundle {
  return JSON.parse(responseText(request, outcome, options)) as Bundle;
}

/**
 * Builds a request for an event: the MessageHeader first, ids, fullUrls, and references between the resources rewritten to these. What the
 * event demands and is missing is in the report.
 *
 * ```js
 * const { message, report } = composeMessage("submit-service-request", { focus: serviceRequest, resources: [patient], source: { endpoint }
 * });
 * ```
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function composeMessage(event: MessageEvent | string, composition: Composition = {}): ComposedMessage {
  const { input, validation } = compositionInput(event, composition);
  const { composeMessage: compose } = core();
  let made: string;
  try {
    made = compose(input, given(validation));
  } catch (error) {
    throw new TypeError(`options.${objection(error)}`);
  }
  const { text, report } = JSON.parse(made) as { text: string; report: ValidationReport };
  return { message: JSON.parse(text), text, report };
}

/** Every event that is known: the built-in ones. */
export function knownEvents(): KnownEvent[] {
  return JSON.parse(core().events());
}

/** A report as a FHIR OperationOutcome, each issue with its rule, line and column. One without issues says so. */
export function toOperationOutcome(report: ValidationReport): OperationOutcome {
  if (typeof report !== "object" || report === null || !Array.isArray(report.issues)) {
    throw new TypeError(`report must be a ValidationReport${insteadOf(report)}`);
  }
  const { toOperationOutcome: convert } = core();
  // As JSON has them: what has no form there is no issue.
  const { issues } = JSON.parse(stringify({ issues: report.issues }, "report")) as { issues: object[] };
  try {
    return JSON.parse(convert(issues));
  } catch (error) {
    objection(error);
    // What the core says may quote what is in there.
    throw new TypeError("report must be a ValidationReport: one of its issues is not an issue");
  }
}

/** Every rule, in the order in which they are looked at. */
export function rules(): Rule[] {
  return JSON.parse(core().rules());
}
