/** Stretches of the text that are lit up from outside: hits of an expression, and what is pointed at in another view. */
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import type { MarkKind, Span } from "../message.js";

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

export const marks: Extension = Object.values(fields);

export const markEffect = (kind: MarkKind, spans: Span[]) => setMarks.of({ kind, spans });
