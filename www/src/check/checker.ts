/** The page's end of the check. Of several texts that wait for a check, only the newest is checked. */
import type { ChangeSet } from "@codemirror/state";
import type { Suppression, TextEdit } from "../fhirpost.js";
import type { CheckResult } from "../message.js";
import { checkWorker } from "../workers.js";

interface Subject {
  text: string;
  message: boolean;
  suppress: Suppression[];
  /** From the text before it that was checked, or is: absent where that is not what makes it. */
  changes?: ChangeSet | undefined;
}

/** The text that the worker keeps while somebody types in it, and how it is checked. */
type Draft = Pick<Subject, "message" | "suppress"> & { id: number };

/** One frame: several changes of one keystroke are checked together. In milliseconds. */
const DELAY = 16;
/** A long message is checked when typing pauses: each check takes as long, and handing the text over holds up the keys. */
const MAX_DELAY = 500;

/** Whether the worker's script does not load: nothing will ever answer. */
let isBroken = false;

/** Of all texts that are open. */
let lastDraft = 0;

export class Checker {
  #draft: Draft | undefined;
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

  /**
   * Checks this text soon, unless a newer one comes.
   * @param changes What has made it of the text of the last call; absent where that is the same text.
   */
  check(text: string, message: boolean, suppress: Suppression[], changes?: ChangeSet): void {
    const before = this.#next;
    const all = before === undefined || changes === undefined ? changes : before.changes?.compose(changes);
    this.#next = { text, message, suppress, changes: all };
    if (!isBroken) checkWorker.start();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#checkNext(), Math.min(Math.max(DELAY, this.#took), MAX_DELAY));
  }

  /** Nobody looks at this text any more: what is not begun is left, and what was kept for it goes. */
  close(): void {
    clearTimeout(this.#timer);
    this.#next = undefined;
    if (this.#draft !== undefined) checkWorker.tell("forget", [this.#draft.id]);
    this.#draft = undefined;
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
    const { text, message, suppress } = subject;
    if (this.#next === undefined) this.#onChecked({ text, message, suppress, ...told });
    this.#checkNext();
  }

  async #ask(subject: Subject): Promise<Pick<CheckResult, "report" | "milliseconds" | "works">> {
    if (isBroken) return { works: false };
    try {
      return await this.#report(subject);
    } catch (error) {
      this.#draft = undefined;
      const { name } = error as Error;
      isBroken = name === "AbortError";
      // It can be too much for the core; a fresh one is there for the next text.
      return { works: name === "CoreError" };
    }
  }

  /** A text that came whole is checked whole. The first key in it makes a draft of it, and each key after that costs what it changes. */
  async #report({ text, message, suppress, changes }: Subject) {
    const draft = this.#draft;
    const edits = changes === undefined ? undefined : editsOf(changes);
    if (edits === undefined) {
      this.#draft = undefined;
      return checkWorker.ask("check", [text, message, suppress]);
    }
    if (draft?.message === message && draft.suppress === suppress) {
      const told = await checkWorker.ask("edit", [draft.id, edits]);
      if (told !== undefined) return told;
    }
    this.#draft = { id: ++lastDraft, message, suppress };
    return checkWorker.ask("begin", [this.#draft.id, text, message, suppress]);
  }
}

/** The changes as edits of the text before; none where more is new than has stayed. */
function editsOf(changes: ChangeSet): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  let put = 0;
  changes.iterChanges((start, end, _from, _to, inserted) => {
    put += inserted.length;
    edits.push({ start, end, text: inserted.toString() });
  });
  return put * 2 > changes.newLength ? undefined : edits;
}
