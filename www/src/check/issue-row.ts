/** One issue in the list: its place and what is wrong, how to fix it, and on demand why it is an issue. */
import { breakablePath, element, icon, severityIcon } from "../dom.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { choicesOf, editsOf, fixName } from "./fixes.js";

let lastId = 0;

/** A row is made once and then shows one issue after the other: making nodes is what costs time while one types. */
export class IssueRow {
  readonly element = element("li", { class: "issue-card" });
  /** Goes to the place in the text. */
  readonly button: HTMLButtonElement;
  readonly fix = element("button", { type: "button", class: "fix", tabindex: "-1", "aria-keyshortcuts": "f" });
  readonly explain = element(
    "button",
    { type: "button", class: "quiet explain", tabindex: "-1", "aria-expanded": "false" },
    texts.check.explain,
  );
  readonly #explanation = element("div", { class: "issue-explanation", id: `explanation-${++lastId}` });
  readonly #icon = element("span", { class: "issue-icon" });
  readonly #severity = element("span", { class: "issue-severity" });
  readonly #place = element("span", { class: "issue-place" });
  readonly #rule = element("span", { class: "issue-rule" });
  readonly #message = element("span", { class: "issue-message" });
  readonly #suggestion = element("span", { class: "issue-suggestion" });
  readonly #choices = element("span", { class: "issue-choices", role: "group", "aria-label": texts.fix.choices });
  /** The value that each button of a choice stands for. */
  readonly #valueOf = new Map<Element, string>();
  readonly #expression = element("span", { class: "issue-expression" });
  #issue: Issue | undefined;

  constructor() {
    const head = element("span", { class: "issue-head" }, this.#icon, this.#severity, this.#place, this.#rule);
    this.button = element("button", { type: "button", tabindex: "-1" }, head, this.#message);
    this.explain.setAttribute("aria-controls", this.#explanation.id);
    this.#explanation.hidden = true;
    const fixLine = element("div", { class: "issue-fix" }, this.fix, this.#choices, this.#suggestion);
    const foot = element("div", { class: "issue-foot" }, this.#expression, this.explain);
    this.element.append(this.button, fixLine, foot, this.#explanation);
  }

  get issue(): Issue | undefined {
    return this.#issue;
  }

  /** What stays the same while the text around the issue changes. */
  get key(): string {
    return this.#issue === undefined ? "" : keyOf(this.#issue);
  }

  show(issue: Issue): void {
    const before = this.#issue;
    this.#issue = issue;
    if (before?.severity !== issue.severity) {
      const name = severityIcon[issue.severity];
      this.button.className = `issue issue-${name}`;
      this.element.dataset.severity = name;
      this.#icon.replaceChildren(icon(name));
      this.#severity.textContent = texts.severity[issue.severity];
    }
    if (before?.rule !== issue.rule) {
      this.#rule.textContent = issue.rule;
      this.explain.setAttribute("aria-label", texts.check.explainRule(issue.rule));
      this.close();
    }
    write(this.#place, issue.line === undefined ? "" : `${issue.line}:${issue.column}`);
    write(this.#message, issue.message);
    if (this.#expression.textContent !== issue.expression) this.#expression.replaceChildren(...breakablePath(issue.expression));
    this.#showFix(issue);
  }

  /** Whether Tab stops here: at one row of the list. */
  get reachable(): boolean {
    return this.button.tabIndex === 0;
  }

  set reachable(reachable: boolean) {
    for (const button of [this.button, this.fix, this.explain, ...this.#valueOf.keys()])
      (button as HTMLElement).tabIndex = reachable ? 0 : -1;
  }

  /** Whether the cursor is in this issue. */
  set current(current: boolean) {
    if (current) this.button.setAttribute("aria-current", "true");
    else this.button.removeAttribute("aria-current");
    this.element.classList.toggle("current", current);
  }

  get isOpen(): boolean {
    return !this.#explanation.hidden;
  }

  async open(): Promise<void> {
    const rule = this.#issue?.rule;
    if (rule === undefined || this.isOpen) return;
    this.explain.setAttribute("aria-expanded", "true");
    this.#explanation.hidden = false;
    try {
      const { rulePage } = await import("./rule-pages.js");
      if (this.#issue?.rule === rule) this.#explanation.replaceChildren(rulePage(rule));
    } catch {
      this.#explanation.replaceChildren(texts.check.explanationFailed);
    }
  }

  close(): void {
    if (!this.isOpen) return;
    this.explain.setAttribute("aria-expanded", "false");
    this.#explanation.hidden = true;
    this.#explanation.replaceChildren();
  }

  #showFix(issue: Issue): void {
    const fixable = editsOf(issue).length > 0;
    const value = issue.suggestion?.value;
    this.#showChoices(issue);
    const isOne = fixable && this.#choices.hidden;
    this.fix.hidden = !isOne;
    write(this.fix, isOne ? fixName(issue) : "");
    // The button names the value already.
    this.#suggestion.hidden = value === undefined || fixable;
    if (!this.#suggestion.hidden) this.#suggestion.replaceChildren(`${texts.check.suggestion} `, element("code", {}, value ?? ""));
  }

  #showChoices(issue: Issue): void {
    const choices = choicesOf(issue);
    this.#choices.hidden = choices.length === 0;
    if (String(choices.map(({ value }) => value)) === String([...this.#valueOf.values()])) return;
    this.#valueOf.clear();
    for (const { value, name } of choices) {
      this.#valueOf.set(element("button", { type: "button", class: "fix", tabindex: this.reachable ? "0" : "-1" }, name), value);
    }
    this.#choices.replaceChildren(...this.#valueOf.keys());
  }

  /** The value that a button of this row puts in the text, if it is one of several. */
  choice(button: Element | null): string | undefined {
    return button === null ? undefined : this.#valueOf.get(button);
  }
}

export const keyOf = ({ rule, pointer, message }: Issue) => `${rule} ${pointer} ${message}`;

/** Most of what a row says stays while one types, and text that is set anew is laid out anew. */
function write(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
