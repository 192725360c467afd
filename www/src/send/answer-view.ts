/** Shows what came back. Everything from the server is put in as text, never as markup, and only http and https become links. */
import { severityIcon } from "../check/severity.js";
import { element } from "../dom.js";
import type { OperationOutcomeIssue } from "../fhirpost.js";
import { saveFile } from "../hand-over.js";
import { icon } from "../icons.js";
import type { Message } from "../message.js";
import { texts } from "../texts.js";
import { button } from "./fields.js";
import { MOST_ISSUES, type MovingPlaces } from "./places.js";
import type { Reading } from "./reading.js";
import type { Sent } from "./send.worker.js";
import type { Sending } from "./visit.js";

/** What is put on the page of a long answer, in characters: the browser lays out every one of them. */
const SHOWN = 200_000;
const MOST_RESOURCES = 200;
const LONGEST_WORDS = 2_000;

export class AnswerView {
  readonly element: HTMLElement;
  readonly #actions = element("div", { class: "buttons small" });
  readonly #issues = element("div");
  readonly #message: Message;
  #places: MovingPlaces | undefined;
  #goTos: { index: number; button: HTMLButtonElement }[] = [];

  constructor(sending: Sending, reading: Reading, message: Message, reads: readonly string[]) {
    this.#message = message;
    const { sent } = sending;
    this.element = element(
      "section",
      { class: "answer", "aria-label": texts.answer.heading, "data-tone": reading.tone },
      element("div", { class: "answer-head" }, icon(reading.tone), element("strong", {}, reading.headline)),
      element("p", { class: "muted answer-facts" }, factsOf(sending)),
      ...reading.advice.map((advice) => element("p", {}, advice)),
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

function factsOf({ sent, milliseconds, endpoint }: Sending): string {
  const status = sent?.result.answer?.status ?? 0;
  const words = [
    ...(status === 0 ? [] : [texts.answer.status(status, sent?.statusText ?? "")]),
    texts.answer.took(milliseconds),
    texts.answer.attributed(endpoint),
  ];
  return words.join(" · ");
}

/**
 * Links lead to the server that the message was sent to: an answer cannot name another one. And only to what the server says that it lets
 * be read: one that takes messages need not keep resources under their addresses.
 */
function resources({ result, focus }: Sent, base: string, reads: readonly string[]): HTMLElement[] {
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

function locationOf({ location }: Sent): HTMLElement[] {
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
function rawText({ result, bytes }: Sent): HTMLElement {
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
