/** The issues of the message, by place. One tab stop: arrow keys move inside, Enter goes to the place in the text. */
import type { Issue } from "fhirpost";
import { element } from "../dom.js";
import { icon } from "../icons.js";
import { texts } from "../texts.js";
import { severityIcon } from "./severity.js";

/** Rows that are made at once: a message may have a thousand issues, and each key typed makes the list anew. */
const ROWS = 100;

export class IssueList {
  readonly element = element("div", { class: "issue-list" });
  readonly #list = element("ol", { "aria-label": texts.check.listLabel });
  readonly #note = element("p", { class: "muted note" });
  readonly #more = element("button", { type: "button", class: "quiet" });
  #issues: Issue[] = [];
  #shown = ROWS;
  /** The row of the issue that the cursor is in. */
  #current = -1;
  /** The issue that `neighbour` gave last. */
  #visited = -1;

  constructor(readonly goTo: (issue: Issue) => void) {
    this.element.append(this.#note, this.#list, this.#more);
    this.#list.addEventListener("keydown", (event) => this.#move(event));
    this.#more.addEventListener("click", () => {
      const first = this.#shown;
      this.#shown += ROWS;
      this.#render();
      this.#row(first)?.focus();
    });
    this.clear();
  }

  clear(): void {
    this.show([], false, "");
  }

  show(issues: Issue[], truncated: boolean, note = issues.length === 0 ? texts.check.clean : ""): void {
    this.#issues = issues;
    this.#shown = ROWS;
    this.#current = -1;
    this.#visited = -1;
    this.#note.textContent = truncated ? texts.check.truncated(issues.length) : note;
    this.#note.hidden = this.#note.textContent === "";
    this.#render();
  }

  /** Shows which issue the cursor is in. */
  markAt(offset: number): void {
    const at = this.#issues.findIndex((issue) => (issue.start ?? 0) <= offset && offset <= (issue.end ?? 0));
    if (at === this.#current) return;
    this.#row(this.#current)?.removeAttribute("aria-current");
    this.#current = at;
    const row = this.#row(at);
    if (row === null || row === undefined) return;
    row.setAttribute("aria-current", "true");
    this.#scrollTo(row);
  }

  /** The issue after (or before) the cursor, around the end to the other. Several at one place are visited in turn. */
  neighbour(cursor: number, direction: 1 | -1): Issue | undefined {
    const issues = this.#issues;
    const start = (issue: Issue | undefined) => issue?.start ?? 0;
    if (issues[this.#visited] !== undefined && start(issues[this.#visited]) === cursor) this.#visited += direction;
    else if (direction === 1) this.#visited = issues.findIndex((issue) => start(issue) >= cursor);
    else this.#visited = issues.findLastIndex((issue) => start(issue) < cursor);
    if (issues[this.#visited] === undefined) this.#visited = direction === 1 ? 0 : issues.length - 1;
    return issues[this.#visited];
  }

  #render(): void {
    const shown = this.#issues.slice(0, this.#shown);
    this.#list.replaceChildren(...shown.map((issue, index) => element("li", {}, this.#button(issue, index === 0))));
    this.#list.hidden = shown.length === 0;
    const rest = this.#issues.length - shown.length;
    this.#more.hidden = rest === 0;
    this.#more.textContent = texts.check.more(Math.min(rest, ROWS));
  }

  #button(issue: Issue, first: boolean): HTMLButtonElement {
    const name = severityIcon[issue.severity];
    const place = issue.line === undefined ? "" : `${issue.line}:${issue.column}`;
    const button = element(
      "button",
      { type: "button", class: `issue issue-${name}`, tabindex: first ? "0" : "-1" },
      element(
        "span",
        { class: "issue-head" },
        icon(name),
        element("span", { class: "issue-severity" }, texts.severity[issue.severity]),
        element("span", { class: "issue-place" }, place),
        element("span", { class: "issue-rule" }, issue.rule),
      ),
      element("span", { class: "issue-message" }, issue.message),
      ...(issue.suggestion
        ? [element("span", { class: "issue-suggestion" }, `${texts.check.suggestion} `, element("code", {}, issue.suggestion.value))]
        : []),
      element("span", { class: "issue-expression" }, issue.expression),
    );
    button.addEventListener("click", () => this.goTo(issue));
    return button;
  }

  /** Only inside the view that scrolls: `scrollIntoView` would also move the page, away from the editor that one types in. */
  #scrollTo(row: HTMLElement): void {
    const view = this.element.closest("[role=tabpanel]");
    if (view === null) return;
    const bounds = view.getBoundingClientRect();
    const place = row.getBoundingClientRect();
    if (place.top < bounds.top) view.scrollTop -= bounds.top - place.top;
    else if (place.bottom > bounds.bottom) view.scrollTop += place.bottom - bounds.bottom;
  }

  #row(index: number): HTMLElement | null | undefined {
    return this.#list.children[index]?.querySelector("button");
  }

  #move(event: KeyboardEvent): void {
    const rows = [...this.#list.querySelectorAll("button")];
    const from = rows.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: rows.length - 1 }[event.key];
    const target = to === undefined ? undefined : rows[to];
    if (target === undefined) return;
    event.preventDefault();
    for (const row of rows) row.tabIndex = row === target ? 0 : -1;
    target.focus();
  }
}
