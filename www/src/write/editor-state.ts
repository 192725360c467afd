/** What an editor of JSON has: its keys, its looks, the marks of the check, and stretches that are lit up. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, type MatchResult, syntaxTree } from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
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
  type ViewUpdate,
} from "@codemirror/view";
import { issueTip } from "../check/editor-issues.js";
import type { Issue } from "../fhirpost.js";
import type { MarkKind, Span } from "../message.js";
import { texts } from "../texts.js";
import { editorTheme } from "./editor-theme.js";
import { writingAidLoader } from "./writing-aid-loader.js";

/** What is asked for inside the editor. */
export interface EditorRequests {
  send: () => void;
  /** At an issue, or by key: then it is the one at the cursor. */
  fix: (issue?: Issue, choice?: string) => void;
  /** A text was pasted, and is there now. */
  pasted: () => void;
}

/** An empty text with its own history. */
export function emptyState(requests: EditorRequests, updated: (update: ViewUpdate) => void): EditorState {
  return EditorState.create({ extensions: extensions(requests, updated) });
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

function extensions(requests: EditorRequests, updated: (update: ViewUpdate) => void) {
  return [
    // Before the default keys, in which Mod-Enter inserts a line.
    Prec.highest(EditorView.domEventHandlers({ keydown: isRepeatedSend })),
    Prec.highest(keymap.of([key("Mod-Enter", requests.send), key("Mod-.", () => requests.fix())])),
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
    issueTip(requests.fix),
    writingAidLoader,
    EditorView.lineWrapping,
    placeholder(texts.editor.placeholder),
    EditorView.contentAttributes.of({ "aria-label": texts.editor.label, spellcheck: "false", tabindex: "0" }),
    // Tab is left to the browser: who works by keyboard must be able to leave the editor.
    keymap.of([...searchKeymap, ...foldKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorView.updateListener.of((update) => {
      updated(update);
      if (update.transactions.some((one) => one.isUserEvent("input.paste"))) requests.pasted();
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

export const markEffect = (kind: MarkKind, spans: Span[]) => setMarks.of({ kind, spans });
