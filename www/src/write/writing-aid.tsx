/**
 * What helps somebody who writes: a list of what may be written at the cursor, and a box that says what is known of an element. A worker
 * answers both, so no key waits. The editor loads this part when somebody is there (`writing-aid-loader.ts`).
 */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import { isolateHistory } from "@codemirror/commands";
import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from "@codemirror/view";
import { render } from "preact";
import type { Completion as Item } from "../fhirpost.js";
import { tools } from "../workers.js";
import type { Description } from "./described.js";
import { DescriptionBox } from "./description.js";

/** A longer text goes to the worker only when somebody asks: handing it over at each key would hold up the keys. In UTF-16 units. */
const MOST = 500_000;

/** What goes on with what the list was made for: names, codes, references. */
const GOES_ON = /^[\w\-.:/|#]*$/;

const KIND = { property: "property", code: "constant", reference: "variable", value: "text" } as const;

/** The worker is given up when it is asked for something newer: then there is no list, and nothing to say. */
const answered = <Answer,>(answer: Promise<Answer>): Promise<Answer | undefined> => answer.catch(() => undefined);

async function offered(context: CompletionContext): Promise<CompletionResult | null> {
  const { state, pos, explicit } = context;
  if (!explicit && (state.doc.length > MOST || !/["\w]/.test(state.sliceDoc(pos - 1, pos)))) return null;
  const text = state.doc.toString();
  const given = await answered(tools.ask("complete", [text, pos]));
  if (given === undefined || context.aborted || given.items.length === 0) return null;
  const { start, end, items } = given;
  // What is typed is matched with the names, which have no quotation mark.
  const from = text[start] === '"' && start < pos ? start + 1 : start;
  const rest = { before: from - start, after: end - pos };
  return { from, validFor: GOES_ON, options: items.map((item, place) => option(item, place, text, { start, end }, rest)) };
}

function option(
  item: Item,
  place: number,
  text: string,
  { start, end }: { start: number; end: number },
  rest: { before: number; after: number },
): Completion {
  return {
    label: item.label,
    detail: item.label === item.detail ? "" : item.detail,
    type: KIND[item.kind],
    // In the order in which the core gives them: what is probable comes first.
    boost: Math.max(99 - place, -99),
    apply: (view, completion, from, to) => insert(view, completion, item, { from: from - rest.before, to: to + rest.after }),
    ...(item.kind === "property" && {
      info: async () => {
        const written = text.slice(0, start) + item.text + text.slice(end);
        const described = text.length > MOST ? undefined : await answered(tools.ask("describe", [written, start + 1]));
        return described === undefined ? null : boxOf(described, false);
      },
    }),
  };
}

function insert(view: EditorView, completion: Completion, item: Item, { from, to }: { from: number; to: number }): void {
  view.dispatch({
    changes: { from, to: Math.min(to, view.state.doc.length), insert: item.text },
    selection: { anchor: from + (item.cursor ?? item.text.length) },
    annotations: [pickedCompletion.of(completion), isolateHistory.of("full")],
    userEvent: "input.complete",
    scrollIntoView: true,
  });
  // A name is there: what its value may be comes next.
  if (item.cursor !== undefined) startCompletion(view);
}

function boxOf(description: Description, linked: boolean): { dom: HTMLElement; destroy: () => void } {
  const dom = document.createElement("div");
  render(<DescriptionBox of={description} linked={linked} />, dom);
  return { dom, destroy: () => render(null, dom) };
}

async function tooltipAt(view: EditorView, pos: number): Promise<Tooltip | null> {
  const description = await answered(tools.ask("describe", [view.state.doc.toString(), pos]));
  if (description === undefined) return null;
  const { start, end } = description;
  return { pos: start, end, above: true, create: () => boxOf(description, true) };
}

/** The same box without a mouse: it opens by key at the cursor, and closes on Escape, on typing, and when the cursor goes elsewhere. */
const showBox = StateEffect.define<Tooltip | null>();

const box = StateField.define<Tooltip | null>({
  create: () => null,
  update(shown, { docChanged, effects, selection }) {
    const asked = effects.find((effect) => effect.is(showBox));
    if (asked !== undefined) return asked.value;
    return docChanged || selection !== undefined ? null : shown;
  },
  provide: (self) => showTooltip.from(self),
});

const keys = keymap.of([
  {
    key: "Ctrl-Shift-Space",
    run: (view) => {
      const { doc, selection } = view.state;
      void tooltipAt(view, selection.main.head).then((tooltip) => {
        const isThere = view.state.doc === doc && view.state.selection.eq(selection);
        if (isThere) view.dispatch({ effects: showBox.of(tooltip) });
      });
      return true;
    },
  },
  {
    key: "Escape",
    run: (view) => {
      if (view.state.field(box) === null) return false;
      view.dispatch({ effects: showBox.of(null) });
      return true;
    },
  },
]);

/** Opens the list where a word has begun. */
export function openAtWord(view: EditorView): void {
  const { doc, selection } = view.state;
  const { head } = selection.main;
  if (doc.length <= MOST && /"[\w\-.]*$/.test(view.state.sliceDoc(Math.max(0, head - 60), head))) startCompletion(view);
}

export const writingAid: Extension = [
  // In JSON no line ends in the middle of a name or a code: Enter means the list as soon as there is one.
  autocompletion({ override: [offered], icons: false, maxRenderedOptions: 100, interactionDelay: 0 }),
  hoverTooltip((view, pos) => tooltipAt(view, pos), { hideOnChange: true }),
  box,
  Prec.high(keys),
];
