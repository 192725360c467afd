/** What leaves the page besides sending: copies, files, and a link. Each only when its button is pressed. */
import { element } from "../dom.js";
import type { ValidationReport } from "../fhirpost.js";
import { copy, saveFile } from "../hand-over.js";
import type { Message } from "../message.js";
import type { Panel } from "../panel.js";
import { texts } from "../texts.js";
import type { Tools } from "../workers/tools.js";
import { LinkMaker } from "./link-maker.js";

// The names hold nothing of the message: names of files turn up in many places.
const FILES = { message: "message.json", report: "report.json", outcome: "operation-outcome.json" };

export function create(message: Message, tools: Tools): Panel {
  return new SharePanel(message, tools);
}

/** Why something cannot be had, in words for who asked for it. */
class Refusal extends Error {}

class SharePanel implements Panel {
  readonly element: HTMLElement;
  readonly #message: Message;
  readonly #tools: Tools;
  readonly #status = element("p", { class: "share-status", role: "status" });
  readonly #withoutValues = element("input", { type: "checkbox", id: "share-without-values" });

  constructor(message: Message, tools: Tools) {
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
          this.#button(share.copyMessage, () => this.#copy(this.#text(), share.copied.message)),
          this.#button(share.downloadMessage, () => this.#download(FILES.message, this.#text())),
        ),
      ),
      section(
        share.report,
        share.reportHint,
        element("label", { class: "share-choice", for: "share-without-values" }, this.#withoutValues, share.withoutValues),
        buttons(
          this.#button(share.copyOutcome, () => this.#copy(this.#outcome(), share.copied.outcome)),
          this.#button(share.downloadReport, () => this.#download(FILES.report, this.#reportText())),
          this.#button(share.downloadOutcome, () => this.#download(FILES.outcome, this.#outcome())),
        ),
      ),
      section(share.link, share.linkHint, new LinkMaker(message, (text) => this.#say(text)).element),
      this.#status,
    );
  }

  hide(): void {
    this.#say("");
  }

  #button(name: string, press: () => Promise<void>): HTMLButtonElement {
    const button = element("button", { type: "button" }, name);
    button.addEventListener("click", () => void press());
    return button;
  }

  async #copy(text: Promise<string>, said: string): Promise<void> {
    try {
      // Its own reason comes first: the browser would only say that there was nothing to copy.
      await Promise.all([text, copy(text)]);
      this.#say(said);
    } catch (error) {
      this.#say(error instanceof Refusal ? error.message : texts.share.copyFailed);
    }
  }

  async #download(name: string, text: Promise<string>): Promise<void> {
    try {
      saveFile(name, await text);
      this.#say(texts.share.downloaded(name));
    } catch (error) {
      this.#say(error instanceof Refusal ? error.message : texts.share.failed);
    }
  }

  async #text(): Promise<string> {
    const { text } = this.#message;
    if (text.trim() === "") throw new Refusal(texts.share.empty);
    return text;
  }

  async #report(): Promise<ValidationReport> {
    const text = await this.#text();
    if (this.#withoutValues.checked) {
      return this.#tools.ask("validate", [text, this.#message.asMessage, false]);
    }
    const { report } = await this.#message.checked();
    if (report === undefined) throw new Refusal(texts.share.unchecked);
    return report;
  }

  async #reportText(): Promise<string> {
    return asText(await this.#report());
  }

  async #outcome(): Promise<string> {
    return asText(await this.#tools.ask("toOperationOutcome", [await this.#report()]));
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }
}

const asText = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

const buttons = (...made: HTMLElement[]) => element("div", { class: "buttons" }, ...made);

function section(heading: string, hint: string, ...content: HTMLElement[]): HTMLElement {
  return element("section", {}, element("h3", {}, heading), element("p", { class: "hint muted" }, hint), ...content);
}
