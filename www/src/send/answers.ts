/** The answer that is shown, what may be done next with its message, and the places in the text that it means. */
import { button, element } from "../dom.js";
import type { OpenMessage } from "../message.js";
import { texts } from "../texts.js";
import { type AnswerSummary, AnswerView, renews, summaryOf, unansweredSummary } from "./answer-view.js";
import type { Renewal } from "./message-spans.js";
import { MovingPlaces, placesOf } from "./places.js";
import type { SendReply } from "./send.worker.js";
import { outcomeOf, type SentMessage } from "./visit.js";

interface AnswerActions {
  /** The base URL as it is typed now; nothing when it is not one. */
  base: () => string | undefined;
  /** The types of resources that a server lets be read by their address. */
  reads: (base: string) => string[];
  /** What came, in words that are read aloud. */
  say: (words: string) => void;
  /** Sends the message of the editor with the ids that it has. */
  sendAgain: (base: string) => Promise<void>;
  sendRenewed: (what: Renewal, base: string) => Promise<void>;
}

export class Answers {
  readonly element = element("div", { class: "answers" });
  readonly #message: OpenMessage;
  readonly #actions: AnswerActions;
  #shown: { view: AnswerView; sending: SentMessage; summary: AnswerSummary } | undefined;

  constructor(message: OpenMessage, actions: AnswerActions) {
    this.#message = message;
    this.#actions = actions;
  }

  show(sending: SentMessage): void {
    const { sent, category, text, unanswered } = sending;
    const why = unanswered === "broken-off" ? "brokenOff" : "cancelled";
    const summary = sent === undefined ? unansweredSummary(why, category) : summaryOf(sent, category);
    const view = new AnswerView(sending, summary, this.#message, this.#actions.reads(sending.base));
    this.#shown = { view, sending, summary };
    this.#offer();
    // The view shows the same to the eye; the status says it to a screen reader.
    this.#actions.say(spoken(sent, summary));
    this.element.replaceChildren(view.element);
    view.element.scrollIntoView({ block: "nearest" });
    const issues = sent?.result.answer?.outcomeIssues ?? [];
    if (text === undefined || issues.length === 0) return;
    void placesOf(text, issues).then((spans) => view.showPlaces(new MovingPlaces(text, spans), this.#message.text));
  }

  clear(): void {
    this.#shown = undefined;
    this.element.replaceChildren();
  }

  /** The text in the editor is now this one. */
  follow(text: string): void {
    this.#shown?.view.follow(text);
    this.#offer();
  }

  #offer(): void {
    this.#shown?.view.offer(...this.#nextActions(this.#shown.sending, this.#shown.summary));
  }

  /** What may be done next with the message that was answered, as long as it goes to the same place. */
  #nextActions(sending: SentMessage, { resend }: AnswerSummary): HTMLElement[] {
    const { base, category, text, sent } = sending;
    // An answer from the log may be another server's.
    if (this.#actions.base() !== base) return [];
    const isSame = text === this.#message.text;
    if (resend && isSame) {
      const again = renews(category) ? () => this.#actions.sendRenewed("sending", base) : () => this.#actions.sendAgain(base);
      return [button(texts.answer.again, () => void again())];
    }
    const outcome = outcomeOf(sending);
    const mayBeKnown = outcome !== "refused" && outcome !== "invalid";
    const isConflict = sent?.result.answer?.status === 409;
    if (!mayBeKnown && !(isConflict && isSame)) return [];
    const isQuiet = outcome === "ok" && isSame;
    const asNew = button(texts.answer.asNew, () => void this.#actions.sendRenewed("message", base), isQuiet ? "quiet" : "");
    return isSame ? [asNew] : [element("p", { class: "muted hint" }, texts.answer.advice.changed), asNew];
  }
}

function spoken(sent: SendReply | undefined, { headline }: AnswerSummary): string {
  const answer = sent?.result.answer;
  const status = answer === undefined || answer.status === 0 ? "" : texts.answer.status(answer.status, sent?.statusText ?? "");
  return [status, headline, ...(answer?.created ?? []).slice(0, 5).map(({ type, id }) => `${type}/${id}`)].filter(Boolean).join(" ");
}
