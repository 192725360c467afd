/** The issues of the message, and the way to each of them. */
import type { Issue } from "fhirpost";
import { element } from "../dom.js";
import type { Message } from "../message.js";
import type { Panel } from "../panel.js";
import { texts } from "../texts.js";
import type { Checked } from "./checker.js";
import { IssueList } from "./issue-list.js";
import type { Verdict } from "./verdict.js";

export class CheckPanel implements Panel {
  readonly element: HTMLElement;
  readonly #message: Message;
  readonly #verdict: Verdict;
  readonly #list = new IssueList((issue) => this.goTo(issue));

  constructor(message: Message, verdict: Verdict) {
    this.#message = message;
    this.#verdict = verdict;
    this.element = element("div", { class: "issues" }, this.#list.element);
    message.onChange((text) => {
      if (text.trim() === "") this.#list.clear();
    });
    message.onChecked((checked) => this.#show(checked));
    message.onCursor((offset) => this.#list.markAt(offset));
  }

  goTo(issue: Issue): void {
    this.#message.select({ start: issue.start ?? 0, end: issue.end ?? 0 });
    this.#verdict.say(`${texts.severity[issue.severity]}, ${issue.line}:${issue.column}. ${issue.message}`);
  }

  /** Goes to the issue after the cursor, or before it. */
  async goToNeighbour(direction: 1 | -1): Promise<void> {
    // The places of issues are right only for the text that was checked: a key pressed right after typing waits for that.
    await this.#message.checked();
    const issue = this.#list.neighbour(this.#message.cursor, direction);
    if (issue !== undefined) this.goTo(issue);
  }

  #show({ text, report }: Checked): void {
    if (text.trim() === "") return;
    this.#list.show(report?.issues ?? [], report?.truncated ?? false, report === undefined ? "" : undefined);
    this.#list.markAt(this.#message.cursor);
  }
}
