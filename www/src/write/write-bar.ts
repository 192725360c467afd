/** What stands above the editor: the ways to get a message into it. Text that someone typed is then one undo away, and the page says so. */
import { element } from "../dom.js";
import type { Message } from "../message.js";
import { texts } from "../texts.js";
import type { Tools } from "../tools.js";
import { type Example, examples } from "./examples.js";

export class WriteBar {
  readonly element: HTMLElement;
  readonly notice = element("div", { class: "notice", role: "status" });
  readonly #message: Message;
  readonly #undo = element("button", { type: "button", class: "quiet" }, texts.examples.undo);
  #loaded: string | undefined;

  constructor(message: Message, _tools: Tools) {
    this.#message = message;
    this.#undo.addEventListener("click", () => message.undo());
    message.onChange((text) => {
      if (text !== this.#loaded) this.notice.replaceChildren();
    });
    this.element = element(
      "div",
      { class: "examples", role: "group", "aria-label": texts.examples.label },
      element("span", { class: "muted" }, texts.examples.label),
      ...examples.map((example) => {
        const button = element("button", { type: "button" }, example.name);
        button.addEventListener("click", () => void this.#choose(example));
        return button;
      }),
    );
  }

  /** Whether this text holds a person's work, and is no example as it was loaded. */
  holdsWork(text: string): boolean {
    return text.trim() !== "" && text !== this.#loaded;
  }

  async #choose(example: Example): Promise<void> {
    let text: string;
    try {
      text = await example.load();
    } catch {
      this.notice.replaceChildren(texts.examples.failed);
      return;
    }
    const replacesWork = this.holdsWork(this.#message.text);
    this.#loaded = text;
    if (this.#message.text !== text) this.#message.replace(text);
    this.notice.replaceChildren(...(replacesWork ? [element("span", {}, texts.examples.replaced(example.name)), this.#undo] : []));
    this.#message.focus();
  }
}
