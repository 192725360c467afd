/** The entry for Node: the wasm lies beside this file and is ready as soon as the import is done. */
import { readFileSync } from "node:fs";
import { core, provide, room } from "./core.js";
import { handAnyText, handTextBy } from "./input.js";
import { onThreads } from "./many/threads.js";
import type { InitOptions, Start } from "./start.js";
import type { ManyOptions, ManyResult } from "./types/many.js";
import type { MessageInput } from "./types/validation.js";
import * as wasm from "./wasm/fhirpost.js";

export * from "./public.js";
export { type NodeListenerOptions, type NodeRequest, type NodeResponse, nodeListener } from "./receiver/node-listener.js";
export { type OpenSqliteStore, openSqliteStore } from "./receiver/open-sqlite-store.js";
export type { InitOptions } from "./start.js";

const module = new WebAssembly.Module(readFileSync(new URL("./fhirpost_bg.wasm", import.meta.url)));
provide(wasm, wasm.initSync({ module }).memory);
/** Whether a string has characters beyond Latin-1. V8 knows of one that it keeps as bytes that it has none, without looking through it. */
function isBeyondLatin1(text: string): boolean {
  if (!/[^\0-\xff]/.test(text)) return false;
  // What was matched last can be read from RegExp: not a message.
  /^/.test("");
  return true;
}

// V8 copies a string that it keeps as bytes ten times faster than it makes UTF-8 of it. The core makes that where the text lies, so the
// text is written at the end of the room.
handTextBy((text) => {
  const bytes = Buffer.byteLength(text);
  const { buffer, at } = room(bytes);
  const memory = Buffer.from(buffer, at, bytes);
  if (bytes === text.length) return memory.write(text, "latin1");
  if (!isBeyondLatin1(text)) {
    memory.write(text, bytes - text.length, "latin1");
    core().latin1(text.length);
    return bytes;
  }
  const written = memory.write(text, "utf8");
  // Half a surrogate pair is written as this character. To look for it takes a tenth of the time of asking the string.
  return memory.includes("\ufffd") ? handAnyText(text) : written;
});

/**
 * Validates any number of messages on worker threads, each as `options.as` says (default: as what it is). Results come in the order of the
 * messages. No more than 192 messages for each thread are pulled ahead of what was taken, so memory stays flat. However the loop ends, all
 * threads end with it.
 *
 * ```js
 * for await (const { index, report } of validateMany(messages)) if (!report.valid) console.log(index, report.counts);
 * ```
 *
 * The loop throws what `messages` throws, behind the results of the messages before; the reason of `options.signal`; a `TypeError` for a
 * message of the wrong kind, a `CoreError` for one that the core could not finish, each named by its index; and an `Error` when a thread
 * ends early, which names the messages that it had.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function validateMany(
  messages: AsyncIterable<MessageInput> | Iterable<MessageInput>,
  options?: ManyOptions,
): AsyncGenerator<ManyResult, void, undefined> {
  return onThreads(module, messages, options);
}

/** Does nothing in Node, where the module is ready at once; one snippet then runs on every platform, with the options that others need. */
export default async function init(_options?: InitOptions): Promise<void> {}

/** Does nothing in Node. */
export function initSync(_options?: Parameters<Start["initSync"]>[0]): void {}
