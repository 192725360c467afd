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

export interface Placed {
  place: Place;
  bytes: Uint8Array;
}

/** `file`, or `file:line`. */
export const nameOf = ({ file, line }: Place) => (line === undefined ? file : `${file}:${line}`);

/** What cannot be read is told, and passed over. */
export async function* messagesOf(inputs: Input[], trouble: (text: string) => void): AsyncGenerator<Placed> {
  for (const input of inputs) {
    try {
      if (input.lines) {
        for await (const { number, bytes } of linesOf(open(input))) yield { place: { file: input.name, line: number }, bytes };
      } else {
        yield { place: { file: input.name }, bytes: await readWhole(input) };
      }
    } catch (error) {
      trouble(`${input.name}: ${inWords(error)}`);
    }
  }
}

/** The messages alone, for a consumer whose results come in their order. */
export class Messages implements AsyncIterable<Uint8Array> {
  readonly #inputs: Input[];
  readonly #trouble: (text: string) => void;
  /** Where the messages are that were read and have no result yet, oldest first. */
  readonly #places: Place[] = [];

  constructor(inputs: Input[], trouble: (text: string) => void) {
    this.#inputs = inputs;
    this.#trouble = trouble;
  }

  /** Where the next message is that gets a result. */
  nextPlace(): Place {
    const place = this.#places.shift();
    if (place === undefined) throw new Error("there are more results than messages");
    return place;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const { place, bytes } of messagesOf(this.#inputs, this.#trouble)) {
      this.#places.push(place);
      yield bytes;
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
