/** The text of the message: CodeMirror, as a JSON editor with the marks of the check. */
import { defaultKeymap, history, historyKeymap, isolateHistory, redo, redoDepth, undo, undoDepth } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, type MatchResult, syntaxTree } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, Prec, StateEffect, StateField, type Text } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  type KeyBinding,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { diagnostics, issueTip, showTip } from "../check/editor-issues.js";
import type { Issue, TextEdit } from "../fhirpost.js";
import type { MarkKind, Span } from "../message.js";
import { texts } from "../texts.js";
import { editorTheme } from "./editor-theme.js";

interface EditorEvents {
  changed: () => void;
  cursorMoved: (offset: number) => void;
  send: () => void;
  /** Asked for at an issue, or by key: then it is the one at the cursor. */
  fix: (issue?: Issue, choice?: string) => void;
}

export class Editor {
  readonly #view: EditorView;
  readonly #events: EditorEvents;
  /** The text as one string, made once for each state of it: a message may have megabytes, and many ask. */
  #string: { of: Text; text: string } | undefined;

  constructor(host: HTMLElement, events: EditorEvents) {
    this.#events = events;
    // In a shadow root, CodeMirror adopts constructed style sheets. In the document it would write a <style> element, which the
    // page's content security policy (style-src 'self') refuses.
    const root = host.attachShadow({ mode: "open" });
    const parent = document.createElement("div");
    // The host's size is the page's affair; no style sheet of the page reaches in here.
    Object.assign(parent.style, { position: "absolute", inset: "0" });
    root.append(parent);
    this.#view = new EditorView({ root, parent, state: EditorState.create({ extensions: extensions(events) }) });
  }

  /** To be called when the host comes into the page: else the gutters would be put right only after a frame, and seen to move. */
  measure(): void {
    this.#view.requestMeasure();
  }

