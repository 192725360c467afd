/** The dialogs of the page, each loaded when it is first asked for. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { rendered } from "../elements.js";
import { texts } from "../texts.js";
import { writeNotice } from "./incoming-text.js";

/** A dialog that is loaded when it is first asked for. */
interface DialogModule {
  View: ComponentType;
  open: () => void;
  /** Whether something was typed there that would be lost with the page. */
  holdsWork?: () => boolean;
}

/** Those that were asked for. They stay: a form keeps what was typed into it. */
const dialogs = signal<DialogModule[]>([]);

export async function openDialog(load: () => Promise<DialogModule>): Promise<void> {
  try {
    const dialog = await load();
    if (!dialogs.peek().includes(dialog)) dialogs.value = [...dialogs.peek(), dialog];
    await rendered();
    dialog.open();
  } catch {
    writeNotice.say(texts.write.loadFailed);
  }
}

export const dialogHoldsWork = (): boolean => dialogs.peek().some((dialog) => dialog.holdsWork?.());

export const Dialogs = () => dialogs.value.map(({ View }, at) => <View key={at} />);
