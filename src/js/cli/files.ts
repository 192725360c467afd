/**
 * Reading files: bytes in pieces as they come, made whole again (a text, or one line after the other); and what is said when that fails.
 */
import { readFile } from "node:fs/promises";

/** One byte more than the core reads: what is longer is told as too long, and is not held in memory to its end. */
export const LONGEST = 64 * 1024 * 1024 + 1;

const NEWLINE = 0x0a;
/** Space, tab and carriage return. */
const BLANK = [0x20, 0x09, 0x0d];

interface Line {
  /** Its number, from 1. */
  number: number;
  bytes: Uint8Array;
  /** Whether it holds nothing. */
  blank: boolean;
  /** Whether a line feed ends it, as all but the last one. */
  ended: boolean;
}

/** The lines that hold something. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  for await (const line of everyLine(pieces)) if (!line.blank) yield line;
}

/** All lines; the last one may be empty. */
export async function* everyLine(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let number = 1;
  const begun = new Pieces();
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
      const bytes = begun.close(piece.subarray(start, end));
      yield { number, bytes, blank: isBlank(bytes), ended: true };
      number += 1;
      start = end + 1;
    }
    begun.add(piece.subarray(start));
  }
  const bytes = begun.close(new Uint8Array());
  yield { number, bytes, blank: isBlank(bytes), ended: false };
}

/** All bytes, or one more than the core reads. */
export async function wholeOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts = new Pieces();
  for await (const piece of pieces) {
    parts.add(piece);
    if (parts.full) break;
  }
  return parts.close(new Uint8Array());
}

/** What has come of a text whose end is still to come. */
class Pieces {
  #parts: Uint8Array[] = [];
  #length = 0;

  get full(): boolean {
    return this.#length >= LONGEST;
  }

  add(part: Uint8Array): void {
    if (part.length === 0 || this.full) return;
    const fitting = part.subarray(0, LONGEST - this.#length);
    this.#parts.push(fitting);
    this.#length += fitting.length;
  }

  /** The whole text with its last part. Most lines have just that, and are not copied. */
  close(last: Uint8Array): Uint8Array {
    if (this.#parts.length === 0) return last;
    this.add(last);
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    return whole;
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => BLANK.includes(byte));
}

/** What the command cannot go on without could not be had: it ends with 2. The text quotes no message. */
export class TroubleError extends Error {}

/** Why something could not be read, in plain words. */
export function inWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code !== undefined && WORDS[code]) || message || String(error);
}

const WORDS: Record<string, string> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "it may not be read",
  EPERM: "it may not be read",
  EISDIR: "it is a folder",
  EIO: "the disk could not read it",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
};

/**
 * The bearer token of `--token-file`: a token is not an argument itself, since everybody on the machine can read those.
 * @throws {TroubleError} when there is none.
 */
export async function readTokenFile(path: string): Promise<string> {
  const content = await readFile(path, "utf8").catch((error) => {
    throw new TroubleError(`--token-file ${path}: ${inWords(error)}`);
  });
  if (content.trim() === "") throw new TroubleError(`--token-file ${path}: there is no token in it`);
  return content.trim();
}
