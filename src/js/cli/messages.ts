/** The messages of all inputs, one after the other, and where each comes from. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Input } from "./inputs.js";
import { LONGEST, linesOf, wholeOf } from "./lines.js";
import { inWords } from "./trouble.js";

/** Where a message is. */
export interface Place {
  file: string;
  /** The line of the file on which it is, when each line is a message. */
  line?: number;
}

export class Messages implements AsyncIterable<Uint8Array> {
  readonly #inputs: Input[];
  readonly #trouble: (text: string) => void;
  /** Where the messages are that were read and have no result yet, oldest first. */
  readonly #places: Place[] = [];

  constructor(inputs: Input[], trouble: (text: string) => void) {
    this.#inputs = inputs;
    this.#trouble = trouble;
  }

  /** Where the next message is that gets a result: results come in the order of the messages. */
  nextPlace(): Place {
    const place = this.#places.shift();
    if (place === undefined) throw new Error("there are more results than messages");
    return place;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (const input of this.#inputs) {
      try {
        if (input.lines) {
          for await (const { number, bytes } of linesOf(open(input))) {
            this.#places.push({ file: input.name, line: number });
            yield bytes;
          }
        } else {
          const bytes = await readWhole(input);
          this.#places.push({ file: input.name });
          yield bytes;
        }
      } catch (error) {
        this.#trouble(`${input.name}: ${inWords(error)}`);
      }
    }
  }
}

function open({ path }: Input): AsyncIterable<Uint8Array> {
  return path === undefined ? process.stdin : createReadStream(path, { highWaterMark: 256 * 1024 });
}

function readWhole(input: Input): Promise<Uint8Array> {
  const { path, bytes = 0 } = input;
  return path === undefined || bytes > LONGEST ? wholeOf(open(input)) : readFile(path);
}
