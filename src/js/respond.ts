/** What an answer is made of: the arguments of `respond`, as the core takes them. */
import { checkResponseOptions, given, insteadOf, isPlain } from "./arguments.js";
import { type Bindings, objection } from "./core.js";
import { readable, stringify } from "./input.js";
import { checkObjects, objectText, readIds, readNow, wrong } from "./parts.js";
import type { BuildResponseOptions, ResponseOutcome } from "./types/messages.js";
import type { MessageInput } from "./types/validation.js";

const CODES = ["ok", "transient-error", "fatal-error"];

/** Bundle, MessageHeader and OperationOutcome each need an id. */
const RESPONSE_IDS = 3;

/**
 * The text of an answer, as the core writes it: every digit that the request is quoted with is there.
 * @param isValidated Whether the request may be processed, as its receiver knows: it is not validated again then. The answer is, in any
 * case.
 */
export function responseText(
  core: Bindings,
  request: MessageInput,
  outcome: ResponseOutcome,
  options: BuildResponseOptions = {},
  isValidated = false,
): string {
  const { now, ids, source, ...reading } = checkResponseOptions(options);
  const read = readable(request, "request", reading);
  const { code, issues = [], resources = [] } = isPlain(outcome) ? outcome : wrong(`outcome must be an object${insteadOf(outcome)}`);
  checkCode(code);
  if (!Array.isArray(issues)) wrong(`outcome.issues must be an array of objects${insteadOf(issues)}`);
  checkObjects(issues, "outcome.issues", "must be an array of objects");
  if (!Array.isArray(resources)) wrong(`outcome.resources must be an array of objects, or of their JSON text${insteadOf(resources)}`);
  const input = {
    outcome: { resources: [], code, issues },
    now: readNow(now),
    ids: readIds(ids, RESPONSE_IDS + resources.length),
    source: readSource(source),
    validated: isValidated,
  };
  const rest = stringify(input, "outcome").slice(NO_RESOURCES.length);
  const texts = resources.map((resource, index) => objectText(resource, `outcome.resources[${index}]`));
  try {
    return core.respond(read, `{"outcome":{"resources":[${texts.join()}]${rest}`, given(reading));
  } catch (error) {
    const problem = objection(error);
    // The core names its own arguments; three of them are options here.
    throw new TypeError(/^(now|ids|source)\b/.test(problem) ? `options.${problem}` : problem);
  }
}

/** What the arguments of the core begin with. */
const NO_RESOURCES = '{"outcome":{"resources":[]';

export function checkCode(code: unknown): void {
  if (!CODES.includes(code as string)) wrong(`outcome.code must be one of ${CODES.join(", ")}`);
}

function readSource(source: unknown): object | undefined {
  if (source === undefined) return undefined;
  const fields = ["endpoint", "name", "software", "version"] as const;
  if (!isPlain(source)) wrong(`options.source must be an object${insteadOf(source)}`);
  const given = source as Record<string, unknown>;
  for (const name of fields) {
    const needed = name === "endpoint" || given[name] !== undefined;
    if (needed && typeof given[name] !== "string") wrong(`options.source.${name} must be a string`);
  }
  return Object.fromEntries(fields.map((name) => [name, given[name]]));
}
