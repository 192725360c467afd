/** Sends the message, and asks before where something looks wrong: what does then needs a second press. */

import { computed, signal } from "@preact/signals";
import { type ComponentChildren, createRef } from "preact";
import { Button } from "../elements.js";
import { randomUuid, unlessAborted } from "../fhirpost.js";
import type { CheckResult } from "../message.js";
import { Status } from "../notices.js";
import { current, currentText } from "../store.js";
import { countsInWords, texts } from "../texts.js";
import { readTypedBase } from "../typed-values.js";
import { Cancellation } from "../workers/client.js";
import { sendWorker } from "../workers.js";
import * as answers from "./answers.js";
import { base, baseInput, nameOfBase, typedBase } from "./endpoints.js";
import { newIds, type Renewal } from "./message-spans.js";
import { isRelayed } from "./relay.js";
import type { ShownRequest, Target } from "./send.worker.js";
import type { SentMessage } from "./sent-message.js";
import * as server from "./server-statement.js";
import { IssueLines, isError } from "./server-statement.js";
import type { AccessToken } from "./smart/tokens.js";
import { currentToken, type HeldToken, hold, isExpired, moveTo, targetOf } from "./token-field.js";
import { add, hasOtherText } from "./visit.js";

export const status = new Status();
export const sendButton = createRef<HTMLButtonElement>();
export const cancelButton = createRef<HTMLButtonElement>();

const running = signal<AbortController | undefined>(undefined);
export const isRunning = computed(() => running.value !== undefined);
export const cancel = (): void => running.peek()?.abort();

/** What was asked about: pressing again sends just that, there. */
const confirmed = signal<{ text: string; base: string } | undefined>(undefined);
export const isAsked = computed(() => confirmed.value !== undefined);

/** As from its button, from wherever it was asked for. */
export async function send(text = currentText.peek()): Promise<void> {
  await run(async (signal) => {
    if (text.trim() === "") return status.say(texts.send.nothing);
    const to = readBase();
    if (to === undefined) return;
    // As all of it is at the press: another server may be chosen, and another token given, while the check runs.
    const token = currentToken.peek();
    const target = { ...targetOf(to, token), relay: isRelayed(to) };
    const name = nameOfBase();
    answers.clear();
    status.say(texts.send.phases.checking, "busy");
    const checked = await unlessAborted(signal, () => current.peek().whenChecked());
    // Typed on while the check ran: what was pressed for is no longer what is there, and was not what was checked.
    if (checked.text !== text) return status.say(texts.send.changed);
    const request = await sendWorker.ask("prepare", [text, target], { signal });
    const impossible = request.issues.filter(isError);
    if (impossible.length > 0) {
      const words = [<p key="words">{texts.send.impossible}</p>, <IssueLines key="issues" issues={impossible} />];
      return status.say(words, "error");
    }
    const isConfirmed = confirmed.peek()?.text === text && confirmed.peek()?.base === to;
    const doubts = isConfirmed ? [] : await doubtsOf(checked, to, token, request, signal);
    signal.throwIfAborted();
    if (doubts.length > 0) return askAgain({ text, base: to }, doubts);
    await exchange(text, target, name, request, signal);
  });
}

/** One thing at a time; it can be cancelled. */
async function run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  if (running.peek() !== undefined) return;
  const own = new AbortController();
  running.value = own;
  try {
    await work(own.signal);
  } catch {
    if (own.signal.aborted) status.say(texts.send.cancelledBefore);
    else status.say(texts.send.broken, "error");
  } finally {
    if (document.activeElement === cancelButton.current) sendButton.current?.focus();
    running.value = undefined;
  }
}

/** Everything that speaks against sending, and does not make it impossible. */
async function doubtsOf(
  { text, report }: CheckResult,
  to: string,
  token: HeldToken | undefined,
  request: ShownRequest,
  signal: AbortSignal,
): Promise<ComponentChildren[]> {
  const { doubt } = texts.send;
  const doubts: ComponentChildren[] = [];
  const say = (words: string) => doubts.push(<p key={words}>{words}</p>);
  if (report === undefined) say(doubt.unchecked);
  else if (request.counts.fatal + request.counts.error > 0) say(doubt.errors(countsInWords(request.counts, ["fatal", "error"])));
  if (token !== undefined && isExpired(token)) say(doubt.tokenExpired);
  if (hasOtherText(to, text, request.route)) {
    say(doubt.idsUsed);
    doubts.push(<Button label={texts.send.giveNewIds} key="renew" class="quiet" press={() => renew("message")} />);
  }
  const unfit = await server.objections(to, text, signal, () => status.say(texts.send.phases.asking(new URL(to).host), "busy"));
  if (unfit.some(isError)) say(doubt.server);
  return doubts;
}

