/** `validateMany` where there are no worker threads to be had: on the thread that calls, which stays responsive. */
import { CoreError, core } from "../bindings.js";
import { hand, readInput } from "../input.js";
import { checkManyOptions, given as jsonOf } from "../options.js";
import type { ManyOptions, ManyProgress, ManyResult, ValidateOptions, ValidationReport } from "../types.js";
import { judging } from "./judging.js";
import { checkMessages, type Messages } from "./source.js";

/** For how many milliseconds it works before events have their turn: a page draws 60 times a second. */
const SLICE = 8;

export function onCallingThread(messages: Messages, options?: ManyOptions): AsyncGenerator<ManyResult, void, undefined> {
  checkMessages(messages);
  const { signal, onProgress, concurrency: _, ...given } = checkManyOptions(options);
  return judgeInTurn(messages, given, signal, onProgress);
}

async function* judgeInTurn(
  messages: Messages,
  given: ValidateOptions,
  signal?: AbortSignal,
  onProgress?: (progress: ManyProgress) => void,
): AsyncGenerator<ManyResult, void, undefined> {
  const { validate } = core();
  const options = judging(given);
  const progress: ManyProgress = { messages: 0, invalid: 0, bytes: 0 };
  let since = performance.now();
  signal?.throwIfAborted();
  for await (const message of messages) {
    if (performance.now() - since > SLICE) {
      onProgress?.({ ...progress });
      await new Promise((resolve) => setTimeout(resolve));
      since = performance.now();
    }
    signal?.throwIfAborted();
    const index = progress.messages;
    const input = readInput(message, `message ${index}`, given);
    let bytes: number;
    let text: string;
    try {
      bytes = hand(input, given);
      text = validate(bytes, input.utf16, jsonOf({ ...options, ...input.form }));
    } catch (error) {
      throw error instanceof CoreError ? new CoreError(error.cause, `message ${index}`) : error;
    }
    const report = JSON.parse(text) as ValidationReport;
    progress.messages += 1;
    progress.invalid += report.valid ? 0 : 1;
    progress.bytes += bytes;
    yield { index, report };
    signal?.throwIfAborted();
  }
  onProgress?.({ ...progress });
}
