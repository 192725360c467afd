/** FHIRPath: the arguments as the core takes them, and what it gives. */
import { checkEvaluateOptions, checkText } from "./arguments.js";
import type { Bindings } from "./core.js";
import { subjectOf } from "./input.js";
import { readNow } from "./parts.js";
import type { EvaluateOptions, FhirPathItem, MessageInput } from "./types/validation.js";

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

/** What the core gives. */
type EvaluationResult = { items: FhirPathItem[] } | { error: { problem: string; position?: number; tooCostly?: true } };

export function evaluate(core: Bindings, resource: MessageInput, expression: string, options?: EvaluateOptions): FhirPathItem[] {
  checkText(expression, "expression");
  const { now, variables = {}, strict = false } = checkEvaluateOptions(options);
  const evaluation = { expression, variables: JSON.stringify(variables), now: readNow(now), strict };
  const { read, form } = subjectOf(resource, "resource");
  const evaluated = JSON.parse(core.evaluate(read, evaluation)) as EvaluationResult;
  if ("error" in evaluated) {
    const { problem, position, tooCostly } = evaluated.error;
    throw new FhirPathError(problem, position, tooCostly);
  }
  if (form.positions !== false) return evaluated.items;
  // An object has no text that offsets could point into.
  return evaluated.items.map(({ start, end, ...item }) => item);
}
