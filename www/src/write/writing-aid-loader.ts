/** Brings what helps somebody who writes into the editor, once somebody is in it: the first paint does not wait for it. */
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, ViewPlugin } from "@codemirror/view";

const arrived = StateEffect.define<null>();

/** Whether this text has it: each text that is open has a state of its own. */
const isThere = StateField.define<boolean>({
  create: () => false,
  update: (before, { effects }) => before || effects.some((effect) => effect.is(arrived)),
});

async function bring(view: EditorView): Promise<void> {
  if (view.state.field(isThere)) return;
  const { writingAid } = await import("./writing-aid.js");
  // Another text may be shown by now, which has it or not.
  if (view.state.field(isThere, false) === false) view.dispatch({ effects: [arrived.of(null), StateEffect.appendConfig.of(writingAid)] });
}

const loader = ViewPlugin.define(() => ({}), {
  eventHandlers: {
    focus: (_event, view) => void bring(view).catch(() => {}),
    keydown: (_event, view) => void bring(view).catch(() => {}),
    mousemove: (_event, view) => void bring(view).catch(() => {}),
  },
});

export const writingAidLoader: Extension = [isThere, loader];
