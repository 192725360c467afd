/** The core, off the main thread: typing never waits for a check. */
import init, { type Route, routeMessage, type ValidationReport, validateBundle } from "fhirpost/validate";

export type Question = { id: number } & ({ ask: "check"; text: string } | { ask: "route"; text: string });
export type Reply = { id: number } & ({ report: ValidationReport; milliseconds: number } | { route: Route } | { failure: string });

/** More issues than anyone reads at once; the report says when it stopped. */
const MAX_ISSUES = 1000;

// The first check builds the validator: better before the first text than with it.
const ready = init().then(() => validateBundle("{}"));

self.addEventListener("message", async (event: MessageEvent<Question>) => {
  self.postMessage(await reply(event.data));
});

async function reply(question: Question): Promise<Reply> {
  const { id } = question;
  try {
    await ready;
    if (question.ask === "route") return { id, route: routeMessage(question.text) };
    const started = performance.now();
    const report = validateBundle(question.text, { maxIssues: MAX_ISSUES, message: true });
    return { id, report, milliseconds: performance.now() - started };
  } catch (error) {
    return { id, failure: String(error) };
  }
}
