/** The page's end of the check. Of several texts that wait for a check, only the newest is checked. */
import type { CheckResult } from "../message.js";
import { WorkerClient } from "../workers/client.js";
import type { CheckOperations } from "./check.worker.js";
import workerScript from "./check.worker.ts?worker&url";

type Subject = { text: string; message: boolean };

/** One frame: several changes of one keystroke are checked together. In milliseconds. */
const DELAY = 16;
/** A long message is checked when typing pauses: each check takes as long, and handing the text over holds up the keys. */
const MAX_DELAY = 500;
/** The worker starts when the page is built, or with the first text: what it has to load and compile would be in the page's way. */
const IDLE = 500;

export class Checker {
  readonly #client = new WorkerClient<CheckOperations>(workerScript);
  #broken = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The newest text, until its check begins. */
  #next: Subject | undefined;
  #checking = false;
  /** How long the last check took. */
  #took = 0;
  readonly #onChecked: (checked: CheckResult) => void;

  constructor(onChecked: (checked: CheckResult) => void) {
    this.#onChecked = onChecked;
    setTimeout(() => this.#client.start(), IDLE);
  }

  /** Checks this text soon, unless a newer one comes. */
  check(text: string, message: boolean): void {
    this.#next = { text, message };
    if (!this.#broken) this.#client.start();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#checkNext(), Math.min(Math.max(DELAY, this.#took), MAX_DELAY));
  }

  async #checkNext(): Promise<void> {
    if (this.#checking || this.#next === undefined) return;
    const subject = this.#next;
    this.#next = undefined;
    this.#checking = true;
    const told = await this.#ask(subject);
    this.#checking = false;
    this.#took = told.milliseconds ?? 0;
    // A newer text is on its way: marks for the old one would only flicker.
    if (this.#next === undefined) this.#onChecked({ ...subject, ...told });
    this.#checkNext();
  }

  async #ask({ text, message }: Subject): Promise<Pick<CheckResult, "report" | "milliseconds" | "works">> {
    if (this.#broken) return { works: false };
    try {
      return await this.#client.ask("check", [text, message]);
    } catch (error) {
      const { name } = error as Error;
      // Its script did not load: nothing will ever answer.
      this.#broken = name === "AbortError";
      // It can be too much for the core; a fresh one is there for the next text.
      return { works: name === "CoreError" };
    }
  }
}
