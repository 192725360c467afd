/** As `validateMany`, by a set of events: that lives on one thread, so this one judges. */
import type { Messaging } from "../../messaging.js";
import type { ManyOptions, ManyProgress, ManyResult } from "../../types/validation.js";

export async function* judgeWith(
  messaging: Messaging,
  messages: AsyncIterable<Uint8Array>,
  { signal, onProgress, message = false, concurrency: _, ...options }: ManyOptions,
): AsyncGenerator<ManyResult, void, undefined> {
  const progress: ManyProgress = { messages: 0, invalid: 0, bytes: 0 };
  for await (const bytes of messages) {
    signal?.throwIfAborted();
    // Each is judged as what it is; only where a message is asked for, anything else is an error.
    const report = message ? messaging.validateBundle(bytes, { ...options, message }) : messaging.validateResource(bytes, options);
    const index = progress.messages;
    progress.messages += 1;
    progress.invalid += report.valid ? 0 : 1;
    progress.bytes += bytes.length;
    onProgress?.({ ...progress });
    yield { index, report };
  }
  signal?.throwIfAborted();
}
