/** The messages of the caller, pulled one at a time. */
import { insteadOf } from "../kinds.js";
import type { MessageInput } from "../types.js";

export type Messages = AsyncIterable<MessageInput> | Iterable<MessageInput>;

/** @throws {TypeError} when it is nothing that messages could be pulled from. */
export function checkMessages(messages: unknown): asserts messages is Messages {
  const problem = "messages must be an Iterable or AsyncIterable of messages";
  if (typeof messages !== "object" || messages === null) throw new TypeError(problem);
  // Bytes can be iterated, but what comes are numbers.
  if (ArrayBuffer.isView(messages)) throw new TypeError(`${problem}, not one message`);
  // So can these, but what comes are characters or pairs.
  const isOther = /String|Map|Headers|URLSearchParams|FormData/.test(Object.prototype.toString.call(messages));
  if (isOther || (!(Symbol.asyncIterator in messages) && !(Symbol.iterator in messages))) {
    throw new TypeError(`${problem}${insteadOf(messages)}`);
  }
}

export class Source {
  readonly #iterator: AsyncIterator<MessageInput> | Iterator<MessageInput>;
  readonly #async: boolean;
  /** Whether the iterator has said its last word, and must not be told to end. */
  #finished = false;
  #pulling = false;

  constructor(messages: Messages) {
    this.#async = Symbol.asyncIterator in messages;
    this.#iterator = Symbol.asyncIterator in messages ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]();
  }

  /** The next message, or `undefined` at the end, which no message can be. */
  async next(): Promise<{ message: MessageInput } | undefined> {
    this.#pulling = true;
    try {
      const step = await this.#iterator.next();
      // As `for await` does: the promises in a plain iterable are waited for.
      if (step.done !== true) return { message: this.#async ? step.value : await step.value };
      this.#finished = true;
      return undefined;
    } catch (error) {
      this.#finished = true;
      throw error;
    } finally {
      this.#pulling = false;
    }
  }

  /** Tells the iterator that nothing more will be pulled. */
  async end(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    const ending = Promise.resolve(this.#iterator.return?.());
    // One that is asked for a message answers when that has come, which may be never.
    if (this.#pulling) ending.catch(() => {});
    else await ending;
  }
}
