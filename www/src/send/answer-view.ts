/** Shows what came back. Everything from the server is put in as text, never as markup, and only http and https become links. */
import { button, element, icon, saveFile, severityIcon } from "../dom.js";
import type { Answer, OperationOutcomeIssue, Route } from "../fhirpost.js";
import type { OpenMessage } from "../message.js";
import { texts } from "../texts.js";
import { MOST_ISSUES, type MovingPlaces } from "./places.js";
import type { SendReply } from "./send.worker.js";
import type { SentMessage } from "./visit.js";

/** What is put on the page of a long answer, in characters: the browser lays out every one of them. */
const SHOWN = 200_000;
const MOST_RESOURCES = 200;
const LONGEST_WORDS = 2_000;

export class AnswerView {
  readonly element: HTMLElement;
  readonly #actions = element("div", { class: "buttons small" });
  readonly #issues = element("div");
  readonly #message: OpenMessage;
  #places: MovingPlaces | undefined;
  #goTos: { index: number; button: HTMLButtonElement }[] = [];

  constructor(sending: SentMessage, summary: AnswerSummary, message: OpenMessage, reads: readonly string[]) {
    this.#message = message;
    const { sent } = sending;
    this.element = element(
      "section",
      { class: "answer", "aria-label": texts.answer.heading, "data-tone": summary.tone },
      element("div", { class: "answer-head" }, icon(summary.tone), element("strong", {}, summary.headline)),
      element("p", { class: "muted answer-facts" }, factsOf(sending)),
      ...summary.advice.map((advice) => element("p", {}, advice)),
      this.#actions,
      ...(sent === undefined ? [] : [...resources(sent, sending.base, reads), ...locationOf(sent)]),
      this.#issues,
      ...(sent?.result.answer === undefined || sent.result.answer.status === 0 ? [] : [rawText(sent)]),
    );
    this.#showIssues(sent?.result.answer?.outcomeIssues ?? []);
  }

  /** What may be done next, below what came. */
  offer(...actions: HTMLElement[]): void {
    this.#actions.replaceChildren(...actions);
    this.#actions.hidden = actions.length === 0;
  }

  /** Where the issues are in the message, once that is known. */
  showPlaces(places: MovingPlaces, text: string): void {
    this.#places = places;
    let any = false;
    for (const { index, button } of this.#goTos) {
      if (places.at(index) !== undefined) {
        button.disabled = false;
        any = true;
      }
    }
    this.#issues.querySelector(".places-note")?.append(any ? texts.answer.placesFound : "");
    this.follow(text);
  }

  /** The text in the editor is now this one. */
  follow(text: string): void {
    const places = this.#places;
    if (places === undefined) return;
    places.follow(text);
    for (const { index, button } of this.#goTos) {
      const span = places.at(index);
      button.disabled = span === undefined;
      const line = button.querySelector(".issue-place");
      if (line) line.textContent = span === undefined ? "" : texts.answer.goTo(lineOf(text, span.start));
    }
  }

  #showIssues(issues: OperationOutcomeIssue[]): void {
    if (issues.length === 0) return;
    const shown = issues.slice(0, MOST_ISSUES);
    const rows = shown.map((issue, index) => {
      const row = issueRow(issue);
      row.addEventListener("click", () => {
        const span = this.#places?.at(index);
        if (span !== undefined) this.#message.select(span);
      });
      this.#goTos.push({ index, button: row });
      return element("li", {}, row);
    });
    this.#issues.append(
      element("h3", {}, texts.answer.issues),
      element("p", { class: "muted hint places-note" }),
      element("ul", { class: "answer-issues" }, ...rows),
    );
    if (issues.length > shown.length) {
      this.#issues.append(element("p", { class: "muted hint" }, texts.answer.more(issues.length - shown.length)));
    }
  }
}

