/** The editor and the check of its text, as one: what the other parts of the page work with. */
import { Checker } from "../check/checker.js";
import type { Issue, TextEdit } from "../fhirpost.js";
import type { CheckResult, MarkKind, OpenMessage, Span } from "../message.js";
import { Editor } from "./editor.js";

export class EditedMessage implements OpenMessage {
  readonly #editor: Editor;
  readonly #checker = new Checker((checked) => this.#showResult(checked));
  readonly #onChange: ((text: string) => void)[] = [];
  readonly #onChecked: ((checked: CheckResult) => void)[] = [];
  readonly #onCursor: ((offset: number) => void)[] = [];
  #lastChecked: CheckResult = { text: "" };
  #asMessage = false;
  #waiting: ((checked: CheckResult) => void)[] = [];

  constructor(host: HTMLElement, asked: { send: () => void; fix: (issue?: Issue) => void }) {
    this.#editor = new Editor(host, {
      changed: () => {
        const { text } = this;
        for (const listener of this.#onChange) listener(text);
        if (text.trim() === "") this.#editor.showIssues([]);
        this.#checker.check(text, this.#asMessage);
      },
      cursorMoved: (offset) => {
        for (const listener of this.#onCursor) listener(offset);
      },
      ...asked,
    });
  }

  get asMessage(): boolean {
    return this.#asMessage;
  }

  set asMessage(asMessage: boolean) {
    this.#asMessage = asMessage;
    this.#checker.check(this.text, asMessage);
  }

  #isOfNow({ text, message = false }: CheckResult): boolean {
    return text === this.text && (text === "" || message === this.#asMessage);
  }

  measure(): void {
    this.#editor.measure();
  }

  get text(): string {
    return this.#editor.text;
  }

  get cursor(): number {
    return this.#editor.cursor;
  }

  checked(): Promise<CheckResult> {
    if (this.#isOfNow(this.#lastChecked)) return Promise.resolve(this.#lastChecked);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  select(span: Span): void {
    this.#editor.select(span);
  }

  explain(issue: Issue): void {
    this.#editor.explain(issue);
  }

  mark(kind: MarkKind, spans: Span[]): void {
    this.#editor.mark(kind, spans);
  }

  reveal(span: Span): void {
    this.#editor.reveal(span);
  }

  edit(edits: TextEdit[]): void {
    this.#editor.edit(edits);
  }

  replace(text: string, cursor?: number): void {
    this.#editor.replace(text, cursor);
  }

  get canUndo(): boolean {
    return this.#editor.canUndo;
  }

  get canRedo(): boolean {
    return this.#editor.canRedo;
  }

  undo(): void {
    this.#editor.undo();
  }

  redo(): void {
    this.#editor.redo();
  }

  focus(): void {
    this.#editor.focus();
  }

  onChange(listener: (text: string) => void): void {
    this.#onChange.push(listener);
  }

  onChecked(listener: (checked: CheckResult) => void): void {
    this.#onChecked.push(listener);
  }

  onCursor(listener: (offset: number) => void): void {
    this.#onCursor.push(listener);
  }

  #showResult(checked: CheckResult): void {
    // A newer text is already there, and its own check follows.
    if (!this.#isOfNow(checked)) return;
    this.#lastChecked = checked;
    for (const resolve of this.#waiting.splice(0)) resolve(checked);
    // The issues by place: the list and the editor show them in one order.
    checked.report?.issues.sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
    if (checked.text.trim() !== "") this.#editor.showIssues(checked.report?.issues ?? []);
    for (const listener of this.#onChecked) listener(checked);
  }
}
