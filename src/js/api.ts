/** The public functions. They are the same on every platform; only how the wasm is loaded differs. */
import { core } from "./bindings.js";
import { readBytes, readInput } from "./input.js";
import { checkRouteOptions, checkValidateOptions } from "./options.js";
import { responseInput } from "./response.js";
import type {
  BuildResponseOptions,
  Bundle,
  MessageInput,
  OperationOutcome,
  ResponseOutcome,
  Route,
  RouteOptions,
  Rule,
  ValidateOptions,
  ValidationReport,
} from "./types.js";

/**
 * Judges a message: a Bundle of type `message`. However broken it is, it gets a report.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function validateBundle(message: MessageInput, options?: ValidateOptions): ValidationReport {
  const checked = checkValidateOptions(options);
  const input = readInput(message);
  const all = { ...checked, ...input.form };
  return "text" in input ? core().validateText(input.text, all) : core().validateBytes(input.bytes, all);
}

/**
 * Says where a message goes: its event, what is known of that, and what the message is about. What cannot be read is left out.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function routeMessage(message: MessageInput, options?: RouteOptions): Route {
  const checked = checkRouteOptions(options);
  const input = readInput(message);
  return "text" in input ? core().routeText(input.text, checked) : core().routeBytes(input.bytes, checked);
}

/**
 * Builds the answer to a request. A request that is not valid is answered too: with `fatal-error` and its issues, whose texts quote no
 * value, and without `outcome.resources`, since such a message is not processed.
 * @throws {TypeError} when `outcome` or an option is not what an answer can be built from; never because of the request.
 */
export function buildResponse(request: MessageInput, outcome: ResponseOutcome, options?: BuildResponseOptions): Bundle {
  const bytes = readBytes(request, "request");
  const { input, judging } = responseInput(outcome, options);
  const { buildResponse: build } = core();
  let text: string;
  try {
    text = build(bytes, input, judging);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    // The core names its own arguments; three of them are options here.
    throw new TypeError(/^(now|ids|source)\b/.test(problem) ? `options.${problem}` : problem);
  }
  return JSON.parse(text) as Bundle;
}

/** A report as a FHIR OperationOutcome, each issue with its rule, line and column. One without issues says so. */
export function toOperationOutcome(report: ValidationReport): OperationOutcome {
  if (typeof report !== "object" || report === null || !Array.isArray(report.issues)) {
    throw new TypeError("report must be a ValidationReport");
  }
  const { toOperationOutcome: convert } = core();
  try {
    return convert(report);
  } catch {
    // The cause may quote what is in there.
    throw new TypeError("report must be a ValidationReport: one of its issues is none");
  }
}

/** Every rule, in the order in which they are looked at. */
export function rules(): Rule[] {
  return core().rules();
}