function factsOf({ sent, milliseconds, endpoint }: SentMessage): string {
  const status = sent?.result.answer?.status ?? 0;
  const words = [
    ...(status === 0 ? [] : [texts.answer.status(status, sent?.statusText ?? "")]),
    texts.answer.took(milliseconds),
    texts.answer.attributed(endpoint),
  ];
  return words.join(" · ");
}

/**
 * Links go to the server that the message was sent to: an answer cannot name another one. And only to what the server says that it lets
 * be read: one that takes messages need not keep resources under their addresses.
 */
function resources({ result, focus }: SendReply, base: string, reads: readonly string[]): HTMLElement[] {
  const created = result.answer?.created ?? [];
  if (created.length === 0) return [];
  const rows = created.slice(0, MOST_RESOURCES).map(({ type, id, version }) => {
    const name = `${type}/${id}`;
    const change = focus.includes(name) ? "updated" : "created";
    return element(
      "li",
      {},
      reads.includes(type) ? link(`${base}/${name}`, name) : element("code", {}, name),
      " ",
      element("span", { class: "chip" }, texts.answer[change]),
      ...(version === undefined ? [] : [" ", element("span", { class: "muted" }, texts.answer.version(version))]),
    );
  });
  const more = created.length > rows.length ? [element("li", { class: "muted" }, texts.answer.more(created.length - rows.length))] : [];
  return [element("h3", {}, texts.answer.resources), element("ul", { class: "resources" }, ...rows, ...more)];
}

function locationOf({ location }: SendReply): HTMLElement[] {
  return location === undefined ? [] : [element("p", {}, `${texts.answer.location}: `, link(location, location))];
}

