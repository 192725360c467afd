/** What leaves the page besides sending: copies, files, and a link. Each only when its button is pressed. */
import { button, copy, element, icon, jsonText, saveFile } from "../dom.js";
import type { ValidationReport } from "../fhirpost.js";
import type { OpenMessage } from "../message.js";
import type { Panel } from "../tabs.js";
import { texts } from "../texts.js";
import type { Tools } from "../tools.js";
import { LINK_MARK } from "../write/incoming-text.js";
import { LONG, pack, TOO_LONG } from "./link.js";

// The names hold nothing of the message: names of files turn up in many places.
const FILES = { message: "message.json", report: "report.json", outcome: "operation-outcome.json" };

export function create(message: OpenMessage, tools: Tools): Panel {
  return new SharePanel(message, tools);
}

/** Why something cannot be had, in words for who asked for it. */
class Unavailable extends Error {}

class SharePanel implements Panel {
  readonly element: HTMLElement;
  readonly #message: OpenMessage;
  readonly #tools: Tools;
  readonly #status = element("p", { class: "share-status", role: "status" });
  readonly #withoutValues = element("input", { type: "checkbox", id: "share-without-values" });

  constructor(message: OpenMessage, tools: Tools) {
    this.#message = message;
    this.#tools = tools;
    const { share } = texts;
    this.element = element(
      "div",
      { class: "share" },
      section(
        share.message,
        share.messageHint,
        buttons(
          button(share.copyMessage, () => void this.#copy(this.#text(), share.copied.message)),
          button(share.downloadMessage, () => void this.#download(FILES.message, this.#text())),
        ),
      ),
      section(
        share.report,
        share.reportHint,
        element("label", { class: "share-choice", for: "share-without-values" }, this.#withoutValues, share.withoutValues),
        buttons(
          button(share.copyOutcome, () => void this.#copy(this.#outcome(), share.copied.outcome)),
          button(share.downloadReport, () => void this.#download(FILES.report, this.#reportText())),
          button(share.downloadOutcome, () => void this.#download(FILES.outcome, this.#outcome())),
        ),
      ),
      section(share.link, share.linkHint, new LinkMaker(message, (text) => this.#say(text)).element),
      this.#status,
    );
  }

  hide(): void {
    this.#say("");
  }

  async #copy(text: Promise<string>, said: string): Promise<void> {
    try {
      // Its own reason comes first: the browser would only say that there was nothing to copy.
      await Promise.all([text, copy(text)]);
      this.#say(said);
    } catch (error) {
      this.#say(error instanceof Unavailable ? error.message : texts.share.copyFailed);
    }
  }

  async #download(name: string, text: Promise<string>): Promise<void> {
    try {
      saveFile(name, await text);
      this.#say(texts.share.downloaded(name));
    } catch (error) {
      this.#say(error instanceof Unavailable ? error.message : texts.share.failed);
    }
  }

  async #text(): Promise<string> {
    const { text } = this.#message;
    if (text.trim() === "") throw new Unavailable(texts.share.empty);
    return text;
  }

  async #report(): Promise<ValidationReport> {
    const text = await this.#text();
    if (this.#withoutValues.checked) {
      return this.#tools.ask("validate", [text, this.#message.asMessage, false]);
    }
    const { report } = await this.#message.checked();
    if (report === undefined) throw new Unavailable(texts.share.unchecked);
    return report;
  }

  async #reportText(): Promise<string> {
    return jsonText(await this.#report());
  }

  async #outcome(): Promise<string> {
    return jsonText(await this.#tools.ask("toOperationOutcome", [await this.#report()]));
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }
}

const buttons = (...made: HTMLElement[]) => element("div", { class: "buttons" }, ...made);

function section(heading: string, hint: string, ...content: HTMLElement[]): HTMLElement {
  return element("section", {}, element("h3", {}, heading), element("p", { class: "hint muted" }, hint), ...content);
}

/** Makes a link that holds the message: only after a warning, and a second press. */
class LinkMaker {
  readonly element = element("div", { class: "share-link" });
  readonly #message: OpenMessage;
  readonly #say: (text: string) => void;
  readonly #begin = element("button", { type: "button" }, texts.share.makeLink);
  /** The text that the link holds, while one is shown. */
  #linked: string | undefined;

  constructor(message: OpenMessage, say: (text: string) => void) {
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
      link = location.origin + location.pathname + location.search + LINK_MARK + (await pack(text));
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
