/** What was sent since the page was opened. In memory only: it is gone with the page. */
import { button, disclosure, element, jsonText, saveFile } from "../dom.js";
import type { SendResult } from "../fhirpost.js";
import { texts } from "../texts.js";
import type { SendReply } from "./send.worker.js";

export interface SentMessage {
  at: Date;
  endpoint: string;
  base: string;
  url: string;
  event: string;
  category: "consequence" | "currency" | "notification" | undefined;
  messageId: string | undefined;
  bundleId: string | undefined;
  milliseconds: number;
  /** The text that was sent; absent when it is no longer kept. */
  text: string | undefined;
  /** Absent when nobody waited for the answer. */
  sent: SendReply | undefined;
  /** Why nobody did. */
  unanswered: "cancelled" | "broken-off" | undefined;
}

/** The texts of messages and answers together, in characters; beyond this the oldest are dropped. */
const MOST_TEXT = 64 * 1024 * 1024;

export class Visit {
  readonly sendings: SentMessage[] = [];

  add(sending: SentMessage): void {
    this.sendings.push(sending);
    let length = 0;
    for (const each of [...this.sendings].reverse()) {
      length += (each.text?.length ?? 0) + (each.sent?.result.body?.length ?? 0);
      if (length <= MOST_TEXT || each === sending) continue;
      each.text = undefined;
      delete each.sent?.result.body;
    }
  }

  clear(): void {
    this.sendings.length = 0;
  }

  /** Whether this server has had another text with one of these ids, and may have processed it. */
  hasOtherText(base: string, text: string, { messageId, bundleId }: { messageId?: string; bundleId?: string }): boolean {
    return this.sendings.some((before) => {
      const isSameId =
        (messageId !== undefined && before.messageId === messageId) || (bundleId !== undefined && before.bundleId === bundleId);
      const outcome = before.sent?.result.outcome;
      // What was refused was not processed.
      const mayBeKnown = outcome !== "refused" && outcome !== "invalid";
      return before.base === base && isSameId && mayBeKnown && before.text !== undefined && before.text !== text;
    });
  }

  /** As a JSON file. The token is in none of it. */
  exported(withTexts: boolean): string {
    const sendings = this.sendings.map((sending) => {
      const { at, endpoint, url, event, messageId, bundleId, milliseconds, text, sent } = sending;
      return {
        at: at.toISOString(),
        endpoint,
        url,
        event,
        messageId,
        bundleId,
        outcome: outcomeOf(sending),
        status: sent?.result.answer?.status ?? 0,
        milliseconds: Math.round(milliseconds),
        created: sent?.result.answer?.created.map(({ type, id }) => `${type}/${id}`) ?? [],
        issues: sent?.result.issues.map(({ rule, severity, message }) => ({ rule, severity, message })) ?? [],
        ...(withTexts && { message: text, answer: sent?.result.body }),
      };
    });
    return jsonText({ exported: new Date().toISOString(), sendings });
  }
}

export function outcomeOf({ sent, unanswered = "cancelled" }: SentMessage): SendResult["outcome"] | "cancelled" | "broken-off" {
  return sent?.result.outcome ?? unanswered;
}

/** Rows beyond these are in the export only. */
const ROWS = 200;

/** The list of what was sent in this visit, newest first. */
export class VisitView {
  readonly element: HTMLDetailsElement;
  readonly #heading = element("span");
  readonly #list = element("ol", { class: "sendings" });
  readonly #withTexts = element("input", { id: "with-texts", type: "checkbox" });

  constructor(
    readonly visit: Visit,
    readonly show: (sending: SentMessage) => void,
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

  #row(sending: SentMessage): HTMLElement {
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
