/** The message that is open, in the form: what the form knows of it is filled in, and what is changed there is changed in its text. */
import { signal } from "@preact/signals";
import { Button } from "../../elements.js";
import type { OpenText } from "../../open-text.js";
import { current } from "../../store.js";
import { texts } from "../../texts.js";
import { tools } from "../../workers.js";
import type { Values } from "./field.js";
import { clear, isChanging, isFilled, original, put, showKind, values } from "./form.js";

interface Existing {
  subject: OpenText;
  text: string;
  /** What the form shows of it, also what is only there by default. */
  values: Values;
}

/** The open message, where the form knows such. */
export const existing = signal<Existing | undefined>(undefined);

/** What was in the form before the message was. */
let restore: (() => void) | undefined;

export async function lookForMessage(): Promise<void> {
  const subject = current.peek();
  const text = subject.text.peek();
  if (isChanging.peek() && existing.peek()?.text === text && existing.peek()?.subject === subject) return;
  if (isChanging.peek()) stopChanging();
  existing.value = undefined;
  if (text.trim() === "") return;
  const found = await tools.ask("readForm", [text]).catch(() => undefined);
  if (found !== undefined && subject.text.peek() === text) existing.value = { subject, text, values: found };
}

function change(): void {
  const found = existing.peek();
  if (found === undefined) return;
  restore = isFilled() ? clear() : () => clear();
  original.value = found.values;
  showKind("submit");
  put(found.values);
  // A field that the message has nothing for may show something that is there by default: that is no change.
  original.value = values.peek();
  existing.value = { ...found, values: values.peek() };
}

export function stopChanging(): void {
  original.value = undefined;
  clear();
  restore?.();
  restore = undefined;
}

export function ExistingMessage({ say }: { say: (words: string) => void }) {
  if (existing.value === undefined) return null;
  const { open, opened, isOpen, leave } = texts.compose.existing;
  if (isChanging.value) {
    return (
      <div class="compose-existing">
        <span>{isOpen}</span> <Button label={leave} class="quiet" press={stopChanging} />
      </div>
    );
  }
  return (
    <div class="compose-existing">
      <Button
        label={open}
        press={() => {
          change();
          say(opened);
        }}
      />
    </div>
  );
}