  get text(): string {
    const { doc } = this.#view.state;
    if (this.#string?.of !== doc) this.#string = { of: doc, text: doc.toString() };
    return this.#string.text;
  }

  /** Puts another text in place as one step, which undo takes back. */
  replace(text: string, cursor = 0): void {
    const { state } = this.#view;
    // The offsets of what is there then: a file from Windows loses the first half of each end of a line.
    const insert = state.toText(text);
    const anchor = Math.min(cursor, insert.length);
    this.#view.dispatch({
      changes: { from: 0, to: state.doc.length, insert },
      selection: { anchor },
      annotations: isolateHistory.of("full"),
      userEvent: "input.replace",
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    });
  }

  get canUndo(): boolean {
    return undoDepth(this.#view.state) > 0;
  }

  get canRedo(): boolean {
    return redoDepth(this.#view.state) > 0;
  }

  /** Changes the text at some places as one step, which undo takes back. Later edits that overlap earlier ones are left out. */
  edit(edits: TextEdit[]): void {
    const { state } = this.#view;
    const inOrder = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
    let last = 0;
    const changes = [];
    for (const { start, end, text } of inOrder) {
      if (start < last || end < start || end > state.doc.length) continue;
      changes.push({ from: start, to: end, insert: text });
      last = end;
    }
    this.#view.dispatch({ changes, annotations: isolateHistory.of("full"), userEvent: "input.fix" });
  }

  undo(): void {
    undo(this.#view);
    this.focus();
  }

  redo(): void {
    redo(this.#view);
    this.focus();
  }

  mark(kind: MarkKind, spans: Span[]): void {
    this.#view.dispatch({ effects: markEffect(kind, spans) });
  }

  /** Brings a stretch into view where it is not. */
  reveal({ start }: Span): void {
    const at = Math.min(start, this.#view.state.doc.length);
    this.#view.dispatch({ effects: EditorView.scrollIntoView(at, { y: "nearest", yMargin: 60 }) });
  }

  /** Marks the issues of a check of the text that is shown. */
  showIssues(issues: Issue[]): void {
    const { state } = this.#view;
    this.#view.dispatch(setDiagnostics(state, diagnostics(issues, state.doc, this.#events.fix)));
  }

  /** Opens the box that says what is wrong at a place, as a pointer that hovers does. */
  explain(issue: Issue): void {
    this.#view.dispatch({ effects: showTip.of({ pos: issue.start ?? 0, issues: [issue], fix: this.#events.fix }) });
  }

  /** Selects a stretch, in the middle of the view. */
  select({ start, end }: Span): void {
    const length = this.#view.state.doc.length;
    const anchor = Math.min(start, length);
    const head = Math.min(Math.max(end, anchor), length);
    this.#view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    this.focus();
  }

  get cursor(): number {
    return this.#view.state.selection.main.from;
  }

  focus(): void {
    this.#view.focus();
  }
}

function key(name: string, run: () => void): KeyBinding {
  return {
    key: name,
    run: () => {
      run();
      return true;
    },
  };
}

/** A key that is held down sends once, and confirms nothing. */
function isRepeatedSend(event: KeyboardEvent): boolean {
  return event.repeat && event.key === "Enter" && (event.ctrlKey || event.metaKey);
}

function extensions(events: EditorEvents) {
  return [
    // Before the default keys, in which Mod-Enter inserts a line.
    Prec.highest(EditorView.domEventHandlers({ keydown: isRepeatedSend })),
    Prec.highest(keymap.of([key("Mod-Enter", events.send), key("Mod-.", () => events.fix())])),
    lintGutter(),
    lineNumbers(),
    foldGutter(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    highlightSelectionMatches(),
    bracketMatching({ renderMatch: matchingBrackets }),
    indentOnInput(),
    indentUnit.of("  "),
    search({ top: true }),
    json(),
    editorTheme,
    marks,
    issueTip(events.fix),
    EditorView.lineWrapping,
    placeholder(texts.editor.placeholder),
    EditorView.contentAttributes.of({ "aria-label": texts.editor.label, spellcheck: "false", tabindex: "0" }),
    // Tab is left to the browser: who works by keyboard must be able to leave the editor.
    keymap.of([...searchKeymap, ...foldKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) events.changed();
      if (update.docChanged || update.selectionSet) events.cursorMoved(update.state.selection.main.from);
    }),
  ];
}

const MATCHING = Decoration.mark({ class: "cm-matchingBracket" });
const NONMATCHING = Decoration.mark({ class: "cm-nonmatchingBracket" });

/** A long text is parsed bit by bit: a bracket whose other half was not reached yet is not said to have none. */
function matchingBrackets({ start, end, matched }: MatchResult, state: EditorState) {
  if (!matched && syntaxTree(state).length < state.doc.length) return [];
  const mark = matched ? MATCHING : NONMATCHING;
  return [mark.range(start.from, start.to), ...(end ? [mark.range(end.from, end.to)] : [])];
}

const KINDS: MarkKind[] = ["hit", "hover"];
const CLASS = { hit: Decoration.mark({ class: "cm-hit" }), hover: Decoration.mark({ class: "cm-hover" }) };

/** A stretch at each of a thousand places shows enough, and is drawn only where one looks. */
const MOST = 10_000;

const setMarks = StateEffect.define<{ kind: MarkKind; spans: Span[] }>();

const fields = Object.fromEntries(KINDS.map((kind) => [kind, field(kind)])) as Record<MarkKind, StateField<DecorationSet>>;

function field(kind: MarkKind): StateField<DecorationSet> {
  return StateField.define({
    create: () => Decoration.none,
    update(marks, { changes, effects, state }) {
      const set = effects.filter((effect) => effect.is(setMarks) && effect.value.kind === kind).at(-1);
      if (set === undefined) return marks.map(changes);
      const length = state.doc.length;
      const inside = (set.value.spans as Span[]).filter(({ start, end }) => start < end && end <= length).slice(0, MOST);
      return Decoration.set(
        inside.map(({ start, end }) => CLASS[kind].range(start, end)),
        true,
      );
    },
    provide: (self) => EditorView.decorations.from(self),
  });
}

/** Stretches of the text that are lit up from outside: hits of an expression, and what is pointed at in another view. */
const marks: Extension = Object.values(fields);

const markEffect = (kind: MarkKind, spans: Span[]) => setMarks.of({ kind, spans });
