/** The text of the message: CodeMirror, as a JSON editor with the marks of the check. */
import { defaultKeymap, history, historyKeymap, isolateHistory, undo } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
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
import { diagnostics } from "./diagnostics.js";
import { editorTheme } from "./editor-theme.js";
import { texts } from "./texts.js";

export interface EditorEvents {
  changed: (text: string) => void;
  cursorMoved: (offset: number) => void;
  send: () => void;
}

export class Editor {
  readonly #view: EditorView;

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
    return this.#view.state.doc.toString();
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

  undo(): void {
    undo(this.#view);
    this.focus();
  }

  /** Marks the issues of a check, if its text is still the text that is shown. */
  showIssues(issues: Issue[]): void {
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics(issues, this.#view.state.doc.length)));
  }

  /** Selects what an issue is about, in the middle of the view. */
  goTo(issue: Issue): void {
    const length = this.#view.state.doc.length;
    const anchor = Math.min(issue.start ?? 0, length);
    const head = Math.min(Math.max(issue.end ?? anchor, anchor), length);
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
    EditorView.lineWrapping,
    placeholder(texts.editor.placeholder),
    EditorView.contentAttributes.of({ "aria-label": texts.editor.label, spellcheck: "false", tabindex: "0" }),
    // Tab is left to the browser: who works by keyboard must be able to leave the editor.
    keymap.of([...searchKeymap, ...foldKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) events.changed(update.state.doc.toString());
      if (update.docChanged || update.selectionSet) events.cursorMoved(update.state.selection.main.from);
    }),
  ];
}
