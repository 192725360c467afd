/**
 * A text that is open in the page: what it says, what the check says of it, where its file is from, what can be taken back, and how to
 * change or mark it. The editor shows one of them; what is done to another one is done to it out of sight.
 */
import { isolateHistory, redo, redoDepth, undo, undoDepth } from "@codemirror/commands";
import { setDiagnostics } from "@codemirror/lint";
import type { ChangeSet, EditorState, Text, Transaction, TransactionSpec } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { batch, computed, signal } from "@preact/signals";
import { Checker } from "./check/checker.js";
import { diagnostics, showTip } from "./check/editor-issues.js";
import type { Issue, Suppression, TextEdit } from "./fhirpost.js";
import type { CheckResult, MarkKind, Span } from "./message.js";
import { type EditorRequests, emptyState, markEffect } from "./write/editor-state.js";

/** What is known of how a text came here, so that work that is to be had nowhere else is not lost unasked. */
export interface Arrival {
  /** As it came, and as nobody has changed it since. */
  text?: string | undefined;
  /** Whether that is somebody's work all the same, such as a form's message. */
  isWork?: boolean;
  /** Work whose place it has taken: only undoing brings it back. */
  replaced?: string | undefined;
}

export class OpenText {
  readonly #doc = signal<Text | undefined>(undefined);
  readonly #checker = new Checker((checked) => this.#accept(checked));
  readonly #requests: EditorRequests;
  /** As it was when the editor showed it last. */
  #state: EditorState;
  #view: EditorView | undefined;
  #waiting: ((checked: CheckResult) => void)[] = [];

  /** Made into one string when it is first asked for: it may have megabytes, and many ask. */
  readonly text = computed(() => this.#doc.value?.toString() ?? "");
  readonly isEmpty = computed(() => this.text.value.trim() === "");
  /** Where the cursor is. */
  readonly cursor = signal(0);
  /** Whether it is validated as a message, whatever it is; else as what it is. */
  readonly asMessage = signal(false);
  /** What is passed over in its report, while it is open. */
  readonly suppressed = signal<Suppression[]>([]);
  /** The newest check, of the text as it was then; `whenChecked` waits for that of now. Issues are in the order of the text. */
  readonly checked = signal<CheckResult>({ text: "" });
  /** Whether there is something to take back, or to do again. */
  readonly canUndo = signal(false);
  readonly canRedo = signal(false);
  /** The name of the file that it was opened from. */
  readonly file = signal<string | undefined>(undefined);

  /** How what is there came in: `write/incoming-text.ts` writes it. */
  arrival: Arrival = {};
  /** What it is called among others: its file, or what it is about; nothing while that is not known. */
  readonly name = computed(() => {
    const { event, resources } = (this.isEmpty.value ? undefined : this.checked.value.report) ?? {};
    return this.file.value ?? event?.code ?? event?.uri ?? Object.keys(resources ?? {})[0];
  });

  constructor(requests: EditorRequests) {
    this.#requests = requests;
    this.#state = emptyState(requests, ({ state, changes, selectionSet }) => this.#follow(state, changes, selectionSet));
  }

  /** The editor shows this text, until `hide`. */
  show(host: { root: ShadowRoot; parent: HTMLElement } | EditorView): EditorView {
    const state = this.#state;
    if (!(host instanceof EditorView)) this.#view = new EditorView({ ...host, state });
    else {
      this.#view = host;
      host.setState(state);
    }
    return this.#view;
  }

  hide(): void {
    if (this.#view !== undefined) this.#state = this.#view.state;
    this.#view = undefined;
  }

  /** It is not shown any more: what workers hold for it may go. */
  close(): void {
    this.#checker.close();
  }

  /** It is shown again. */
  reopen(): void {
    this.#check();
  }

  validateAs(message: boolean): void {
    this.asMessage.value = message;
    this.#check();
  }

  suppress(entries: Suppression[]): void {
    this.suppressed.value = entries;
    this.#check();
  }

  #check(changes?: ChangeSet): void {
    this.#checker.check(this.text.peek(), this.asMessage.peek(), this.suppressed.peek(), changes);
  }

  /** The check of the text as it is now, waited for where it still runs. */
  whenChecked(): Promise<CheckResult> {
    const checked = this.checked.peek();
    return this.#isOfNow(checked) ? Promise.resolve(checked) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Selects a stretch, in the middle of the view, and puts the focus there. */
  select({ start, end }: Span): void {
    const { length } = this.#now.doc;
    const anchor = Math.min(start, length);
    const head = Math.min(Math.max(end, anchor), length);
    this.#dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    this.focus();
  }

  /** Opens the box at a place that says what is wrong there, until the cursor moves. */
  explain(issue: Issue): void {
    this.#dispatch({ effects: showTip.of({ pos: issue.start ?? 0, issues: [issue], fix: this.#requests.fix }) });
  }

  /** Lights up these stretches, until the next call for the same kind. Typing moves them along. */
  mark(kind: MarkKind, spans: Span[]): void {
    this.#dispatch({ effects: markEffect(kind, spans) });
  }

  /** Brings a stretch into view without the focus or the selection. */
  reveal({ start }: Span): void {
    const at = Math.min(start, this.#now.doc.length);
    this.#dispatch({ effects: EditorView.scrollIntoView(at, { y: "nearest", yMargin: 60 }) });
  }

  /** Changes the text at some places as one step, which undo takes back. Later edits that overlap earlier ones are left out. */
  edit(edits: TextEdit[]): void {
    const { length } = this.#now.doc;
    let last = 0;
    const changes = [];
    for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
      if (start < last || end < start || end > length) continue;
      changes.push({ from: start, to: end, insert: text });
      last = end;
    }
    this.#dispatch({ changes, annotations: isolateHistory.of("full"), userEvent: "input.fix" });
  }

  /** Puts another text in place, as one step that undo takes back, with the cursor at an offset of it. */
  replace(text: string, cursor = 0): void {
    const state = this.#now;
    // The offsets of what is there then: a file from Windows loses the first half of each end of a line.
    const insert = state.toText(text);
    const anchor = Math.min(cursor, insert.length);
    this.#dispatch({
      changes: { from: 0, to: state.doc.length, insert },
      selection: { anchor },
      annotations: isolateHistory.of("full"),
      userEvent: "input.replace",
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    });
  }

