/** Two texts and what differs between them. Loaded when it is first asked for. */
import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useLayoutEffect, useRef } from "preact/hooks";
import { editorTheme } from "./editor-theme.js";
import { shapeJson } from "./json-text.js";

export interface Compared {
  before: string;
  after: string;
}

export interface Labelled extends Compared {
  label: string;
}

/** A text of one line would be one difference. */
const laidOut = (text: string) => (text.includes("\n") ? text : (shapeJson(text, "format").text ?? text));

/** In a shadow root, for the reason that the editor has one. */
export function Comparison({ before, after, label }: Labelled) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = host.current as HTMLDivElement;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const extensions = [
      // Two long texts that have nothing in common are not compared sign by sign.
      unifiedMergeView({
        original: laidOut(before),
        mergeControls: false,
        collapseUnchanged: { margin: 2, minSize: 6 },
        diffConfig: { scanLimit: 500, timeout: 500 },
      }),
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      EditorView.lineWrapping,
      lineNumbers(),
      editorTheme,
      differences,
    ];
    const view = new EditorView({ doc: laidOut(after), root, parent: root, extensions });
    return () => view.destroy();
  }, [before, after, label]);
  return <div class="comparison" ref={host} />;
}

const differences = EditorView.theme({
  ".cm-changedLine": { backgroundColor: "var(--ok-soft) !important" },
  ".cm-deletedChunk": { backgroundColor: "var(--error-soft) !important" },
  ".cm-changedText, .cm-deletedText": { background: "none !important", textDecoration: "underline" },
  ".cm-deletedChunk .cm-deletedText": { textDecoration: "line-through" },
  ".cm-collapsedLines": { color: "var(--muted)", background: "var(--well)", padding: "2px 10px" },
  // The signs that it comes with are in few fonts.
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: "'⋯'" },
});
