/** The messages of the caller, pulled one at a time; and `validateMany` on the thread that calls, where there are no worker threads. */
import { callable, check, insteadOf, isPlain, given as jsonOf, signal, VALIDATE, wholeNumber } from "../arguments.js";
import { CoreError } from "../core.js";
import { hand, readInput } from "../input.js";
import type { ManyOptions, ManyProgress, ManyResult } from "../types/many.js";
import type { MessageInput, ValidateOptions, ValidationReport } from "../types/validation.js";
import { isValidator, SmallValidator, using, usualValidator } from "../validator/small.js";

export type MessageSequence = AsyncIterable<MessageInput> | Iterable<MessageInput>;

/** @throws {TypeError} when it is nothing that messages could be pulled from. */
export function checkMessages(messages: unknown): asserts messages is MessageSequence {
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

/** More threads than any machine has processors only cost memory. */
const MOST_THREADS = 1024;

const MANY = { ...VALIDATE, validator: isValidator, concurrency: wholeNumber(1, MOST_THREADS), signal, onProgress: callable };

/** By the rules of the validator that is among them. */
export function checkManyOptions(options: unknown): ManyOptions {
  const { validator } = (isPlain(options) ? options : {}) as ManyOptions;
  return using(validator instanceof SmallValidator ? validator : usualValidator(), () => check(options, MANY) as ManyOptions);
}

export class Source {
  readonly #iterator: AsyncIterator<MessageInput> | Iterator<MessageInput>;
  readonly #async: boolean;
  /** Whether the iterator has said its last word, and must not be told to end. */
  #finished = false;
  #pulling = false;

  constructor(messages: MessageSequence) {
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

/** For how many milliseconds it works before events have their turn: a page draws 60 times a second. */
const SLICE = 8;

export function onCallingThread(messages: MessageSequence, options?: ManyOptions): AsyncGenerator<ManyResult, void, undefined> {
  checkMessages(messages);
  const { validator = usualValidator(), signal, onProgress, concurrency: _, ...given } = checkManyOptions(options);
  return validateInTurn(messages, validator, given, signal, onProgress);
}

async function* validateInTurn(
  messages: MessageSequence,
  validator: SmallValidator,
  given: ValidateOptions,
  signal?: AbortSignal,
  onProgress?: (progress: ManyProgress) => void,
): AsyncGenerator<ManyResult, void, undefined> {
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
    let validated: { bytes: number; text: string };
    try {
      validated = using(validator, ({ validate }) => {
        const handed = hand(input, given);
        return { bytes: handed.bytes, text: validate(handed, jsonOf({ ...given, ...input.form })) };
      });
    } catch (error) {
      throw error instanceof CoreError ? new CoreError(error.cause, `message ${index}`) : error;
    }
    const report = JSON.parse(validated.text) as ValidationReport;
    progress.messages += 1;
    progress.invalid += report.valid ? 0 : 1;
    progress.bytes += validated.bytes;
    yield { index, report };
    signal?.throwIfAborted();
  }
  onProgress?.({ ...progress });
}
