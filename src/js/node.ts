/** The entry for Node: the wasm lies beside this file and is ready as soon as the import is done. */
import { readFileSync } from "node:fs";
import { provide, room } from "./bindings.js";
import { handTextBy } from "./input.js";
import { onThreads } from "./many/threads.js";
import type { ManyOptions, ManyResult, MessageInput } from "./types.js";
import * as wasm from "./wasm/fhirpost.js";

export * from "./public.js";
export { type NodeRequest, type NodeResponse, nodeListener } from "./receiver/node-listener.js";
export { type OpenSqliteStore, openSqliteStore } from "./receiver/open-sqlite-store.js";

const module = new WebAssembly.Module(readFileSync(new URL("./fhirpost_bg.wasm", import.meta.url)));
provide(wasm, wasm.initSync({ module }).memory);
/** V8 knows of a string that it keeps as bytes, without looking through it, that it has none of these. */
const BEYOND_LATIN1 = /[^\0-\xff]/;

// Written straight into the memory of the core, as V8 keeps it: that takes a tenth of the time of V8's UTF-8, which the core makes faster,
// where the text lies. It stands at the end of the room that it then needs.
handTextBy((text) => {
  const write = (encoding: "latin1" | "utf16le", length: number, most: number) => {
    const { buffer, at } = room(most);
    Buffer.from(buffer, at + most - length, length).write(text, encoding);
  };
  if (BEYOND_LATIN1.test(text)) {
    write("utf16le", 2 * text.length, 3 * text.length);
    return wasm.utf16();
  }
  const bytes = Buffer.byteLength(text);
  write("latin1", text.length, bytes);
  if (bytes > text.length) wasm.latin1(text.length);
  return bytes;
});

/**
 * Judges any number of messages on worker threads, each as what it is: a Bundle as `validateBundle` does, any other resource as
 * `validateResource` does. Results come in the order of the messages. No more than 192 messages for each thread are pulled ahead of what
 * was taken, so memory stays flat. However the loop ends, all threads end with it.
 *
 * ```js
 * for await (const { index, report } of validateMany(messages)) if (!report.valid) console.log(index, report.counts);
 * ```
 *
 * The loop throws what `messages` throws, behind the results of the messages before; the reason of `options.signal`; a `TypeError` for a
 * message of the wrong kind, named by its index; and an `Error` when a thread ends early, which names the messages that it had.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function validateMany(
  messages: AsyncIterable<MessageInput> | Iterable<MessageInput>,
  options?: ManyOptions,
): AsyncGenerator<ManyResult, void, undefined> {
  return onThreads(module, messages, options);
}

/** Does nothing in Node, where the module is ready at once; one snippet then runs on every platform. */
export default async function init(): Promise<void> {}

/** Does nothing in Node. */
export function initSync(): void {}
