/** Where the message goes, the button that sends it, and what came of it. What looks wrong before needs a second press. */
import { button, element } from "../dom.js";
import { unlessAborted } from "../fhirpost.js";
import type { CheckResult, OpenMessage } from "../message.js";
import { StatusLine } from "../notices.js";
import type { Panel } from "../tabs.js";
import { countsInWords, texts } from "../texts.js";
import { readTypedBase } from "../typed-values.js";
import { Cancellation, WorkerClient } from "../workers/client.js";
import { Answers } from "./answers.js";
import { EndpointPicker } from "./endpoints.js";
import { newIds, type Renewal } from "./message-spans.js";
import { type RequestAndBody, RequestView } from "./request-view.js";
import type { Progress, SendOperations, ShownRequest, Target } from "./send.worker.js";
import workerScript from "./send.worker.ts?worker&url";
import { isError, issueLines, ServerStatement } from "./server-statement.js";
import type { AccessToken } from "./smart/tokens.js";
import { type HeldToken, isExpired, TokenField } from "./token-field.js";
import { TokenRequest } from "./token-request.js";
import { type SentMessage, Visit, VisitView } from "./visit.js";

export const create = (message: OpenMessage) => new SendPanel(message);

export class SendPanel implements Panel {
  readonly element = element("section", { class: "send", "aria-labelledby": "send-heading" });
  readonly #message: OpenMessage;
  readonly #sender = new WorkerClient<SendOperations, Progress>(workerScript);
  readonly #picker = new EndpointPicker(() => this.#addressChanged());
  readonly #token = new TokenField(() => this.#request.changed());
  readonly #request = new RequestView(() => this.#prepared());
  readonly #send = element("button", { type: "submit", class: "primary", form: "send-form" }, texts.send.button);
  readonly #cancel = button(texts.send.cancel, () => this.#running?.abort());
  readonly #status = new StatusLine();
  readonly #server = new ServerStatement(this.#sender);
  readonly #visit = new Visit();
  readonly #visitView = new VisitView(
    this.#visit,
    (sending) => this.#answers.show(sending),
    () => this.#answers.clear(),
  );
  readonly #answers: Answers;
  #running: AbortController | undefined;
  /** What was asked about: pressing again sends just that, there. */
  #confirmed: { text: string; base: string } | undefined;

  constructor(message: OpenMessage) {
    this.#message = message;
    this.#answers = new Answers(message, {
      base: () => readBaseUrlOrNothing(this.#picker.base.value),
      reads: (base) => this.#server.reads(base),
      say: (words) => this.#status.say("done", words),
      sendAgain: (base) => this.#sendConfirmed(base),
      sendRenewed: (what, base) => this.#sendRenewed(what, base),
    });
    this.#cancel.hidden = true;
    const form = element("form", { id: "send-form", novalidate: "", autocomplete: "off" }, ...this.#picker.fields, this.#token.element);
    // The second press of a double click, or of a key that is held down, confirms nothing: nobody has read yet what is asked.
    this.#send.addEventListener("click", (event) => {
      if (event.detail > 1) event.preventDefault();
    });
    form.addEventListener("keydown", heldDown);
    this.#send.addEventListener("keydown", heldDown);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    const tokenRequest = new TokenRequest(
      () => this.#readBase(),
      (base, token, scope) => void this.#hold(base, token, scope),
    );
    this.element.append(
      element("h2", { id: "send-heading", class: "visually-hidden" }, texts.send.heading),
      form,
      element(
        "div",
        { class: "buttons" },
        this.#send,
        this.#cancel,
        button(texts.send.checkServer, () => void this.#checkServer()),
      ),
      this.#status.element,
      this.#server.element,
      this.#answers.element,
      element("div", { class: "disclosures" }, this.#visitView.element, this.#request.element, tokenRequest.element, this.#picker.more),
    );
    message.onChange((text) => this.#textChanged(text));
    this.#addressChanged();
  }

  /** As from its button, from wherever it was asked for. */
  async send(text = this.#message.text): Promise<void> {
    await this.#run(async (signal) => {
      if (text.trim() === "") return this.#status.say("warning", texts.send.nothing);
      const base = this.#readBase();
      if (base === undefined) return;
      // As all of it is at the press: another server may be chosen, and another token given, while the check runs.
      const token = this.#token.current;
      const target = targetOf(base, token);
      const { name } = this.#picker;
      this.#answers.clear();
      this.#status.say("busy", texts.send.phases.checking);
      const checked = await unlessAborted(signal, () => this.#message.checked());
      // Typed on while the check ran: what was pressed for is no longer what is there, and was not what was checked.
      if (checked.text !== text) return this.#status.say("warning", texts.send.changed);
      const request = await this.#sender.ask("prepare", [text, target], { signal });
      const impossible = request.issues.filter(isError);
      if (impossible.length > 0) return this.#status.say("error", element("p", {}, texts.send.impossible), issueLines(impossible));
      const isConfirmed = this.#confirmed?.text === text && this.#confirmed.base === base;
      const doubts = isConfirmed ? [] : await this.#doubts(checked, base, token, request, signal);
      signal.throwIfAborted();
      if (doubts.length > 0) return this.#askAgain({ text, base }, doubts);
      await this.#exchange(text, target, name, request, signal);
    });
  }

  /** One thing at a time; it can be cancelled. */
  async #run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#running !== undefined) return;
    const running = new AbortController();
    this.#running = running;
    // Not `disabled`: that would take the focus away from who pressed it.
    this.#send.setAttribute("aria-disabled", "true");
    this.#cancel.hidden = false;
    try {
      await work(running.signal);
    } catch {
      if (running.signal.aborted) this.#status.say("warning", texts.send.cancelledBefore);
      else this.#status.say("error", texts.send.broken);
    } finally {
      const hadFocus = document.activeElement === this.#cancel;
      this.#running = undefined;
      this.#send.removeAttribute("aria-disabled");
      this.#cancel.hidden = true;
      if (hadFocus) this.#send.focus();
    }
  }

  /** Everything that speaks against sending, and does not make it impossible. */
  async #doubts(
    { text, report }: CheckResult,
    base: string,
    token: HeldToken | undefined,
    request: ShownRequest,
    signal: AbortSignal,
  ): Promise<HTMLElement[]> {
    const { doubt } = texts.send;
    const doubts: HTMLElement[] = [];
    const add = (words: string, ...more: HTMLElement[]) => doubts.push(element("p", {}, words), ...more);
    if (report === undefined) add(doubt.unchecked);
    else if (request.counts.fatal + request.counts.error > 0) add(doubt.errors(countsInWords(request.counts, ["fatal", "error"])));
    if (token !== undefined && isExpired(token)) add(doubt.tokenExpired);
    if (this.#visit.hasOtherText(base, text, request.route)) {
      add(
        doubt.idsUsed,
        button(texts.send.giveNewIds, () => void this.#renew("message"), "quiet"),
      );
    }
    const unfit = (
      await this.#server.objections(base, text, signal, () => this.#status.say("busy", texts.send.phases.asking(new URL(base).host)))
    ).filter(isError);
    if (unfit.length > 0) add(doubt.server);
    return doubts;
  }

  async #checkServer(): Promise<void> {
    await this.#run(async (signal) => {
      const base = this.#readBase();
      if (base === undefined) return;
      const { text } = this.#message;
      this.#server.clear();
      this.#status.say("busy", texts.send.phases.asking(new URL(base).host));
      await this.#server.check(base, text, signal, () => this.#status.clear());
    });
  }

  async #exchange(text: string, target: Target, endpoint: string, request: ShownRequest, signal: AbortSignal): Promise<void> {
    this.#confirm(undefined);
    this.#status.say("busy", texts.send.phases.sending(request.url));
    const { route } = request;
    const sending: SentMessage = {
      at: new Date(),
      endpoint,
      base: target.base,
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
      sending.sent = await this.#sender.ask("send", [text, target], { signal, onProgress: (progress) => this.#progress(progress) });
    } catch (error) {
      // Either way the server may have it.
      sending.unanswered = error instanceof Cancellation ? "cancelled" : "broken-off";
    }
    sending.milliseconds = sending.sent?.result.attempts[0]?.milliseconds ?? performance.now() - started;
    this.#visit.add(sending);
    this.#visitView.render();
    this.#answers.show(sending);
  }

  #progress(progress: Progress): void {
    if (progress.type === "received") this.#status.detail(texts.send.phases.receiving(texts.size(progress.bytes)));
  }

  /** With the ids that it has: whoever presses this has seen the message go out like that before. */
  async #sendConfirmed(base: string): Promise<void> {
    // What is not sent now must not count as confirmed later.
    if (this.#running !== undefined) return;
    this.#confirmed = { text: this.#message.text, base };
    await this.send();
  }

  async #sendRenewed(what: Renewal, base: string): Promise<void> {
    if (await this.#renew(what)) await this.#sendConfirmed(base);
  }

  /** Gives the text in the editor new ids, where one sees them and can take them back. */
  async #renew(what: Renewal): Promise<boolean> {
    const { text } = this.#message;
    const ids = await this.#sender.ask("findIds", [text]).catch(() => undefined);
    const edits = ids !== undefined && text === this.#message.text ? newIds(text, ids, what) : undefined;
    if (edits === undefined) {
      this.#status.say("error", texts.answer.noIds);
      return false;
    }
    this.#message.edit(edits);
    this.#status.say("warning", texts.answer.renewed);
    return true;
  }

  async #prepared(): Promise<RequestAndBody | undefined> {
    const body = this.#message.text;
    const base = readBaseUrlOrNothing(this.#picker.base.value);
    if (base === undefined || body.trim() === "") return undefined;
    return { request: await this.#sender.ask("prepare", [body, targetOf(base, this.#token.current)]), body };
  }

  async #hold(base: string, { token, scope, expiresAt }: AccessToken, askedScope: string): Promise<void> {
    const is = scope ?? askedScope;
    const { allowed } = await this.#sender.ask("checkScopes", [is]);
    const { origin, host } = new URL(base);
    this.#token.hold(origin, { value: token, scope: is, from: host, allows: allowed, ...(expiresAt !== undefined && { expiresAt }) });
  }

  /** The base URL; says so when what was typed is not one. */
  #readBase(): string | undefined {
    const read = readTypedBase(this.#picker.base.value);
    if ("base" in read) return read.base;
    this.#picker.base.focus();
    this.#status.say("error", texts.send.badBase[read.fault]);
    return undefined;
  }

  #addressChanged(): void {
    const base = readBaseUrlOrNothing(this.#picker.base.value);
    if (base !== undefined) this.#token.moveTo(new URL(base).origin);
    this.#server.clear();
    this.#answers.clear();
    if (this.#confirmed !== undefined) this.#askAgain(undefined, []);
    this.#request.changed();
  }

  /** A confirmation for the old text no longer counts. */
  #textChanged(text: string): void {
    if (this.#confirmed !== undefined) this.#askAgain(undefined, []);
    this.#request.changed();
    this.#answers.follow(text);
  }

  #askAgain(what: { text: string; base: string } | undefined, doubts: HTMLElement[]): void {
    this.#confirm(what);
    this.#status.say("warning", ...doubts, ...(what === undefined ? [] : [element("p", {}, texts.send.again)]));
  }

  #confirm(what: { text: string; base: string } | undefined): void {
    this.#confirmed = what;
    this.#send.textContent = what === undefined ? texts.send.button : texts.send.anyway;
    this.#send.classList.toggle("caution", what !== undefined);
  }
}

function targetOf(base: string, { value, scope }: Partial<HeldToken> = {}): Target {
  return { base, ...(value !== undefined && { token: value }), ...(scope !== undefined && { scope }) };
}

function heldDown(event: KeyboardEvent): void {
  if (event.key === "Enter" && event.repeat) event.preventDefault();
}

function readBaseUrlOrNothing(typed: string): string | undefined {
  const read = readTypedBase(typed);
  return "base" in read ? read.base : undefined;
}
