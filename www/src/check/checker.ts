/** The page's end of the worker. Of several texts that wait for a check, only the newest is checked. */
import type { ValidationReport } from "../fhirpost.js";
import { ownScript } from "../trusted-types.js";
import type { Question, Reply } from "./check.worker.js";
import workerScript from "./check.worker.ts?worker&url";

export interface Checked {
  text: string;
  /** Whether it was judged as a message, whatever it is. */
  message?: boolean;
  /** Absent when the checker does not work, or could not finish this text. */
  report?: ValidationReport;
  /** Whether it works for other texts. */
  works?: boolean;
  milliseconds?: number;
}

type Subject = { text: string; message: boolean };

/** One frame: several changes of one keystroke are checked together. In milliseconds. */
const DELAY = 16;
/** A long message is checked when typing pauses: each check takes as long, and handing the text over holds up the keys. */
const MAX_DELAY = 500;
/** The worker starts when the page stands, or with the first text: what it has to load and compile would be in the page's way. */
const IDLE = 500;

export class Checker {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #lastId = 0;
  #broken = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The newest text, until its check begins. */
  #next: Subject | undefined;
  #checking = false;
  /** How long the last check took. */
  #took = 0;
  readonly #onChecked: (checked: Checked) => void;

  constructor(onChecked: (checked: Checked) => void) {
    this.#onChecked = onChecked;
    setTimeout(() => this.#started(), IDLE);
  }

  /** Checks this text soon, unless a newer one comes. */
  check(text: string, message: boolean): void {
    this.#next = { text, message };
    this.#started();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#checkNext(), Math.min(Math.max(DELAY, this.#took), MAX_DELAY));
  }

  async #checkNext(): Promise<void> {
    if (this.#checking || this.#next === undefined) return;
    const subject = this.#next;
    this.#next = undefined;
    this.#checking = true;
    const reply = await this.#ask(subject);
    this.#checking = false;
    this.#took = "report" in reply ? reply.milliseconds : 0;
    // A newer text is on its way: marks for the old one would only flicker.
    if (this.#next === undefined) {
      const told = "report" in reply ? { report: reply.report, milliseconds: reply.milliseconds } : { works: reply.works };
      this.#onChecked({ ...subject, ...told });
    }
    this.#checkNext();
  }

  #ask(subject: Subject): Promise<Reply> {
    const id = ++this.#lastId;
    if (this.#broken) return Promise.resolve({ id, works: false });
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#started().postMessage({ id, ...subject } satisfies Question);
    });
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(ownScript(workerScript), { type: "module" });
    worker.addEventListener("message", (event: MessageEvent<Reply>) => {
      this.#waiting.get(event.data.id)?.(event.data);
      this.#waiting.delete(event.data.id);
    });
    // The script of the worker did not load: nothing will ever answer, so everyone who waits is told.
    worker.addEventListener("error", () => {
      this.#broken = true;
      for (const [id, resolve] of this.#waiting) resolve({ id, works: false });
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }
}
