/** Composing a message: choose an event, fill a short form, and get a message into the editor. What was typed stays while the page is open. */
import { button, element, icon } from "../../dom.js";
import { type Demand, randomUuid } from "../../fhirpost.js";
import { Dialog } from "../../notices.js";
import { texts } from "../../texts.js";
import type { Tools } from "../../tools.js";
import type { IncomingText } from "../incoming-text.js";
import { shapeJson } from "../json-text.js";
import { type Choice, choice, demandInWords, ends, eventOf, referral, sample } from "./composition.js";
import { ComposeForm, type FieldView } from "./form.js";

export class ComposeDialog {
  readonly #incoming: IncomingText;
  readonly #tools: Tools;
  readonly #dialog: Dialog;
  readonly #form = new ComposeForm();
  readonly #event = element("select", { id: "compose-event" });
  readonly #demands = element("div", { class: "demands" });
  readonly #summary = element("div", { class: "compose-summary", role: "alert" });
  readonly #said = element("div", { class: "compose-said", role: "status" });
  readonly #submit = element("button", { type: "submit", class: "primary" }, texts.compose.submit);
  #choices: Choice[] = [];
  /** Who presses a button before the events are there is served once they are. */
  #loading: Promise<void> | undefined;
  #hasNewInput = false;

  constructor(incoming: IncomingText, tools: Tools) {
    this.#incoming = incoming;
    this.#tools = tools;
    const form = element(
      "form",
      { class: "compose-form", novalidate: "", autocomplete: "off" },
      element(
        "div",
        { class: "compose-body", tabindex: "-1" },
        element("p", { class: "muted compose-intro" }, texts.compose.intro),
        element(
          "div",
          { class: "compose-top" },
          element("div", { class: "field" }, element("label", { for: "compose-event" }, texts.compose.event), this.#event),
          button(texts.compose.sample, () => void this.#fillSample()),
          button(texts.compose.clear, () => this.#clear()),
        ),
        this.#said,
        this.#demands,
        this.#summary,
        this.#form.element,
      ),
      element(
        "div",
        { class: "compose-foot" },
        this.#submit,
        button(texts.write.cancel, () => this.#dialog.close()),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#compose();
    });
    form.addEventListener("input", () => {
      this.#hasNewInput = true;
      this.#said.replaceChildren();
    });
    this.#event.addEventListener("change", () => this.#showEvent());
    this.#dialog = new Dialog("compose", texts.compose.heading, form);
  }

  /** Whether something was typed that no message was made of. */
  get holdsWork(): boolean {
    return this.#hasNewInput && this.#form.isFilled;
  }

  open(): void {
    this.#summary.replaceChildren();
    this.#dialog.open();
    this.#event.focus();
    if (this.#choices.length === 0) this.#loading = this.#loadEvents();
  }

  async #loadEvents(): Promise<void> {
    try {
      const known = await this.#tools.ask("events", []);
      this.#choices = [...known.map(choice), { kind: "other", name: texts.compose.anotherEvent }];
      this.#event.replaceChildren(...this.#choices.map(({ name }, at) => element("option", { value: String(at) }, name)));
      this.#showEvent();
    } catch {
      this.#summary.replaceChildren(texts.compose.eventsFailed);
    }
  }

  async #chosen(): Promise<Choice | undefined> {
    await this.#loading;
    return this.#choices[Number(this.#event.value)];
  }

  #showEvent(): void {
    const chosen = this.#choices[Number(this.#event.value)];
    if (chosen === undefined) return;
    this.#summary.replaceChildren();
    this.#form.kind = chosen.kind;
    this.#demands.replaceChildren(...demands(chosen));
  }

  async #fillSample(): Promise<void> {
    const chosen = await this.#chosen();
    if (chosen === undefined) return;
    const isFilled = this.#form.fill(sample(chosen.kind));
    this.#summary.replaceChildren();
    this.#said.replaceChildren(isFilled ? texts.compose.sampled : texts.compose.notSampled);
    if (isFilled) this.#submit.focus();
  }

  #clear(): void {
    const restore = this.#form.clear();
    this.#summary.replaceChildren();
    const back = element("button", { type: "button", class: "quiet" }, texts.write.bringBack);
    back.addEventListener("click", () => {
      restore();
      this.#said.replaceChildren();
      this.#form.first();
    });
    this.#said.replaceChildren(element("span", {}, texts.compose.cleared), back);
  }

  async #compose(): Promise<void> {
    const chosen = await this.#chosen();
    if (chosen === undefined || this.#submit.disabled) return;
    const faulty = this.#form.validate();
    this.#summary.replaceChildren(...summary(faulty));
    if (faulty.length > 0) return faulty[0]?.control.focus();
    this.#submit.disabled = true;
    try {
      const { text } = await this.#ask(chosen);
      // Cancelled meanwhile: the text in the editor stays, and so does what is in the form.
      if (!this.#dialog.element.open) return;
      this.#hasNewInput = false;
      this.#said.replaceChildren();
      this.#dialog.close();
      this.#incoming.put(shapeJson(text, "format").text ?? text, texts.compose.composed, { isWork: true, always: true });
    } catch (error) {
      this.#summary.replaceChildren(texts.compose.failed(error instanceof Error ? error.message : String(error)));
    } finally {
      this.#submit.disabled = false;
    }
  }

  #ask(chosen: Choice) {
    const { values } = this.#form;
    const event = eventOf(chosen, values);
    if (chosen.kind === "known" || chosen.kind === "other") {
      return this.#tools.ask("composeFromTexts", [event, ends(values), values.focus ?? "", values.resources ?? ""]);
    }
    return this.#tools.ask("compose", [event, referral(values, randomUuid)]);
  }
}

/** What the event's definition asks for; Netsmart's two have a form that gives it. */
function demands({ kind, known }: Choice): (Node | string)[] {
  if (kind === "other") return [element("p", { class: "muted" }, texts.compose.noDemands)];
  if (kind !== "known" || known === undefined) return [];
  const row = (name: string, list: Demand[]) =>
    list.length === 0
      ? []
      : [
          element("dt", {}, name),
          element("dd", { class: "chips" }, ...list.map((demand) => element("span", { class: "chip" }, demandInWords(demand)))),
        ];
  const { demands: heading, demandsFocus, demandsContent } = texts.compose;
  return [
    element("p", {}, heading),
    element("dl", { class: "facts" }, ...row(demandsFocus, known.focus), ...row(demandsContent, known.content)),
  ];
}

/** The fields that need a look, each as a way to it. */
function summary(faulty: FieldView[]): Node[] {
  if (faulty.length === 0) return [];
  const links = faulty.map((view) => {
    const link = element("button", { type: "button", class: "quiet" }, view.label);
    link.addEventListener("click", () => view.control.focus());
    return element("li", {}, link);
  });
  return [element("p", {}, icon("error"), texts.compose.faults(faulty.length)), element("ul", {}, ...links)];
}
