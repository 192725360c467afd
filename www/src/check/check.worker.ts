/** The core, off the main thread: typing never waits for a check. */
import init, { CoreError, type ValidationReport, validateBundle } from "fhirpost";

export type Question = { id: number; text: string };
export type Reply = { id: number } & ({ report: ValidationReport; milliseconds: number } | { works: boolean });

/** More issues than anyone reads at once; the report says when it stopped. */
const MAX_ISSUES = 1000;

// The first check builds the validator: better before the first text than with it.
const ready = init().then(() => validateBundle("{}"));

self.addEventListener("message", async (event: MessageEvent<Question>) => {
  self.postMessage(await reply(event.data));
});

async function reply({ id, text }: Question): Promise<Reply> {
  try {
    await ready;
    const started = performance.now();
    const report = validateBundle(text, { maxIssues: MAX_ISSUES, message: true });
    return { id, report, milliseconds: performance.now() - started };
  } catch (error) {
    // It can be too much for the core; a fresh one is there for the next text.
    return { id, works: error instanceof CoreError };
  }
}
