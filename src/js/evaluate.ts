/** FHIRPath: the arguments as the core takes them, and what it gives. */
import { checkEvaluateOptions, checkText } from "./arguments.js";
import type { Bindings } from "./core.js";
import { bytesIn, keptIn, readInput } from "./input.js";
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

/** What the core gives: the place of an element apart, since not every item has one. */
type EvaluationResult =
  | { items: (FhirPathItem & { at?: { expression: string; pointer: string; start: number; end: number } })[] }
  | { error: { problem: string; position?: number; tooCostly?: true } };

export function evaluate(core: Bindings, resource: MessageInput, expression: string, options?: EvaluateOptions): FhirPathItem[] {
  checkText(expression, "expression");
  const { now, variables = {}, strict = false } = checkEvaluateOptions(options);
  const instant = readNow(now);
  const input = readInput(resource, "resource");
  const read = keptIn(resource, "resource")?.read ?? bytesIn(input);
  const text = core.evaluateFhirPath(read, expression, JSON.stringify(variables), instant, strict, !input.utf16);
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
