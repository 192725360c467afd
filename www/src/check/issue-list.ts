/** The issues of the message, by place. One tab stop: arrow keys move inside, Enter goes to the place in the text. */
import { element } from "../dom.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { IssueRow, keyOf } from "./issue-row.js";

/** Rows that are there at once: a message may have a thousand issues, and each key typed brings the list up to date. */
const ROWS = 100;

interface IssueListEvents {
  goTo: (issue: Issue) => void;
  fix: (issue: Issue, choice?: string) => void;
}

export class IssueList {
  readonly element = element("div", { class: "issue-list" });
  readonly #events: IssueListEvents;
  readonly #list = element("ol", { "aria-label": texts.check.listLabel });
  readonly #more = element("button", { type: "button", class: "quiet" });
  #issues: Issue[] = [];
  #rows: IssueRow[] = [];
  /** The row that Tab stops at. */
  #reachable = 0;
  #shown = ROWS;
  /** The issue that the cursor is in. */
  #current = -1;
  /** The issue that was gone to last. */
  #visited = -1;

  constructor(events: IssueListEvents) {
    this.#events = events;
    this.element.append(this.#list, this.#more);
    this.#list.addEventListener("keydown", (event) => this.#press(event));
    this.#list.addEventListener("click", (event) => this.#click(event));
    this.#list.addEventListener("focusin", (event) => this.#reach(this.#indexOf(event.target)));
    this.#more.addEventListener("click", () => {
      const first = this.#shown;
      this.#shown += ROWS;
      this.#render();
      this.focus(first);
    });
    this.show([]);
  }

  get length(): number {
    return this.#issues.length;
  }

  show(issues: Issue[]): void {
    const visited = this.#issues[this.#visited];
    this.#issues = issues;
    this.#current = -1;
    // The same issue after another check, too: else the way to the next one would go to it again.
    this.#visited =
      visited === undefined ? -1 : issues.findIndex((issue) => issue.start === visited.start && keyOf(issue) === keyOf(visited));
    this.#shown = Math.max(ROWS, Math.min(this.#shown, Math.ceil(issues.length / ROWS) * ROWS));
    this.#render();
  }

  /** Shows which issue the cursor is in. */
  markAt(offset: number): void {
    const holds = (issue: Issue | undefined) => (issue?.start ?? 1) <= offset && offset <= (issue?.end ?? 0);
    // Of several at one place the one that was gone to; else the smallest stretch, which is the last to begin.
    const at = holds(this.#issues[this.#visited]) ? this.#visited : this.#issues.findLastIndex(holds);
    if (at === this.#current) return;
    const before = this.#rows[this.#current];
    if (before !== undefined) before.current = false;
    this.#current = at;
    if (at >= this.#shown) {
      this.#shown = Math.ceil((at + 1) / ROWS) * ROWS;
      this.#render();
    }
    const row = this.#rows[at];
    if (row === undefined) return;
    row.current = true;
    // With the next frame, which lays the page out anyway: to ask for places in between would have it laid out once more.
    requestAnimationFrame(() => this.#scrollTo(row.element));
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

  /** Where the way to the next one begins: it was gone to from elsewhere. */
  visit(issue: Issue): void {
    this.#visited = this.#issues.indexOf(issue);
  }

  indexOf(issue: Issue): number {
    return this.#issues.indexOf(issue);
  }

  /** Puts the focus on a row, or on the last one; tells whether there is any. */
  focus(index: number): boolean {
    const row = this.#rows[Math.min(index, this.#rows.length - 1)];
    row?.button.focus();
    return row !== undefined;
  }

  #render(): void {
    const focused = this.#indexOf((this.#list.getRootNode() as Document).activeElement);
    const issues = this.#issues.slice(0, this.#shown);
    this.#rows = this.#fitRows(issues);
    let place = this.#list.firstElementChild;
    for (const [index, row] of this.#rows.entries()) {
      row.show(issues[index] as Issue);
      row.current = index === this.#current;
      if (row.element === place) place = place.nextElementSibling;
      else this.#list.insertBefore(row.element, place);
    }
    this.#reach(Math.min(this.#reachable, this.#rows.length - 1));
    // The row that had the focus may be gone: the one in its place has it then, so that nobody who works by keyboard is lost.
    if (focused >= 0 && this.#indexOf((this.#list.getRootNode() as Document).activeElement) < 0) this.focus(focused);
    this.#list.hidden = issues.length === 0;
    const rest = this.#issues.length - issues.length;
    this.#more.hidden = rest === 0;
    this.#more.textContent = texts.check.more(Math.min(rest, ROWS));
  }

  /** For each issue the row that showed it before, or one that is free, or a new one. The rows that are left over are gone from the list. */
  #fitRows(issues: Issue[]): IssueRow[] {
    const free = new Map<string, IssueRow[]>();
    for (const row of this.#rows) {
      const alike = free.get(row.key);
      if (alike === undefined) free.set(row.key, [row]);
      else alike.push(row);
    }
    const kept = issues.map((issue) => free.get(keyOf(issue))?.shift());
    const spare = [...free.values()].flat();
    for (const row of spare) row.element.remove();
    return kept.map((row) => {
      if (row !== undefined) return row;
      const fitting = spare.pop() ?? new IssueRow();
      fitting.close();
      return fitting;
    });
  }

  #reach(index: number): void {
    if (index < 0) return;
    this.#reachable = index;
    for (const [at, row] of this.#rows.entries()) {
      if (row.reachable !== (at === index)) row.reachable = at === index;
    }
  }

  #indexOf(target: EventTarget | null): number {
    if (!(target instanceof Node)) return -1;
    return this.#rows.findIndex((row) => row.element.contains(target));
  }

  #click(event: MouseEvent): void {
    const row = this.#rows[this.#indexOf(event.target)];
    if (row?.issue === undefined) return;
    const button = (event.target as Element).closest("button");
    if (button === row.button) this.#events.goTo(row.issue);
    const choice = row.choice(button);
    if (button === row.fix || choice !== undefined) this.#events.fix(row.issue, choice);
    if (button === row.explain) this.#toggle(row, !row.isOpen);
  }

  #toggle(row: IssueRow, open: boolean): void {
    if (open) void row.open();
    else row.close();
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = this.#indexOf(event.target);
    const row = this.#rows[from];
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: this.#rows.length - 1 }[event.key];
    if (to !== undefined && this.#rows[to] !== undefined) this.focus(to);
    else if (event.key === "f" && row?.issue !== undefined && !row.fix.hidden) this.#events.fix(row.issue);
    else if (event.key === "ArrowRight" && row !== undefined) this.#toggle(row, true);
    else if (event.key === "ArrowLeft" && row !== undefined) this.#toggle(row, false);
    else return;
    event.preventDefault();
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
}