  undo(): void {
    undo(this.#target);
    this.focus();
  }

  redo(): void {
    redo(this.#target);
    this.focus();
  }

  focus(): void {
    this.#view?.focus();
  }

  get #now() {
    return this.#view?.state ?? this.#state;
  }

  get #target() {
    return { state: this.#now, dispatch: (transaction: Transaction) => this.#apply(transaction) };
  }

  #dispatch(change: TransactionSpec): void {
    this.#apply(this.#now.update(change));
  }

  #apply(transaction: Transaction): void {
    if (this.#view !== undefined) this.#view.dispatch(transaction);
    else {
      this.#state = transaction.state;
      this.#follow(transaction.state, transaction.changes, transaction.selection !== undefined);
    }
  }

  #follow(state: EditorState, changes: ChangeSet, selectionSet: boolean): void {
    if (changes.empty && !selectionSet) return;
    batch(() => {
      this.#doc.value = state.doc;
      this.cursor.value = state.selection.main.from;
      this.canUndo.value = undoDepth(state) > 0;
      this.canRedo.value = redoDepth(state) > 0;
    });
    if (changes.empty) return;
    if (this.isEmpty.peek()) this.#showIssues([]);
    this.#check(changes);
  }

  #isOfNow({ text, message = false, suppress }: CheckResult): boolean {
    return text === this.text.peek() && (text === "" || (message === this.asMessage.peek() && suppress === this.suppressed.peek()));
  }

  #accept(checked: CheckResult): void {
    // A newer text is already there, and its own check follows.
    if (!this.#isOfNow(checked)) return;
    checked.report?.issues.sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
    this.checked.value = checked;
    for (const resolve of this.#waiting.splice(0)) resolve(checked);
    if (!this.isEmpty.peek()) this.#showIssues(checked.report?.issues ?? []);
  }

  #showIssues(issues: Issue[]): void {
    const state = this.#now;
    this.#dispatch(setDiagnostics(state, diagnostics(issues, state.doc, this.#requests.fix)));
  }
}
