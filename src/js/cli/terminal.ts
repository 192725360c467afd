/** What is written where people read it: texts that a terminal does not obey, output, progress, numbers. */
import { once } from "node:events";
import type { Writable } from "node:stream";

/**
 * File names, and what a message or a receiver says, come from outside: a terminal obeys some of their characters, and others turn the
 * order of the text, so that it reads as something else. They are written as escapes.
 */
const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The same of a text on several lines. */
const OBEYED_BUT_LINE_ENDS = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The text on one line, with nothing in it that a terminal would obey. What JSON says stays the same. */
export function printable(text: string): string {
  return text.replace(OBEYED, escaped);
}

/** One object on one line. */
export function jsonLine(value: object): string {
  return `${printable(JSON.stringify(value))}\n`;
}

/** Says something beside the output. */
export function tell(text: string): void {
  process.stderr.write(`fhirpost: ${printable(text)}\n`);
}

/** The text of a message, as it is; only where a terminal would show it, with escapes, which mean the same in JSON. */
export function shownOn(stream: { isTTY?: boolean }, text: string): string {
  return stream.isTTY ? text.replace(OBEYED_BUT_LINE_ENDS, escaped) : text;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

const PIECE = 64 * 1024;

/** A stream that is written in large pieces, no faster than it is read. */
export class Output {
  readonly #stream: Writable;
  readonly #before: () => void;
  #text = "";
  #flushing = false;

  /** @param before is called before anything is written. */
  constructor(stream: Writable, before: () => void) {
    this.#stream = stream;
    this.#before = before;
  }

  async write(text: string): Promise<void> {
    if (text === "") return;
    this.#text += text;
    if (this.#text.length >= PIECE) return this.flush();
    if (this.#flushing) return;
    this.#flushing = true;
    // What is there goes out soon, also when the next message is still to come.
    setImmediate(() => {
      this.#flushing = false;
      this.#put();
    });
  }

  async flush(): Promise<void> {
    if (!this.#put()) await once(this.#stream, "drain");
  }

  #put(): boolean {
    if (this.#text === "" || this.#stream.destroyed) return true;
    this.#before();
    const text = this.#text;
    this.#text = "";
    return this.#stream.write(text);
  }
}

/** Aborts when nobody reads any more what is written, as behind `| head`. */
export function untilClosed(stdout: NodeJS.WriteStream): AbortSignal {
  const closed = new AbortController();
  stdout.on("error", (error) => closed.abort(error));
  return closed.signal;
}

/** Work that is done sooner needs none, in milliseconds. */
const PATIENCE = 1000;
const INTERVAL = 100;
const WIDTH = 24;
const CLEAR = "\r\u001b[K";

/** How far the work is, on one line of a terminal that is written over and over. */
export class Progress {
  readonly #terminal: NodeJS.WriteStream | undefined;
  readonly #total: number | undefined;
  readonly #start = performance.now();
  #last = this.#start + PATIENCE - INTERVAL;
  #shown = false;

  /**
   * @param terminal Where it is shown; nowhere when it is not a terminal.
   * @param total How many bytes there are, when that is known.
   */
  constructor(terminal: NodeJS.WriteStream | undefined, total: number | undefined) {
    this.#terminal = terminal?.isTTY ? terminal : undefined;
    this.#total = total;
  }

  tell({ messages, bytes }: { messages: number; bytes: number }): void {
    const now = performance.now();
    if (this.#terminal === undefined || now - this.#last < INTERVAL) return;
    this.#last = now;
    this.#shown = true;
    const rate = Math.round(messages / ((now - this.#start) / 1000));
    this.#terminal.write(`${CLEAR}${this.#bar(bytes)}${messages.toLocaleString("en")} messages, ${rate.toLocaleString("en")}/s`);
  }

  clear(): void {
    if (this.#shown) this.#terminal?.write(CLEAR);
    this.#shown = false;
  }

  #bar(bytes: number): string {
    if (!this.#total) return "";
    const part = Math.min(bytes / this.#total, 1);
    const done = Math.round(part * WIDTH);
    return `[${"#".repeat(done)}${" ".repeat(WIDTH - done)}] ${Math.floor(part * 100)} %, `;
  }
}

/** Numbers as people read them. */
export const number = (value: number) => Math.round(value).toLocaleString("en");

/** `1 message`, `2 messages`. */
export const count = (value: number, noun: string) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
