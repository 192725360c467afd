/** The check, off the main thread: typing never waits for it. */
import { learn, load, type Suppression, type ValidationReport, validate } from "../fhirpost.js";
import { answerCalls } from "../workers/calls.js";

const operations = {
  learn,
  /** @param asMessage Whether the text must be a message, which is an error otherwise. */
  check(text: string, asMessage: boolean, suppress: Suppression[]): { report: ValidationReport; milliseconds: number } {
    const started = performance.now();
    const report = validate(text, asMessage, true, suppress);
    return { report, milliseconds: performance.now() - started };
  },
};

export type CheckOperations = typeof operations;

// The first check builds the validator: better before the first text than with it.
answerCalls(
  () => operations,
  load().then(() => validate("{}", false)),
);
