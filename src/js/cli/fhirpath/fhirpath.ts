/** `fhirpost fhirpath`: evaluates an expression on what the names stand for, and writes the items. */
import { compact } from "../../json-text.js";
import { FhirPathError, Validator } from "../../node.js";
import type { FhirPathItem } from "../../types/validation.js";
import { UsageError } from "../arguments.js";
import { findInputs, messagesOf, nameOf, type PlacedMessage } from "../inputs.js";
import { jsonLine, Output, printable, tell as say, untilClosed } from "../terminal.js";
import type { FhirPathSettings } from "./arguments.js";

/** Gives the exit code: 0 everything could be evaluated, 1 something could not, 2 something could not be read. */
export async function fhirpath(settings: FhirPathSettings): Promise<number> {
  const { stdout } = process;
  const evaluate = evaluator(settings);
  const codes = new Set<number>();
  const tell = (text: string, code: number) => {
    codes.add(code);
    say(text);
  };
  const trouble = (text: string) => tell(text, 2);
  const output = new Output(stdout, () => {});
  const closed = untilClosed(stdout);
  let found = 0;
  for await (const placed of messagesOf(await findInputs(settings.names, settings.ndjson, trouble), trouble)) {
    closed.throwIfAborted();
    const { place, bytes } = placed;
    const outcome = evaluate(bytes);
    if ("items" in outcome) found += outcome.items.length;
    if (settings.format === "json") {
      if ("error" in outcome) codes.add(1);
      await output.write(jsonLine({ ...place, ...outcome }));
    } else if ("error" in outcome) {
      tell(`${nameOf(place)}: ${outcome.error}`, 1);
    } else {
      await output.write(outcome.items.map((item) => line(placed, item)).join(""));
    }
  }
  await output.flush();
  if (settings.exitStatus && found === 0) codes.add(1);
  return Math.max(0, ...codes);
}

type Outcome = { items: FhirPathItem[] } | { error: string };

/** @throws {UsageError} when the expression is not FHIRPath, whatever it is evaluated on. */
function evaluator({ expression, strict, variables }: FhirPathSettings): (bytes: Uint8Array) => Outcome {
  // One time for all resources.
  const options = { strict, variables, now: new Date() };
  const validator = new Validator();
  const evaluate = (resource: Uint8Array | string): Outcome => {
    try {
      return { items: validator.evaluate(resource, expression, options) };
    } catch (error) {
      if (!(error instanceof FhirPathError)) throw error;
      if (error.position !== undefined) throw new UsageError(error.message);
      return { error: error.message };
    }
  };
  evaluate("{}");
  return evaluate;
}

/** Such as `patient.json:/name/0/family FHIR.string Chalmers`. What an expression has made is nowhere, and has no pointer. */
function line({ place, bytes }: PlacedMessage, { pointer = "", type, value, text, start, end }: FhirPathItem): string {
  // Of an object the text as it is: its numbers have all their digits.
  const there = start === undefined ? JSON.stringify(value) : compact(new TextDecoder().decode(bytes.subarray(start, end)));
  return `${printable(`${nameOf(place)}:${pointer} ${type} ${text ?? there}`)}\n`;
}
