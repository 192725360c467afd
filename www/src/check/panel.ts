/** The issues of the message: which of them are shown, the way to each, and its fix. */
import { element } from "../dom.js";
import type { Issue } from "../fhirpost.js";
import type { CheckResult, OpenMessage } from "../message.js";
import type { Panel } from "../tabs.js";
import { texts } from "../texts.js";
import type { Tools } from "../tools.js";
import { Fixer, sameIssue } from "./fixes.js";
import { IssueFilter } from "./issue-filter.js";
import { IssueList } from "./issue-list.js";
import type { Verdict } from "./verdict.js";

export class CheckPanel implements Panel {
  readonly element: HTMLElement;
  readonly #message: OpenMessage;
  readonly #verdict: Verdict;
  readonly #filter = new IssueFilter(() => this.#filterChanged());
  readonly #list = new IssueList({ goTo: (issue) => void this.goTo(issue), fix: (issue, choice) => void this.#fixInList(issue, choice) });
  readonly #fixer: Fixer;
  readonly #bar: HTMLElement;
  readonly #showing = element("span", { class: "muted" });
  readonly #showAll = element("button", { type: "button", class: "quiet" }, texts.check.showAll);
  // It takes the focus when the last row is gone.
  readonly #note = element("p", { class: "muted note", tabindex: "-1" });
  #checked: CheckResult = { text: "" };
  #visible = true;
  /** Whether other issues are to be shown than those in the list: it is not brought up to date while nobody sees it. */
  #isStale = false;
  /** Where the focus goes when the check of a fixed text is there. */
  #focusNext: number | undefined;

  constructor(message: OpenMessage, verdict: Verdict, tools: Tools) {
    this.#message = message;
    this.#verdict = verdict;
    this.#fixer = new Fixer(message, tools);
    this.#fixer.all.addEventListener("click", () => void this.#fixAll());
    this.#showAll.addEventListener("click", () => {
      this.#filter.reset();
      this.#filterChanged();
      this.#list.focus(0);
    });
    const line = element("div", { class: "issue-bar" }, this.#showing, this.#showAll, this.#fixer.all);
    this.#bar = element("div", {}, this.#filter.element, line);
    this.element = element("div", { class: "issues" }, this.#bar, this.#fixer.notice, this.#note, this.#list.element);
    message.onChange((text) => {
      if (text.trim() === "") this.#showResult({ text });
    });
    // That an empty text is not a message is not an issue to fix.
    message.onChecked((checked) => this.#showResult(checked.text.trim() === "" ? { text: checked.text } : checked));
    message.onCursor((offset) => {
      if (this.#visible) this.#list.markAt(offset);
    });
    this.#render();
  }

  show(): void {
    this.#visible = true;
    this.#render();
  }

  hide(): void {
    this.#visible = false;
  }

  async goTo(issue: Issue): Promise<void> {
    // The places of issues are right only for the text that was checked: what is pressed right after typing waits for that.
    await this.#message.checked();
    const there = this.#issues.includes(issue) ? issue : sameIssue(this.#issues, issue);
    if (there !== undefined) this.#goTo(there);
  }

  #goTo(issue: Issue): void {
    this.#list.visit(issue);
    this.#message.select({ start: issue.start ?? 0, end: issue.end ?? 0 });
    this.#verdict.say(`${texts.severity[issue.severity]}, ${issue.line}:${issue.column}. ${issue.message}`);
  }

  /** Goes to the issue after the cursor, or before it, of those that are shown. */
  async goToNeighbour(direction: 1 | -1): Promise<void> {
    await this.#message.checked();
    if (this.#isStale) this.#list.show(this.#issues.filter((issue) => this.#filter.passes(issue)));
    this.#isStale = false;
    const issue = this.#list.neighbour(this.#message.cursor, direction);
    if (issue !== undefined) {
      this.#goTo(issue);
      this.#message.explain(issue);
    } else if (this.#issues.length > 0) this.#verdict.say(texts.check.noneShown);
  }

  /** Fixes this issue, or the one at the cursor: asked for in the editor, where the focus stays. */
  fix(issue?: Issue, choice?: string): void {
    void (issue === undefined ? this.#fixer.atCursor() : this.#fixer.one(issue, choice));
  }

  get #issues(): Issue[] {
    return this.#checked.report?.issues ?? [];
  }

  #showResult(checked: CheckResult): void {
    this.#checked = checked;
    this.#render();
    if (this.#focusNext === undefined) return;
    const next = this.#focusNext;
    this.#focusNext = undefined;
    if (!this.#list.focus(next)) this.#note.focus();
  }

  #filterChanged(): void {
    this.#render();
    this.#verdict.say(texts.check.showing(this.#list.length, this.#issues.length));
  }

  #render(): void {
    this.#isStale = !this.#visible;
    if (this.#isStale) return;
    const { text, report } = this.#checked;
    const issues = this.#issues;
    const shown = this.#filter.isOn ? issues.filter((issue) => this.#filter.passes(issue)) : issues;
    this.#filter.count(issues);
    this.#fixer.count(issues, report?.truncated ?? false);
    this.#list.show(shown);
    this.#list.markAt(this.#message.cursor);
    this.#bar.hidden = issues.length === 0 && !this.#filter.isOn;
    this.#showing.textContent = texts.check.showing(shown.length, issues.length);
    this.#showAll.hidden = !this.#filter.isOn;
    const isClean = text.trim() !== "" && report !== undefined && issues.length === 0;
    const isHidden = issues.length > 0 && shown.length === 0;
    const note = report?.truncated
      ? texts.check.truncated(issues.length)
      : isClean
        ? texts.check.clean
        : isHidden
          ? texts.check.noneShown
          : "";
    this.#note.textContent = note;
    this.#note.hidden = note === "";
  }

  /** The row of the issue goes; the next one then has the focus. */
  async #fixInList(issue: Issue, choice?: string): Promise<void> {
    const index = this.#list.indexOf(issue);
    this.#focusNext = index;
    if (!(await this.#fixer.one(issue, choice))) {
      this.#focusNext = undefined;
      this.#list.focus(index);
    }
  }

  async #fixAll(): Promise<void> {
    this.#focusNext = 0;
    if (await this.#fixer.everything()) return;
    this.#focusNext = undefined;
    this.#fixer.all.focus();
  }
}
