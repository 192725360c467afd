/**
 * What comes from elsewhere (an example, a file, the form, a link) takes the place of the text in the editor here, and nowhere else: so
 * that text which someone typed is always one undo away, and the page says so.
 */
import { element } from "../dom.js";
import type { Message } from "../message.js";
import { Notice } from "../notice.js";
import { texts } from "../texts.js";

export class Replacing {
  readonly #notice = new Notice("notice");
  readonly notice = this.#notice.element;
  readonly #message: Message;
  readonly #undo = element("button", { type: "button", class: "quiet" }, texts.write.bringBack);
  /** The text as it came, and as nobody has changed it since. */
  #arrived: string | undefined;
  #isWork = false;
  /** Work whose place another text has taken: only undoing brings it back. */
  #replaced: string | undefined;
  #replacing = false;

  constructor(message: Message) {
    this.#message = message;
    this.#undo.addEventListener("click", () => message.undo());
    message.onChange((text) => {
      if (text === this.#replaced) this.#replaced = undefined;
      if (!this.#replacing && text !== this.#arrived) this.#notice.clear();
    });
  }

  /** Whether this text is a person's work that can be had nowhere else: an example or a file that nobody changed can. */
  holdsWork(text: string): boolean {
    return text.trim() !== "" && (this.#isWork || text !== this.#arrived);
  }

  /** Whether leaving the page would lose work that can be brought back now. */
  get holdsReplaced(): boolean {
    return this.#replaced !== undefined && this.#message.canUndo;
  }

  /**
   * Puts a text in place.
   * @param said What the page says of it when it replaced someone's work; `always` says it in any case.
   */
  put(text: string, said: string, { always = false, isWork = false } = {}): void {
    const before = this.#message.text;
    const replacesWork = this.holdsWork(before);
    this.#replacing = true;
    try {
      if (before !== text) this.#message.replace(text);
    } finally {
      this.#replacing = false;
    }
    // As the editor has it: it writes every end of a line in its own way.
    this.#arrived = this.#message.text;
    this.#isWork = isWork;
    if (replacesWork && before !== this.#arrived) this.#replaced = before;
    if (replacesWork && before !== this.#arrived) this.say(`${said} ${texts.write.replaced}`, this.#undo);
    else this.say(always ? said : "");
    this.#message.focus();
  }

  /** Says something above the editor, until the text changes or someone closes it. */
  say(text: string, ...more: Node[]): void {
    this.#notice.say(text, ...more);
  }
}
