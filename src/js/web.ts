/** The entry for browsers, workers and bundlers. */
import { provide } from "./bindings.js";
import { onCallingThread } from "./many/calling-thread.js";
import type { ManyOptions, ManyResult, MessageInput } from "./types.js";
import * as wasm from "./wasm/fhirpost.js";

export * from "./public.js";

export interface InitOptions {
  /** Where the wasm is: a URL, a response, bytes or a compiled module (default: `fhirpost_bg.wasm` beside this file). */
  module_or_path?: string | URL | Request | Response | BufferSource | WebAssembly.Module | Promise<Response>;
}

/**
 * Judges any number of messages, each as what it is: a Bundle as `validateBundle` does, any other resource as `validateResource` does.
 * Results come in the order of the messages, and a message is pulled when its result is asked for. In browsers the work is done on the
 * calling thread, in slices of some milliseconds so that a page stays responsive; in a Web Worker it does not burden the page at all.
 *
 * The loop throws what `messages` throws, the reason of `options.signal` as soon as the next message is there, and a `TypeError` for a
 * message of the wrong kind, named by its index.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function validateMany(
  messages: AsyncIterable<MessageInput> | Iterable<MessageInput>,
  options?: ManyOptions,
): AsyncGenerator<ManyResult, void, undefined> {
  return onCallingThread(messages, options);
}

let loading: Promise<void> | undefined;

/** Loads the wasm. Calling it again waits for the first call; after a failure it tries anew. */
export default function init(options: InitOptions = {}): Promise<void> {
  loading ??= load(options).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(options: InitOptions): Promise<void> {
  const source = options.module_or_path ?? new URL("./fhirpost_bg.wasm", import.meta.url);
  provide(wasm, (await wasm.default({ module_or_path: source })).memory);
}

/** Takes bytes or a compiled module that are there already. */
export function initSync(options: { module: BufferSource | WebAssembly.Module }): void {
  provide(wasm, wasm.initSync(options).memory);
  loading = Promise.resolve();
}
