/** The entry for browsers, workers and bundlers. */
import { onCallingThread } from "./many/messages.js";
import { startOf } from "./start.js";
import type { ManyOptions, ManyResult } from "./types/many.js";
import type { MessageInput } from "./types/validation.js";
import * as wasm from "./wasm/fhirpost.js";

export * from "./public.js";
export type { InitOptions } from "./start.js";

/**
 * Validates any number of messages, each as `options.as` says (default: as what it is). Results come in the order of the messages, and a
 * message is pulled when its result is asked for. In browsers the work is done on the calling thread, in slices of some milliseconds so that a page stays responsive; in a Web Worker it does not burden the page at all.
 *
 * The loop throws what `messages` throws, the reason of `options.signal` as soon as the next message is there, a `TypeError` for a
 * message of the wrong kind and a `CoreError` for one that the core could not finish, each named by its index.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function validateMany(
  messages: AsyncIterable<MessageInput> | Iterable<MessageInput>,
  options?: ManyOptions,
): AsyncGenerator<ManyResult, void, undefined> {
  return onCallingThread(messages, options);
}

const { init, initSync } = startOf(wasm, () => new URL("./fhirpost_bg.wasm", import.meta.url));
export default init;
export { initSync };
