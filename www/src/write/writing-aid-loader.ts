/** Brings what helps somebody who writes into the editor, once there is a text and somebody is in it: nothing earlier waits for it. */
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, ViewPlugin } from "@codemirror/view";

const arrived = StateEffect.define<null>();

/** Whether this text has it: each text that is open has a state of its own. */
const isThere = StateField.define<boolean>({
  create: () => false,
  update: (before, { effects }) => before || effects.some((effect) => effect.is(arrived)),
});

/** @param typing Whether somebody types already: then the list opens for what is typed until it is here. */
async function bring(view: EditorView, typing: boolean): Promise<void> {
  if (view.state.field(isThere)) return;
  const { writingAid, openAtWord } = await import("./writing-aid.js");
  // Another text may be shown by now, which has it or not.
  if (view.state.field(isThere, false) !== false) return;
  view.dispatch({ effects: [arrived.of(null), StateEffect.appendConfig.of(writingAid)] });
  if (typing) openAtWord(view);
}

const loader = ViewPlugin.define(() => ({}), {
  eventHandlers: {
    keydown: ({ key, ctrlKey, metaKey }, view) => {
      // Pasting and the like is no writing.
      if (key === " " || (key.length === 1 && !ctrlKey && !metaKey)) void bring(view, true).catch(() => {});
    },
    mousemove: (_event, view) => {
      if (view.state.doc.length > 0) void bring(view, false).catch(() => {});
    },
  },
});

export const writingAidLoader: Extension = [isThere, loader];