export async function checkServer(): Promise<void> {
  await run(async (signal) => {
    const to = readBase();
    if (to === undefined) return;
    server.clear();
    status.say(texts.send.phases.asking(new URL(to).host), "busy");
    await server.check(to, currentText.peek(), signal, () => status.clear());
  });
}

async function exchange(text: string, target: Target, endpoint: string, request: ShownRequest, signal: AbortSignal): Promise<void> {
  confirmed.value = undefined;
  status.say(texts.send.phases.sending(request.url), "busy");
  const { route } = request;
  const sending: SentMessage = {
    id: randomUuid(),
    at: new Date(),
    endpoint,
    base: target.base,
    relayed: target.relay === true,
    url: request.url,
    event: route.event?.code ?? route.event?.uri ?? "",
    category: route.category,
    messageId: route.messageId,
    bundleId: route.bundleId,
    milliseconds: 0,
    text,
    sent: undefined,
    unanswered: undefined,
  };
  const started = performance.now();
  try {
    sending.sent = await sendWorker.ask("send", [text, target], {
      signal,
      onProgress: (progress) => {
        if (progress.type === "received") status.detail(texts.send.phases.receiving(texts.size(progress.bytes)));
      },
    });
  } catch (error) {
    // Either way the server may have it.
    sending.unanswered = error instanceof Cancellation ? "cancelled" : "broken-off";
  }
  sending.milliseconds = sending.sent?.result.attempts[0]?.milliseconds ?? performance.now() - started;
  add(sending);
  showAnswer(sending);
}

/** The view shows to the eye what the status says to a screen reader. */
export const showAnswer = (sending: SentMessage): void => status.say(answers.show(sending), "done");

/** With the ids that it has: whoever presses this has seen the message go out like that before. */
export async function sendConfirmed(to: string): Promise<void> {
  // What is not sent now must not count as confirmed later.
  if (running.peek() !== undefined) return;
  confirmed.value = { text: currentText.peek(), base: to };
  await send();
}

export async function sendRenewed(what: Renewal, to: string): Promise<void> {
  if (await renew(what)) await sendConfirmed(to);
}

/** Gives the text in the editor new ids, where one sees them and can take them back. */
async function renew(what: Renewal): Promise<boolean> {
  const text = currentText.peek();
  const ids = await sendWorker.ask("findIds", [text]).catch(() => undefined);
  const edits = ids !== undefined && text === currentText.peek() ? newIds(text, ids, what) : undefined;
  if (edits === undefined) {
    status.say(texts.answer.noIds, "error");
    return false;
  }
  current.peek().edit(edits);
  status.say(texts.answer.renewed);
  return true;
}

/** Holds a token that the server gave. */
export async function holdToken(to: string, { token, scope, expiresAt }: AccessToken, askedScope: string): Promise<void> {
  const is = scope ?? askedScope;
  const { allowed } = await sendWorker.ask("checkScopes", [is]);
  const { origin, host } = new URL(to);
  hold(origin, { value: token, scope: is, from: host, allows: allowed, ...(expiresAt !== undefined && { expiresAt }) });
}

/** The base URL; says so when what was typed is not one. */
export function readBase(): string | undefined {
  const read = readTypedBase(typedBase.peek());
  if ("base" in read) return read.base;
  baseInput.current?.focus();
  status.say(texts.send.badBase[read.fault], "error");
  return undefined;
}

function askAgain(what: { text: string; base: string } | undefined, doubts: ComponentChildren[] = []): void {
  confirmed.value = what;
  status.say(what === undefined ? "" : [...doubts, <p key="again">{texts.send.again}</p>]);
}

/** What was confirmed for another text, or another address, no longer counts. */
const unconfirm = () => confirmed.peek() !== undefined && askAgain(undefined);

currentText.subscribe(unconfirm);
typedBase.subscribe(() => {
  if (base.peek() !== undefined) moveTo(new URL(base.peek() as string).origin);
  server.clear();
  answers.clear();
  unconfirm();
});
