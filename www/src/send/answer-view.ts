/** Shows what came back. Everything from the server is put in as text, never as markup. */

import { severityIcon } from "../check/severity.js";
import { element } from "../dom.js";
import { icon } from "../icons.js";
import { texts } from "../texts.js";
import type { Exchange } from "./exchange.js";
import type { AnswerIssue } from "./outcome.js";
import type { Reading } from "./reading.js";

/** What is put on the page of a long answer, in characters: the browser lays out every one of them. */
const SHOWN = 200_000;

export function answerView(exchange: Exchange, reading: Reading): HTMLElement {
  const facts = exchange.kind === "answered" ? [texts.answer.status(exchange.status, exchange.statusText)] : [];
  if (exchange.kind !== "cancelled") facts.push(texts.answer.took(exchange.milliseconds));
  const view = element("section", { class: "answer", "aria-label": texts.answer.heading, "data-tone": reading.tone });
  view.append(
    element("div", { class: "answer-head" }, icon(reading.tone), element("strong", {}, reading.headline)),
    element("p", { class: "muted answer-facts" }, facts.join(" · ")),
    ...reading.advice.map((advice) => element("p", {}, advice)),
  );
  if (reading.resources.length > 0) {
    const rows = reading.resources.map(({ name, change }) =>
      element("li", {}, element("code", {}, name), " ", element("span", { class: "chip" }, texts.answer[change])),
    );
    view.append(element("h3", {}, texts.answer.resources), element("ul", { class: "resources" }, ...rows));
  }
  if (reading.location !== undefined) view.append(element("p", {}, `${texts.answer.location}: `, element("code", {}, reading.location)));
  if (reading.issues.length > 0) {
    view.append(
      element("h3", {}, texts.answer.issues),
      element("ul", { class: "answer-issues" }, ...reading.issues.slice(0, 100).map(issueRow)),
    );
  }
  if (reading.raw !== undefined) view.append(rawText(reading.raw, reading.resources.length === 0 && reading.issues.length === 0));
  return view;
}

function issueRow(issue: AnswerIssue): HTMLElement {
  const name = severityIcon[issue.severity];
  return element(
    "li",
    { class: `issue issue-${name}` },
    element(
      "span",
      { class: "issue-head" },
      icon(name),
      element("span", { class: "issue-severity" }, texts.severity[issue.severity]),
      element("span", { class: "issue-rule" }, issue.code),
    ),
    element("span", { class: "issue-message" }, issue.text),
    element("span", { class: "issue-expression" }, issue.place),
  );
}

/** Open by itself when nothing else says what the server answered. */
function rawText(raw: string, open: boolean): HTMLElement {
  const shown = raw === "" ? texts.answer.rawEmpty : raw.length > SHOWN ? `${raw.slice(0, SHOWN)}\n…` : raw;
  const block = element("pre", { tabindex: "0", "aria-label": texts.answer.raw }, shown);
  const details = element("details", {}, element("summary", {}, texts.answer.raw), block);
  details.open = open;
  return details;
}
