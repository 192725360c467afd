/** The answer that is shown, what may be done next with its message, and the places in the text that it means. */

import { computed, signal } from "@preact/signals";
import { Button } from "../elements.js";
import { currentText } from "../store.js";
import { texts } from "../texts.js";
import { type AnswerSummary, renews, summaryOf, unansweredSummary } from "./answer-summary.js";
import { AnswerView } from "./answer-view.js";
import { base } from "./endpoints.js";
import type { Renewal } from "./message-spans.js";
import { MovingPlaces, placesOf } from "./places.js";
import { RelayOffer } from "./relay-offer.js";
import type { SendReply } from "./send.worker.js";
import type { SentMessage } from "./sent-message.js";
import { reads } from "./server-statement.js";
import { TokenActions } from "./token-actions.js";
import { keptAnswer, outcomeOf } from "./visit.js";

interface ShownAnswer {
  sending: SentMessage;
  summary: AnswerSummary;
  reads: string[];
  turn: number;
}

const shown = signal<ShownAnswer | undefined>(undefined);
const found = signal<MovingPlaces | undefined>(undefined);
const places = computed(() => found.value?.follow(currentText.value));
let turn = 0;

/** Shows an answer, and gives it in words that are read aloud. */
export function show(sending: SentMessage): string {
  const { sent, category, text, unanswered } = sending;
  const why = unanswered === "broken-off" ? "brokenOff" : "cancelled";
  const summary = sent === undefined ? unansweredSummary(why, category) : summaryOf(sent, category);
  const own = ++turn;
  found.value = undefined;
  shown.value = { sending, summary, reads: reads(sending.base), turn: own };
  const issues = sent?.result.answer?.outcomeIssues ?? [];
  if (text !== undefined && issues.length > 0) {
    void placesOf(text, issues).then((spans) => {
      if (own === turn) found.value = new MovingPlaces(text, spans);
    });
  }
  return spoken(sent, summary);
}

export function clear(): void {
  turn += 1;
  shown.value = undefined;
}

function spoken(sent: SendReply | undefined, { headline }: AnswerSummary): string {
  const answer = sent?.result.answer;
  const status = answer === undefined || answer.status === 0 ? "" : texts.answer.status(answer.status, sent?.statusText ?? "");
  return [status, headline, ...(answer?.created ?? []).slice(0, 5).map(({ type, id }) => `${type}/${id}`)].filter(Boolean).join(" ");
}

interface AnswersProps {
  /** Sends the message of the editor with the ids that it has. */
  sendAgain: (base: string) => void;
  sendRenewed: (what: Renewal, base: string) => void;
}

export function Answers(props: AnswersProps) {
  const now = shown.value;
  return (
    <div class="answers">
      {now && (
        <AnswerView key={now.turn} {...now} places={places.value}>
          <KeptAnswer sending={now.sending} />
          {status(now.sending) === 401 && <TokenActions />}
          {isKeptOut(now.sending) && <RelayOffer sending={now.sending} sendAgain={props.sendAgain} />}
          <NextActions {...now} {...props} />
        </AnswerView>
      )}
    </div>
  );
}

const status = ({ sent }: SentMessage) => sent?.result.answer?.status;

/** Says so where the server has not processed the message again. */
function KeptAnswer({ sending }: { sending: SentMessage }) {
  const before = keptAnswer(sending);
  if (before === undefined) return null;
  const isOther = before.text !== undefined && sending.text !== undefined && before.text !== sending.text;
  const time = before.at.toLocaleString();
  return <p class="kept-answer">{isOther ? texts.answer.keptOther(time) : texts.answer.kept(time)}</p>;
}

/** By the browser, because the server does not let this page in. */
const isKeptOut = ({ sent }: SentMessage) => sent?.result.answer?.issues.some(({ rule }) => rule === "network-cors") ?? false;

/** What may be done next with the message that was answered, as long as it goes to the same place. */
function NextActions({ sending, summary: { resend }, sendAgain, sendRenewed }: ShownAnswer & AnswersProps) {
  const { base: to, category, text, sent } = sending;
  const isSame = text === currentText.value;
  const outcome = outcomeOf(sending);
  const mayBeKnown = outcome !== "refused" && outcome !== "invalid";
  const isConflict = sent?.result.answer?.status === 409;
  const isAgain = resend && isSame;
  // An answer from the log may be another server's.
  if (base.value !== to || (!isAgain && !mayBeKnown && !(isConflict && isSame))) return null;
  return (
    <div class="buttons small">
      {isAgain && <Button label={texts.answer.again} press={() => (renews(category) ? sendRenewed("sending", to) : sendAgain(to))} />}
      {!isSame && <p class="muted hint">{texts.answer.advice.changed}</p>}
      {!isAgain && (
        <Button label={texts.answer.asNew} class={outcome === "ok" && isSame ? "quiet" : ""} press={() => sendRenewed("message", to)} />
      )}
    </div>
  );
}