/** A link where the address is one of the web; otherwise just the text. */
function link(address: string, text: string): HTMLElement {
  const code = element("code", {}, text.slice(0, LONGEST_WORDS));
  if (!/^https?:\/\/[^\s]+$/i.test(address) || !URL.canParse(address)) return code;
  return element("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, code);
}

function issueRow(issue: OperationOutcomeIssue): HTMLButtonElement {
  const { severity, code, details, diagnostics, expression = [], location = [] } = issue;
  const name = severityIcon[severity] ?? "error";
  const codings = (details?.coding ?? []).map((coding) => coding.display ?? coding.code ?? "");
  const said = [details?.text ?? codings.filter(Boolean).join(", "), diagnostics ?? ""];
  const places = [...new Set([...expression, ...location])].filter(Boolean).join(", ");
  return element(
    "button",
    { type: "button", class: `issue issue-${name}`, disabled: "" },
    element(
      "span",
      { class: "issue-head" },
      icon(name),
      element("span", { class: "issue-severity" }, texts.severity[severity] ?? texts.severity.error),
      element("span", { class: "issue-place" }),
      element("span", { class: "issue-rule" }, (code ?? "").slice(0, LONGEST_WORDS)),
    ),
    element("span", { class: "issue-message" }, [...new Set(said)].filter(Boolean).join(" — ").slice(0, LONGEST_WORDS)),
    element("span", { class: "issue-expression" }, places.slice(0, LONGEST_WORDS)),
  );
}

/** Open by itself when nothing else says what the server answered. */
function rawText({ result, bytes }: SendReply): HTMLElement {
  const raw = result.body ?? "";
  const { created = [], outcomeIssues = [] } = result.answer ?? {};
  const details = element("details", { class: "raw" }, element("summary", {}, texts.answer.raw(texts.size(bytes))));
  const fill = () => {
    const text = raw === "" ? texts.answer.rawEmpty : raw.slice(0, SHOWN);
    details.append(element("pre", { tabindex: "0", "aria-label": texts.answer.rawLabel }, text));
    const cut = raw.length > SHOWN ? [element("p", { class: "muted hint" }, texts.answer.rawCut(texts.size(SHOWN)))] : [];
    const save = raw === "" ? [] : [button(texts.answer.download, () => saveFile("answer.json", raw, "application/fhir+json"), "quiet")];
    details.append(...cut, ...save);
  };
  details.open = created.length === 0 && outcomeIssues.length === 0;
  if (details.open) fill();
  else details.addEventListener("toggle", fill, { once: true });
  return details;
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

/** What came of sending, in words: what happened to the message, and what to do next. */
export interface AnswerSummary {
  tone: "ok" | "warning" | "error";
  /** What happened, in one sentence. */
  headline: string;
  /** What fhirpost knows of it, and what to do next. */
  advice: string[];
  /** Whether sending it once more is what to do next, or may be. */
  resend: boolean;
}

type Headline = keyof typeof texts.answer.headline;

/** Says no more than the headline does. */
const SAID = "answer-failed";

export function summaryOf({ result }: SendReply, category: Route["category"]): AnswerSummary {
  const { answer, outcome, issues } = result;
  if (answer === undefined || outcome === "invalid")
    return summary(
      "error",
      "notSent",
      issues.map(({ message }) => message),
    );
  const has = (rule: string) => answer.issues.some((issue) => issue.rule === rule);
  const known = answer.issues.filter(({ rule }) => rule !== SAID).map(({ message }) => message);
  switch (outcome) {
    case "ok":
      return summary("ok", "accepted", known);
    case "accepted":
      return summary("ok", "acceptedLater", known);
    case "refused":
      return refused(answer, has, known);
    case "failed":
      return summary(tone(answer), failedHeadline(answer, has), [...known, ...again(answer, category)], true);
    default:
      return summary("warning", notFhirHeadline(has), [...known, texts.answer.advice.againUnknown], true);
  }
}

/** What is to be said of a sending that was given up: whether the server has the message nobody knows. */
export function unansweredSummary(why: "cancelled" | "brokenOff", category: Route["category"]): AnswerSummary {
  return summary("warning", why, [renews(category) ? texts.answer.advice.againRenewed : texts.answer.advice.again], true);
}

/** R4, page messaging: how a message of this kind is sent again. Where the kind is not known, as a consequence. */
export function renews(category: Route["category"]): boolean {
  return category === "currency" || category === "notification";
}

function summary(tone: AnswerSummary["tone"], headline: Headline, advice: string[], resend = false): AnswerSummary {
  return { tone, headline: texts.answer.headline[headline], advice, resend };
}

function refused({ status, code }: Answer, has: (rule: string) => boolean, known: string[]): AnswerSummary {
  const { advice } = texts.answer;
  if (has("answer-redirect")) return summary("error", "redirected", [...known, advice.redirect]);
  if (has("network-cors")) return summary("error", "cors", known);
  if (code === "fatal-error") return summary("error", "fatal", [advice.useless]);
  if (status < 400) return summary("error", "fatal", [...known, advice.useless]);
  const next = { 401: advice.useless401, 403: advice.useless403, 404: advice.useless404, 409: advice.useless409 }[status];
  return summary("error", "refused", [...known, next ?? advice.useless]);
}

function failedHeadline({ code, status }: Answer, has: (rule: string) => boolean): Headline {
  if (has("network-timeout")) return "timeout";
  if (has("network-broken")) return "incomplete";
  if (has("network-unreachable")) return "unreachable";
  if (code === "transient-error") return "transient";
  return status < 500 ? "later" : "failedServer";
}

function notFhirHeadline(has: (rule: string) => boolean): Headline {
  if (has("answer-too-long")) return "tooLong";
  if (has("answer-identifier")) return "otherMessage";
  return has("answer-empty") ? "empty" : "notFhir";
}

function tone({ code, status }: Answer): AnswerSummary["tone"] {
  return code === "transient-error" || (status >= 400 && status < 500) ? "warning" : "error";
}

function again({ retryAfter }: Answer, category: Route["category"]): string[] {
  const { advice } = texts.answer;
  return [renews(category) ? advice.againRenewed : advice.again, ...(retryAfter === undefined ? [] : [advice.wait(retryAfter)])];
}
