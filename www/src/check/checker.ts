/** The page's end of the check. Of several texts that wait for a check, only the newest is checked. */
import type { Suppression } from "../fhirpost.js";
import type { CheckResult } from "../message.js";
import { checkWorker } from "../workers.js";

type Subject = { text: string; message: boolean; suppress: Suppression[] };

/** One frame: several changes of one keystroke are checked together. In milliseconds. */
const DELAY = 16;
/** A long message is checked when typing pauses: each check takes as long, and handing the text over holds up the keys. */
const MAX_DELAY = 500;

/** Whether the worker's script does not load: nothing will ever answer. */
let isBroken = false;

export class Checker {
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The newest text, until its check begins. */
  #next: Subject | undefined;
  #checking = false;
  /** How long the last check took. */
  #took = 0;
  readonly #onChecked: (checked: CheckResult) => void;

  constructor(onChecked: (checked: CheckResult) => void) {
    this.#onChecked = onChecked;
  }

  /** Checks this text soon, unless a newer one comes. */
  check(text: string, message: boolean, suppress: Suppression[]): void {
    this.#next = { text, message, suppress };
    if (!isBroken) checkWorker.start();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#checkNext(), Math.min(Math.max(DELAY, this.#took), MAX_DELAY));
  }

  /** Nobody looks at this text any more: what is not begun is left, and what was kept for it goes. */
  close(): void {
    clearTimeout(this.#timer);
    this.#next = undefined;
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

  async #ask({ text, message, suppress }: Subject): Promise<Pick<CheckResult, "report" | "milliseconds" | "works">> {
    if (isBroken) return { works: false };
    try {
      return await checkWorker.ask("check", [text, message, suppress]);
    } catch (error) {
      const { name } = error as Error;
      isBroken = name === "AbortError";
      // It can be too much for the core; a fresh one is there for the next text.
      return { works: name === "CoreError" };
    }
  }
}
