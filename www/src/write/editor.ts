/** The text of the message: CodeMirror, as a JSON editor with the marks of the check. */
import { defaultKeymap, history, historyKeymap, isolateHistory, redo, undo } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, type Text } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import type { Issue } from "fhirpost";
import { diagnostics } from "../check/diagnostics.js";
import type { MarkKind, Span, TextEdit } from "../message.js";
import { texts } from "../texts.js";
import { editorTheme } from "./editor-theme.js";
import { markEffect, marks } from "./marks.js";

export interface EditorEvents {
  changed: () => void;
  cursorMoved: (offset: number) => void;
  send: () => void;
}

export class Editor {
  readonly #view: EditorView;
  /** The text as one string, made once for each state of it: a message may have megabytes, and many ask. */
  #string: { of: Text; text: string } | undefined;

  constructor(host: HTMLElement, events: EditorEvents) {
    // In a shadow root, CodeMirror adopts constructed style sheets. In the document it would write a <style> element, which the
    // page's content security policy (style-src 'self') refuses.
    const root = host.attachShadow({ mode: "open" });
    const parent = document.createElement("div");
    // The host's size is the page's affair; no style sheet of the page reaches in here.
    Object.assign(parent.style, { position: "absolute", inset: "0" });
    root.append(parent);
    this.#view = new EditorView({ root, parent, state: EditorState.create({ extensions: extensions(events) }) });
  }

  get text(): string {
    const { doc } = this.#view.state;
    if (this.#string?.of !== doc) this.#string = { of: doc, text: doc.toString() };
    return this.#string.text;
  }

  /** Puts another text in place as one step, which undo takes back. */
  replace(text: string): void {
    const { state } = this.#view;
    this.#view.dispatch({
      changes: { from: 0, to: state.doc.length, insert: text },
      selection: { anchor: 0 },
      annotations: isolateHistory.of("full"),
      userEvent: "input.replace",
      scrollIntoView: true,
    });
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

  /** Marks the issues of a check, if its text is still the text that is shown. */
  showIssues(issues: Issue[]): void {
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics(issues, this.#view.state.doc.length)));
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

function extensions(events: EditorEvents) {
  return [
    // Before the default keys, in which Mod-Enter inserts a line.
    Prec.highest(
      keymap.of([
        {
          key: "Mod-Enter",
          run: () => {
            events.send();
            return true;
          },
        },
      ]),
    ),
    lintGutter(),
    lineNumbers(),
    foldGutter(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    highlightSelectionMatches(),
    bracketMatching(),
    indentOnInput(),
    indentUnit.of("  "),
    search({ top: true }),
    json(),
    editorTheme,
    marks,
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
