/**
 * How the editor looks. All colours are the page's custom properties, which reach into the shadow root, so light and dark need
 * no second theme. CodeMirror's own squiggles and gutter signs are data: images, which the content security policy refuses, and
 * differ by colour alone: they are drawn anew here.
 */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const squiggle = (colour: string, line: string) => ({
  backgroundImage: "none",
  paddingBottom: "0",
  textDecoration: `underline ${line} var(${colour})`,
  textDecorationThickness: "1.5px",
  textUnderlineOffset: "3px",
  textDecorationSkipInk: "none",
});

const sign = (colour: string, character: string, shape: Record<string, string>) => ({
  content: `"${character}"`,
  display: "grid",
  placeItems: "center",
  width: "15px",
  height: "15px",
  font: "700 11px/1 var(--font-text)",
  color: "var(--surface)",
  background: `var(${colour})`,
  ...shape,
});

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--surface)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-code)", lineHeight: "1.55" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--accent)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--faint)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 4px 0 2px", minWidth: "26px" },
  ".cm-activeLine": { backgroundColor: "var(--line-active)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--line-active)", color: "var(--text)" },
  ".cm-foldGutter span": { color: "var(--faint)" },
  ".cm-foldPlaceholder": { background: "var(--well)", border: "1px solid var(--border)", color: "var(--muted)", padding: "0 6px" },
  "& > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground":
    {
      background: "var(--selection)",
    },
  ".cm-selectionMatch": { backgroundColor: "var(--match)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--match)", outline: "1px solid var(--border-strong)" },
  ".cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--error-soft)" },
  ".cm-specialChar": { color: "var(--error)" },

  ".cm-lintRange-error": squiggle("--error", "wavy"),
  ".cm-lintRange-warning": squiggle("--warning", "dashed"),
  ".cm-lintRange-info": squiggle("--information", "dotted"),
  ".cm-lintRange-active": { backgroundColor: "var(--match)" },
  ".cm-hit": { backgroundColor: "var(--hit)", outline: "1px solid var(--hit-edge)", borderRadius: "2px" },
  ".cm-hover": { backgroundColor: "var(--hover)", boxShadow: "inset 2px 0 var(--accent)" },
  ".cm-lintPoint-error::after": { borderBottomColor: "var(--error)" },
  ".cm-lintPoint-warning::after": { borderBottomColor: "var(--warning)" },
  ".cm-lintPoint-info::after": { borderBottomColor: "var(--information)" },
  ".cm-gutter-lint": { width: "22px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "2.5px 0 0 5px" },
  ".cm-lint-marker": { width: "15px", height: "15px" },
  ".cm-lint-marker-error, .cm-lint-marker-warning, .cm-lint-marker-info": { content: "normal" },
  ".cm-lint-marker-error::before": sign("--error", "×", { borderRadius: "50%" }),
  ".cm-lint-marker-warning::before": sign("--warning", "!", {
    clipPath: "polygon(50% 0, 100% 100%, 0 100%)",
    paddingTop: "4px",
    boxSizing: "border-box",
  }),
  ".cm-lint-marker-info::before": sign("--information", "i", { borderRadius: "3px" }),

  ".cm-tooltip": {
    color: "var(--text)",
    backgroundColor: "var(--surface)",
    border: "1px solid var(--border-strong)",
    borderRadius: "8px",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
    maxWidth: "min(34rem, 90vw)",
    maxHeight: "50vh",
    overflowY: "auto",
  },
  ".cm-diagnostic": { padding: "8px 12px", font: "13px/1.45 var(--font-text)", unicodeBidi: "isolate", overflowWrap: "anywhere" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--error)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warning)" },
  ".cm-diagnostic-info": { borderLeft: "4px solid var(--information)" },
  ".cm-diagnosticAction": {
    font: "550 13px/1.4 var(--font-text)",
    color: "var(--accent)",
    background: "var(--surface)",
    border: "1px solid var(--accent)",
    borderRadius: "7px",
    padding: "2px 10px",
    margin: "6px 6px 0 0",
    cursor: "pointer",
    textAlign: "start",
  },
  ".cm-diagnosticAction:focus-visible": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-code)", fontSize: "13px", maxHeight: "14em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip-autocomplete ul li[aria-selected], .cm-tooltip-autocomplete-disabled ul li[aria-selected]": {
    background: "var(--selection)",
    color: "var(--text)",
  },
  // What is under the pointer of a finger has its size.
  "@media (pointer: coarse)": { ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { minHeight: "44px", alignContent: "center" } },
  ".cm-tooltip-autocomplete": { overflow: "visible" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal", fontFamily: "var(--font-text)" },
  ".cm-tooltip-autocomplete li[aria-selected] .cm-completionDetail": { color: "inherit" },
  // Without room beside the list it would lie on what can be chosen.
  ".cm-tooltip.cm-completionInfo-left-narrow, .cm-tooltip.cm-completionInfo-right-narrow": { visibility: "hidden" },
  ".cm-tooltip.cm-completionInfo": { overflow: "hidden", padding: "0", maxWidth: "24rem" },
  ".description": { padding: "8px 12px", font: "13px/1.45 var(--font-text)", overflowWrap: "anywhere" },
  ".description strong": { font: "600 13px var(--font-code)" },
  ".description-line": { color: "var(--muted)", marginTop: "2px" },
  ".description a": { display: "inline-block", marginTop: "4px", color: "var(--accent)" },

  ".explanation .rule": { font: "12px var(--font-code)", color: "var(--muted)", marginTop: "4px" },
  ".explanation .suggestion": { marginTop: "2px" },

  ".cm-panels": { backgroundColor: "var(--well)", color: "var(--text)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--border)" },
  ".cm-panel.cm-search": { padding: "8px 32px 8px 10px", font: "13px var(--font-text)" },
  ".cm-panel.cm-search label": { fontSize: "13px", display: "inline-flex", alignItems: "center", gap: "4px" },
  ".cm-textfield": {
    font: "13px var(--font-text)",
    color: "var(--text)",
    background: "var(--surface)",
    border: "1px solid var(--border-strong)",
    borderRadius: "6px",
    padding: "4px 8px",
  },
  ".cm-button": {
    font: "13px var(--font-text)",
    color: "var(--text)",
    background: "var(--surface)",
    border: "1px solid var(--border-strong)",
    borderRadius: "6px",
    padding: "4px 10px",
  },
  ".cm-panel.cm-search [name=close]": { font: "18px var(--font-text)", color: "var(--muted)", padding: "2px 8px" },
  ".cm-textfield:focus-visible, .cm-button:focus-visible, .cm-panel [name=close]:focus-visible": {
    outline: "2px solid var(--accent)",
    outlineOffset: "1px",
  },
  ".cm-searchMatch": { backgroundColor: "var(--match)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--selection)", outline: "1px solid var(--accent)" },
});

const highlight = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-property)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-literal)" },
  { tag: [tags.brace, tags.squareBracket, tags.separator], color: "var(--muted)" },
  { tag: tags.invalid, color: "var(--error)" },
]);

export const editorTheme = [theme, syntaxHighlighting(highlight)];
