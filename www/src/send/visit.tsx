/** What was sent since the page was opened. In memory only, and gone with the page, unless somebody asks to have it kept on this device. */
import { signal } from "@preact/signals";
import { Button, Disclosure, Tick } from "../elements.js";
import type { SendResult } from "../fhirpost.js";
import { Said, Words } from "../notices.js";
import { Setting } from "../settings.js";
import { current, openText, openTexts, showText } from "../store.js";
import { jsonText, saveFile } from "../take-away.js";
import { texts } from "../texts.js";
import { CompareSendings, pick, picked, unpick } from "./compare-sendings.js";
import * as kept from "./kept-sendings.js";
import type { SentMessage } from "./sent-message.js";

/** The texts of messages and answers together, in characters; beyond this the oldest are dropped. */
const MOST_TEXT = 64 * 1024 * 1024;

/** In the order in which they went out. */
export const sendings = signal<readonly SentMessage[]>([]);

/** Whether they are kept on this device. */
const keeping = new Setting<boolean>("fhirpost.sendings", false, (stored) => stored === true || undefined);
const said = new Words();

if (keeping.isKept.peek()) {
  kept.load().then(
    (before) => {
      sendings.value = [...before, ...sendings.peek()];
    },
    () => said.say(texts.visit.notKept),
  );
}

async function keep(asked: boolean): Promise<void> {
  keeping.value.value = asked;
  const worked = keeping.keep(asked);
  try {
    await (asked ? kept.save(sendings.peek()) : kept.forget());
    said.say(!worked ? texts.visit.notKept : asked ? "" : texts.visit.forgotten);
  } catch {
    if (asked) keeping.keep(false);
    said.say(texts.visit.notKept);
  }
}

function forgetAll(): void {
  sendings.value = [];
  unpick();
  if (keeping.isKept.peek()) kept.forget().catch(() => said.say(texts.visit.notKept));
}

export function add(sending: SentMessage): void {
  const changed = [sending];
  let length = 0;
  for (const each of [sending, ...sendings.peek().toReversed()]) {
    length += (each.text?.length ?? 0) + (each.sent?.result.body?.length ?? 0);
    if (length <= MOST_TEXT || each === sending) continue;
    if (each.text !== undefined) changed.push(each);
    each.text = undefined;
    delete each.sent?.result.body;
  }
  sendings.value = [...sendings.peek(), sending];
  if (keeping.isKept.peek()) kept.save(changed).catch(() => said.say(texts.visit.notKept));
}

/**
 * The sending that this one has the answer of, byte for byte: a receiver that had the message already answers from what it kept (R4,
 * reliable messaging), and each answer that is made anew has ids of its own.
 */
export function keptAnswer(sending: SentMessage): SentMessage | undefined {
  const { body, outcome } = sending.sent?.result ?? {};
  if (body === undefined || outcome !== "ok") return undefined;
  const before = sendings.peek().slice(0, sendings.peek().indexOf(sending));
  return before.find((each) => each.base === sending.base && each.messageId === sending.messageId && each.sent?.result.body === body);
}

/** Puts the message back: where it is open still, it is shown; else it is opened beside what is there. */
function putBack(text: string): void {
  const open = openTexts.peek().find((each) => each.text.peek() === text);
  if (open !== undefined) showText(open);
  else {
    if (current.peek().text.peek() !== "") openText();
    current.peek().replace(text);
  }
  current.peek().focus();
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
    <Disclosure
      summary={<span>{(keeping.isKept.value ? texts.visit.headingKept : texts.visit.heading)(all.length)}</span>}
      hidden={all.length === 0 && !keeping.isKept.value}>
      <p class="muted hint">{keeping.isKept.value ? texts.visit.hintKept : texts.visit.hint}</p>
      <ol class="sendings">
        {all
          .slice(-ROWS)
          .map((sending) => <Row key={sending.id} sending={sending} show={show} />)
          .reverse()}
      </ol>
      <CompareSendings />
      <Tick id="keep-sendings" class="tick" label={texts.visit.keep} ticked={keeping.isKept} take={(asked) => void keep(asked)} />
      <Said words={said} class="hint" />
      <Tick id="with-texts" class="tick" label={texts.visit.withTexts} ticked={withTexts} />
      <div class="buttons small">
        <Button label={texts.visit.export} press={save} />
        <Button
          label={texts.visit.clear}
          press={() => {
            forgetAll();
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
        <time dateTime={at.toISOString()}>
          {at.toDateString() === new Date().toDateString() ? at.toLocaleTimeString() : at.toLocaleString()}
        </time>
        <strong>{event || noEvent}</strong>
        <span class="sending-to">{endpoint}</span>
        <span class="chip" data-tone={toneOf(outcome)}>
          {[texts.visit.outcome[outcome], ...(status === 0 ? [] : [status])].join(" ")}
        </span>
        <span class="muted">{texts.answer.took(milliseconds)}</span>
        <Button label={texts.visit.show} class="quiet sending-show" press={() => show(sending)} />
        {text !== undefined && <Button label={texts.visit.putBack} class="quiet" press={() => putBack(text)} />}
        {text !== undefined && (
          <label class="sending-pick">
            <input type="checkbox" checked={picked.value.includes(sending)} onChange={() => pick(sending)} />
            {texts.visit.pick}
          </label>
        )}
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
