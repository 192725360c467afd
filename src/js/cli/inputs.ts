/** What a command reads: the files that the names on the command line stand for, and the messages in them. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, sep } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { inWords, LONGEST, linesOf, wholeOf } from "./files.js";

export interface Input {
  /** What it is called in the output: the path as it was given or found. */
  name: string;
  /** Where it is read, unless that is stdin. */
  path?: string;
  /** Its length in bytes, where that is known beforehand. */
  bytes?: number;
  /** Whether each line is a message. */
  lines: boolean;
}

/** What is taken from a folder; not from `node_modules` in it, whose JSON is of another kind. */
const KINDS = "**/*.{json,ndjson,jsonl}";
/** The same of definitions. */
export const DEFINITION_KINDS = "**/*.{json,ndjson,jsonl,xml}";

/** The inputs in the order of their names, each once; names that match nothing are told. */
export async function findInputs(names: string[], ndjson: boolean, trouble: (text: string) => void, kinds = KINDS): Promise<Input[]> {
  const found = new Map<string, Input>();
  for (const name of names) {
    if (name === "-") {
      found.set(name, { name: "stdin", lines: ndjson });
      continue;
    }
    const paths = await pathsOf(name, kinds);
    if (paths.length === 0) trouble(`nothing matches ${name}`);
    for (const path of paths) {
      try {
        const { size } = await stat(path);
        found.set(path, { name: path, path, bytes: size, lines: ndjson || /\.(ndjson|jsonl)$/i.test(path) });
      } catch (error) {
        trouble(`${path}: ${inWords(error)}`);
      }
    }
  }
  return [...found.values()];
}

async function pathsOf(name: string, kinds: string): Promise<string[]> {
  // A file may be called like a glob: it comes first.
  const there = await stat(name).catch(() => undefined);
  if (there?.isDirectory()) {
    const folder = name.replace(/[\\/]+$/, "");
    const inside = await glob(kinds, { cwd: name, caseSensitiveMatch: false, ignore: "**/node_modules/**" });
    return inside.sort().map((path) => `${folder}/${path}`);
  }
  if (there !== undefined || !isDynamicPattern(name)) return [name];
  // In a glob the backslash takes a character's meaning away; only Windows parts folders by it.
  const pattern = sep === "\\" ? name.replaceAll(sep, "/") : name;
  return (await glob(pattern, { expandDirectories: false, absolute: isAbsolute(name) })).sort();
}

/** How many bytes there are, unless one of the inputs does not say. */
export function totalOf(inputs: Input[]): number | undefined {
  return inputs.reduce<number | undefined>((sum, { bytes }) => (sum === undefined || bytes === undefined ? undefined : sum + bytes), 0);
}

/** Where a message is. */
export interface Place {
  file: string;
  /** The line of the file on which it is, when each line is a message. */
  line?: number;
}

export interface PlacedMessage {
  place: Place;
  bytes: Uint8Array;
}

/** `file`, or `file:line`. */
export const nameOf = ({ file, line }: Place) => (line === undefined ? file : `${file}:${line}`);

/** What cannot be read is told, and passed over. */
export async function* messagesOf(inputs: Input[], trouble: (text: string) => void): AsyncGenerator<PlacedMessage> {
  for (const input of inputs) {
    try {
      if (input.lines) {
        for await (const { number, bytes } of linesOf(piecesOf(input))) yield { place: { file: input.name, line: number }, bytes };
      } else {
        yield { place: { file: input.name }, bytes: await readWhole(input) };
      }
    } catch (error) {
      trouble(`${input.name}: ${inWords(error)}`);
    }
  }
}

/** The messages alone, for a consumer whose results come in their order. */
export class PlacedMessages implements AsyncIterable<Uint8Array> {
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

/** Its bytes, as they come. */
export function piecesOf({ path }: Input): AsyncIterable<Uint8Array> {
  return path === undefined ? process.stdin : createReadStream(path, { highWaterMark: 256 * 1024 });
}

function readWhole(input: Input): Promise<Uint8Array> {
  const { path, bytes = 0 } = input;
  return path === undefined || bytes > LONGEST ? wholeOf(piecesOf(input)) : readFile(path);
}
