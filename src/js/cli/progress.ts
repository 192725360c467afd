/** How far the work is, on one line of a terminal that is written over and over. */
/** Work that is done sooner needs none, in milliseconds. */
const PATIENCE = 1000;
const INTERVAL = 100;
const WIDTH = 24;
const CLEAR = "\r\u001b[K";

export class Progress {
  readonly #terminal: NodeJS.WriteStream | undefined;
  readonly #total: number | undefined;
  readonly #start = performance.now();
  #last = this.#start + PATIENCE - INTERVAL;
  #shown = false;

  /**
   * @param terminal where it is shown; nowhere when it is none.
   * @param total how many bytes there are, when that is known.
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
