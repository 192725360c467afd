/** What was sent since the page was opened. In memory only: it is gone with the page. */
import { signal } from "@preact/signals";
import { Button, Disclosure, Tick } from "../elements.js";
import type { SendResult } from "../fhirpost.js";
import { jsonText, saveFile } from "../take-away.js";
import { texts } from "../texts.js";
import type { SendReply } from "./send.worker.js";

export interface SentMessage {
  at: Date;
  endpoint: string;
  base: string;
  /** Whether it went through the relay. */
  relayed: boolean;
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

/** In the order in which they went out. */
export const sendings = signal<readonly SentMessage[]>([]);

export function add(sending: SentMessage): void {
  let length = 0;
  for (const each of [sending, ...sendings.peek().toReversed()]) {
    length += (each.text?.length ?? 0) + (each.sent?.result.body?.length ?? 0);
    if (length <= MOST_TEXT || each === sending) continue;
    each.text = undefined;
    delete each.sent?.result.body;
  }
  sendings.value = [...sendings.peek(), sending];
}

/** Whether this server has had another text with one of these ids, and may have processed it. */
export function hasOtherText(base: string, text: string, { messageId, bundleId }: { messageId?: string; bundleId?: string }): boolean {
  return sendings.peek().some((before) => {
    const isSameId =
      (messageId !== undefined && before.messageId === messageId) || (bundleId !== undefined && before.bundleId === bundleId);
    const outcome = before.sent?.result.outcome;
    // What was refused was not processed.
    const mayBeKnown = outcome !== "refused" && outcome !== "invalid";
    return before.base === base && isSameId && mayBeKnown && before.text !== undefined && before.text !== text;
  });
}

/** As a JSON file. The token is in none of it. */
function exported(withTexts: boolean): string {
  const list = sendings.peek().map((sending) => {
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
  return jsonText({ exported: new Date().toISOString(), sendings: list });
}

export function outcomeOf({ sent, unanswered = "cancelled" }: SentMessage): SendResult["outcome"] | "cancelled" | "broken-off" {
  return sent?.result.outcome ?? unanswered;
}

/** Rows beyond these are in the export only. */
const ROWS = 200;

const withTexts = signal(false);

function save(): void {
  const name = `fhirpost-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.json`;
  saveFile(name, exported(withTexts.peek()));
}

export function VisitView({ show, cleared }: { show: (sending: SentMessage) => void; cleared: () => void }) {
  const all = sendings.value;
  return (
    <Disclosure summary={<span>{texts.visit.heading(all.length)}</span>} hidden={all.length === 0}>
      <p class="muted hint">{texts.visit.hint}</p>
      <ol class="sendings">
        {all
          .slice(-ROWS)
          .map((sending, at) => <Row key={at} sending={sending} show={show} />)
          .reverse()}
      </ol>
      <Tick id="with-texts" class="tick" label={texts.visit.withTexts} ticked={withTexts} />
      <div class="buttons small">
        <Button label={texts.visit.export} press={save} />
        <Button
          label={texts.visit.clear}
          press={() => {
            sendings.value = [];
            cleared();
          }}
        />
      </div>
    </Disclosure>
  );
}

function Row({ sending, show }: { sending: SentMessage; show: (sending: SentMessage) => void }) {
  const { at, endpoint, event, sent, milliseconds, messageId, bundleId, text } = sending;
  const status = sent?.result.answer?.status ?? 0;
  const outcome = outcomeOf(sending);
  const { none, noEvent, textDropped } = texts.visit;
  return (
    <li class="sending">
      <div class="sending-line">
        <time dateTime={at.toISOString()}>{at.toLocaleTimeString()}</time>
        <strong>{event || noEvent}</strong>
        <span class="sending-to">{endpoint}</span>
        <span class="chip" data-tone={toneOf(outcome)}>
          {[texts.visit.outcome[outcome], ...(status === 0 ? [] : [status])].join(" ")}
        </span>
        <span class="muted">{texts.answer.took(milliseconds)}</span>
        <Button label={texts.visit.show} class="quiet sending-show" press={() => show(sending)} />
      </div>
      <div class="sending-ids muted">{texts.visit.messageId(messageId ?? none)}</div>
      <div class="sending-ids muted">{texts.visit.bundleId(bundleId ?? none)}</div>
      {text === undefined && <div class="muted hint">{textDropped}</div>}
    </li>
  );
}

function toneOf(outcome: ReturnType<typeof outcomeOf>): string {
  if (outcome === "ok" || outcome === "accepted") return "ok";
  return outcome === "refused" || outcome === "invalid" ? "error" : "warning";
}
