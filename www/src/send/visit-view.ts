/** The list of what was sent in this visit, newest first. */
import { element } from "../dom.js";
import { saveFile } from "../hand-over.js";
import { texts } from "../texts.js";
import { button, disclosure } from "./fields.js";
import { outcomeOf, type Sending, type Visit } from "./visit.js";

/** Rows beyond these are in the export only. */
const ROWS = 200;

export class VisitView {
  readonly element: HTMLDetailsElement;
  readonly #heading = element("span");
  readonly #list = element("ol", { class: "sendings" });
  readonly #withTexts = element("input", { id: "with-texts", type: "checkbox" });

  constructor(
    readonly visit: Visit,
    readonly show: (sending: Sending) => void,
    readonly cleared: () => void,
  ) {
    this.element = disclosure(
      this.#heading,
      element("p", { class: "muted hint" }, texts.visit.hint),
      this.#list,
      element("label", { class: "tick" }, this.#withTexts, texts.visit.withTexts),
      element(
        "div",
        { class: "buttons small" },
        button(texts.visit.export, () => this.#export()),
        button(texts.visit.clear, () => this.#clear()),
      ),
    );
    this.render();
  }

  render(): void {
    const { sendings } = this.visit;
    this.element.hidden = sendings.length === 0;
    this.#heading.textContent = texts.visit.heading(sendings.length);
    const newest = sendings.slice(-ROWS).reverse();
    this.#list.replaceChildren(...newest.map((sending) => this.#row(sending)));
  }

  #row(sending: Sending): HTMLElement {
    const { at, endpoint, event, sent, milliseconds, messageId, bundleId } = sending;
    const status = sent?.result.answer?.status ?? 0;
    const outcome = outcomeOf(sending);
    const time = element("time", { datetime: at.toISOString() }, at.toLocaleTimeString());
    const { none, noEvent } = texts.visit;
    return element(
      "li",
      { class: "sending" },
      element(
        "div",
        { class: "sending-line" },
        time,
        element("strong", {}, event || noEvent),
        element("span", { class: "sending-to" }, endpoint),
        element(
          "span",
          { class: "chip", "data-tone": toneOf(outcome) },
          [texts.visit.outcome[outcome], ...(status === 0 ? [] : [status])].join(" "),
        ),
        element("span", { class: "muted" }, texts.answer.took(milliseconds)),
        button(texts.visit.show, () => this.show(sending), "quiet sending-show"),
      ),
      element("div", { class: "sending-ids muted" }, texts.visit.messageId(messageId ?? none)),
      element("div", { class: "sending-ids muted" }, texts.visit.bundleId(bundleId ?? none)),
      ...(sending.text === undefined ? [element("div", { class: "muted hint" }, texts.visit.textDropped)] : []),
    );
  }

  #export(): void {
    const name = `fhirpost-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.json`;
    saveFile(name, this.visit.exported(this.#withTexts.checked));
  }

  #clear(): void {
    this.visit.clear();
    this.render();
    this.cleared();
  }
}

function toneOf(outcome: ReturnType<typeof outcomeOf>): string {
  if (outcome === "ok" || outcome === "accepted") return "ok";
  return outcome === "refused" || outcome === "invalid" ? "error" : "warning";
}
