/** The core, off the main thread: typing never waits for a check. */
import { CoreError, init, type ValidationReport } from "../fhirpost.js";
import { judge } from "./judge.js";

/** `message`: whether the text must be a message, which is an error otherwise. */
export type Question = { id: number; text: string; message: boolean };
export type Reply = { id: number } & ({ report: ValidationReport; milliseconds: number } | { works: boolean });

// The first check builds the validator: better before the first text than with it.
const ready = init().then(() => judge("{}", false));

self.addEventListener("message", async (event: MessageEvent<Question>) => {
  self.postMessage(await reply(event.data));
});

async function reply({ id, text, message }: Question): Promise<Reply> {
  try {
    await ready;
    const started = performance.now();
    const report = judge(text, message);
    return { id, report, milliseconds: performance.now() - started };
  } catch (error) {
    // It can be too much for the core; a fresh one is there for the next text.
    return { id, works: error instanceof CoreError };
  }
}
