/** Makes a link that holds the message: only after a warning, and a second press. */
import { element } from "../dom.js";
import { copy } from "../hand-over.js";
import { icon } from "../icons.js";
import type { Message } from "../message.js";
import { texts } from "../texts.js";
import { LONG, linkTo, TOO_LONG } from "./link.js";

export class LinkMaker {
  readonly element = element("div", { class: "share-link" });
  readonly #message: Message;
  readonly #say: (text: string) => void;
  readonly #begin = element("button", { type: "button" }, texts.share.makeLink);
  /** The text that the link holds, while one is shown. */
  #linked: string | undefined;

  constructor(message: Message, say: (text: string) => void) {
    this.#message = message;
    this.#say = say;
    this.#begin.addEventListener("click", () => this.#warn());
    this.#rest();
    message.onChange((text) => {
      if (this.#linked === undefined || text === this.#linked) return;
      this.#rest();
      this.#say(texts.share.outdated);
    });
  }

  #rest(): void {
    this.#linked = undefined;
    this.element.replaceChildren(element("div", { class: "buttons" }, this.#begin));
  }

  #warn(): void {
    const isEmpty = this.#message.text.trim() === "";
    this.#say(isEmpty ? texts.share.empty : "");
    if (isEmpty) return;
    const confirm = element("button", { type: "button", class: "primary caution" }, texts.share.confirm);
    const cancel = element("button", { type: "button" }, texts.write.cancel);
    confirm.addEventListener("click", () => void this.#make());
    cancel.addEventListener("click", () => {
      this.#rest();
      this.#begin.focus();
    });
    const warning = element(
      "div",
      { class: "share-warning", role: "group", "aria-labelledby": "share-warning", tabindex: "-1" },
      element("p", { id: "share-warning" }, icon("warning"), element("strong", {}, texts.share.warning)),
      element("ul", {}, ...texts.share.warnings.map((text) => element("li", {}, text))),
      element("div", { class: "buttons" }, confirm, cancel),
    );
    this.element.replaceChildren(warning);
    // Not on the button that confirms: who pressed Enter once has not read this yet.
    warning.focus();
  }

  async #make(): Promise<void> {
    const { text } = this.#message;
    if (text.trim() === "") return this.#rest();
    let link: string;
    try {
      link = await linkTo(text, location.origin + location.pathname + location.search);
    } catch {
      return this.#say(texts.share.failed);
    }
    this.#rest();
    if (link.length > TOO_LONG) return this.#say(texts.share.linkTooLong(link.length));
    this.#linked = text;
    this.#show(link);
  }

  #show(link: string): void {
    // It holds the message: no browser is to keep it with its session.
    const off = { autocomplete: "off", spellcheck: "false" };
    const field = element("textarea", { id: "share-link", class: "share-address", readonly: "", rows: "3", ...off });
    field.value = link;
    const copyLink = element("button", { type: "button", class: "primary" }, texts.share.copyLink);
    copyLink.addEventListener("click", async () => {
      try {
        await copy(link);
        this.#say(texts.share.copied.link);
      } catch {
        field.select();
        this.#say(texts.share.copyFailed);
      }
    });
    const isLong = link.length > LONG;
    this.element.replaceChildren(
      element("label", { for: "share-link" }, texts.share.linkLabel),
      field,
      element("p", { class: "hint" }, texts.share.linkLength(link.length), ...(isLong ? [" ", texts.share.linkLong] : [])),
      element("div", { class: "buttons" }, copyLink),
    );
    copyLink.focus();
  }
}
