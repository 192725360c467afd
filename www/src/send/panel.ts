/** Where the message goes, and the button that sends it. A message with errors needs a second press. */

import type { Checked } from "../check/checker.js";
import { countsInWords } from "../check/severity.js";
import { element } from "../dom.js";
import type { Panel } from "../panel.js";
import { texts } from "../texts.js";
import type { EditedMessage } from "../write/edited-message.js";
import { answerView } from "./answer-view.js";
import { readBaseUrl } from "./base-url.js";
import { type Exchange, post } from "./exchange.js";
import { readBody } from "./outcome.js";
import { type Reading, readAnswer, readFailure } from "./reading.js";

export class SendPanel implements Panel {
  readonly element = element("section", { class: "send", "aria-labelledby": "send-heading" });
  readonly #base = element("input", {
    id: "base",
    type: "url",
    autocomplete: "url",
    spellcheck: "false",
    "aria-describedby": "base-hint",
    required: "",
  });
  // A password field, so that the token is not read over a shoulder; autocomplete asks the browser not to store it.
  readonly #token = element("input", {
    id: "token",
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "token-hint",
    placeholder: texts.send.tokenPlaceholder,
  });
  readonly #send = element("button", { type: "submit", class: "primary" }, texts.send.button);
  readonly #cancel = element("button", { type: "button" }, texts.send.cancel);
  readonly #status = element("p", { class: "send-status", role: "status" });
  readonly #answer = element("div", { class: "answers" });
  readonly #message: EditedMessage;
  #running: AbortController | undefined;
  /** The text whose faults were shown: pressing again sends just that one. */
  #confirmed: string | undefined;

  constructor(message: EditedMessage) {
    this.#message = message;
    message.onChange(() => this.#textChanged());
    this.#base.value = `${location.origin}/fhir`;
    this.#cancel.hidden = true;
    this.#cancel.addEventListener("click", () => this.#running?.abort());
    const form = element(
      "form",
      { novalidate: "", autocomplete: "off" },
      element(
        "div",
        { class: "fields" },
        field(this.#base, texts.send.base, texts.send.baseHint),
        field(this.#token, texts.send.token, texts.send.tokenHint),
      ),
      element("div", { class: "buttons" }, this.#send, this.#cancel),
      this.#status,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    this.element.append(element("h2", { id: "send-heading", class: "visually-hidden" }, texts.send.heading), form, this.#answer);
  }

  /** The text has changed, so a confirmation for the old one no longer counts. */
  #textChanged(): void {
    if (this.#confirmed === undefined) return;
    this.#askAgain(undefined, "");
  }

  async send(): Promise<void> {
    if (this.#running !== undefined) return;
    const text = this.#message.text;
    if (text.trim() === "") return this.#say(texts.send.nothing, "warning");
    const base = readBaseUrl(this.#base.value);
    if ("fault" in base) {
      this.#base.focus();
      return this.#say(texts.send.badBase[base.fault], "error");
    }
    const token = this.#token.value.trim();
    if (!/^[\x21-\x7e]*$/.test(token)) {
      this.#token.focus();
      return this.#say(texts.send.badToken, "error");
    }
    const running = new AbortController();
    this.#running = running;
    try {
      const checked = await this.#message.checked();
      // Typed on while the check ran: what was pressed for is no longer what is there.
      if (checked.text !== this.#message.text) return;
      if (checked.report?.valid !== true && this.#confirmed !== text) return this.#askAgain(text, doubt(checked));
      await this.#exchange(base.address, token, checked, running.signal);
    } finally {
      this.#running = undefined;
    }
  }

  async #exchange(address: string, token: string, checked: Checked, signal: AbortSignal): Promise<void> {
    this.#askAgain(undefined, "");
    this.#answer.replaceChildren();
    this.#say(texts.send.sending(address), "busy");
    this.#send.disabled = true;
    this.#cancel.hidden = false;
    const exchange = await post(address, token, checked.text, signal);
    const reading = await this.#read(exchange, checked);
    const hadFocus = document.activeElement === this.#cancel;
    this.#send.disabled = false;
    this.#cancel.hidden = true;
    if (hadFocus) this.#send.focus();
    const status = exchange.kind === "answered" ? texts.answer.status(exchange.status, exchange.statusText) : "";
    // The view below shows the same to the eye; the status says it to a screen reader.
    this.#say([status, reading.headline, ...reading.resources.map(({ name }) => name)].filter(Boolean).join(" "), "done");
    const view = answerView(exchange, reading);
    this.#answer.replaceChildren(view);
    view.scrollIntoView({ block: "nearest" });
  }

  async #read(exchange: Exchange, sent: Checked): Promise<Reading> {
    if (exchange.kind !== "answered") return readFailure(exchange.kind);
    const [request, answer] = await Promise.all([this.#message.route(sent.text), this.#message.route(exchange.text)]);
    const focus = (request?.focus ?? []).map(({ type, id }) => `${type}/${id}`);
    return readAnswer(exchange, readBody(exchange.text), answer, { messageId: sent.report?.messageId, focus });
  }

  #askAgain(text: string | undefined, question: string): void {
    this.#confirmed = text;
    this.#send.textContent = text === undefined ? texts.send.button : texts.send.anyway;
    this.#send.classList.toggle("caution", text !== undefined);
    this.#say(question, "warning");
  }

  #say(text: string, tone: "warning" | "error" | "busy" | "done"): void {
    this.#status.textContent = text;
    this.#status.dataset.tone = tone;
    if (text !== "") this.#status.scrollIntoView({ block: "nearest" });
  }
}

function doubt({ report }: Checked): string {
  return report === undefined ? texts.send.confirmUnchecked : texts.send.confirmErrors(countsInWords(report.counts, ["fatal", "error"]));
}

function field(input: HTMLInputElement, label: string, hint: string): HTMLElement {
  return element(
    "div",
    { class: "field" },
    element("label", { for: input.id }, label),
    input,
    element("p", { class: "muted hint", id: `${input.id}-hint` }, hint),
  );
}
