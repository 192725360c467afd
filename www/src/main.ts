/** The page: the message on one side, its check and its sending on the other. */

import type { Issue } from "fhirpost";
import { type Checked, Checker } from "./checker.js";
import { element } from "./dom.js";
import { Editor } from "./editor.js";
import { examplePicker } from "./example-picker.js";
import type { Exchange } from "./exchange.js";
import { header, keyHints } from "./frame.js";
import { IssueList } from "./issue-list.js";
import { readBody } from "./outcome.js";
import { type Reading, readAnswer, readFailure } from "./reading.js";
import { SendPanel } from "./send-panel.js";
import { texts } from "./texts.js";
import { Verdict } from "./verdict.js";

const verdict = new Verdict();
const issueList = new IssueList(goTo);
const checker = new Checker(showChecked);
const sendPanel = new SendPanel({ text: () => editor.text, checked: latestCheck, read });
const editorHost = element("div", { class: "editor" });
const editor = new Editor(editorHost, {
  changed: textChanged,
  cursorMoved: (offset) => issueList.markAt(offset),
  send: () => void sendPanel.send(),
});
const examples = examplePicker(editor);

document.body.append(
  header(),
  element(
    "main",
    {},
    element(
      "section",
      { class: "panel message", "aria-labelledby": "message-heading" },
      element("div", { class: "panel-head" }, element("h2", { id: "message-heading" }, texts.editor.heading), examples.element),
      examples.notice,
      editorHost,
      keyHints(),
    ),
    element(
      "div",
      { class: "side" },
      element(
        "section",
        { class: "panel check", "aria-labelledby": "check-heading" },
        element("h2", { id: "check-heading" }, texts.check.heading),
        verdict.element,
        verdict.liveRegion,
        issueList.element,
      ),
      sendPanel.element,
    ),
  ),
);

let lastChecked: Checked = { text: "" };
let waitingForCheck: ((checked: Checked) => void)[] = [];

function textChanged(text: string): void {
  sendPanel.textChanged();
  examples.textChanged(text);
  if (text.trim() === "") {
    verdict.showEmpty();
    issueList.clear();
    editor.showIssues([]);
  }
  checker.check(text);
}

function showChecked(checked: Checked): void {
  // A newer text is already there, and its own check follows.
  if (checked.text !== editor.text) return;
  lastChecked = checked;
  for (const resolve of waitingForCheck) resolve(checked);
  waitingForCheck = [];
  if (checked.text.trim() === "") return;
  verdict.show(checked);
  const issues = [...(checked.report?.issues ?? [])].sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
  issueList.show(issues, checked.report?.truncated ?? false, checked.report === undefined ? "" : undefined);
  editor.showIssues(issues);
  issueList.markAt(editor.cursor);
}

function latestCheck(): Promise<Checked> {
  if (lastChecked.text === editor.text) return Promise.resolve(lastChecked);
  return new Promise((resolve) => waitingForCheck.push(resolve));
}

function goTo(issue: Issue): void {
  editor.goTo(issue);
  verdict.say(`${texts.severity[issue.severity]}, ${issue.line}:${issue.column}. ${issue.message}`);
}

async function read(exchange: Exchange, sent: Checked): Promise<Reading> {
  if (exchange.kind !== "answered") return readFailure(exchange.kind);
  const [request, answer] = await Promise.all([checker.route(sent.text), checker.route(exchange.text)]);
  const focus = (request?.focus ?? []).map(({ type, id }) => `${type}/${id}`);
  return readAnswer(exchange, readBody(exchange.text), answer, { messageId: sent.report?.messageId, focus });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "F8") {
    event.preventDefault();
    const direction = event.shiftKey ? -1 : 1;
    // The places of issues are right only for the text that was checked: a key pressed right after typing waits for that.
    void latestCheck().then(() => {
      const issue = issueList.neighbour(editor.cursor, direction);
      if (issue !== undefined) goTo(issue);
    });
  }
  // Inside the editor its own key has already sent.
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
    event.preventDefault();
    void sendPanel.send();
  }
});

window.addEventListener("beforeunload", (event) => {
  if (examples.isTyped(editor.text)) event.preventDefault();
});
