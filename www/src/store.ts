/** What the page is about, in one place: the texts that are open, which of them the editor shows, and which view is beside it. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Issue } from "./fhirpost.js";
import { OpenText } from "./open-text.js";
import type { texts } from "./texts.js";
import type { EditorRequests } from "./write/editor-state.js";

/** What is asked for inside the editor, of whichever text; the page says what comes of it. */
export const editorRequests: EditorRequests = { send: () => {}, fix: () => {}, pasted: () => {} };

const newText = () =>
  new OpenText({
    send: () => editorRequests.send(),
    fix: (issue?: Issue, choice?: string) => editorRequests.fix(issue, choice),
    pasted: () => editorRequests.pasted(),
  });

const first = newText();

/** The texts that are open; there is always one. */
export const openTexts: Signal<OpenText[]> = signal([first]);

/** The one that the editor shows, and that everything else on the page is about. */
export const current: Signal<OpenText> = signal(first);

export const currentText: ReadonlySignal<string> = computed(() => current.value.text.value);

/** Opens one more, and shows it. */
export function openText(): OpenText {
  const made = newText();
  openTexts.value = [...openTexts.peek(), made];
  current.value = made;
  return made;
}

/** Shows another of them, as it was left. */
export function showText(text: OpenText): void {
  current.value = text;
  text.focus();
}

/** Closes one; its neighbour is shown instead, or an empty one: there is always one. */
export function closeText(text: OpenText): void {
  const all = openTexts.peek();
  const at = all.indexOf(text);
  if (at < 0) return;
  const left = all.filter((other) => other !== text);
  if (left.length === 0) left.push(newText());
  batch(() => {
    openTexts.value = left;
    if (current.peek() === text) current.value = left[Math.min(at, left.length - 1)] as OpenText;
  });
  text.close();
}

/** Opens one again that was closed, where it was, and shows it: it has its history still. */
export function reopenText(text: OpenText, at: number): void {
  batch(() => {
    openTexts.value = openTexts.peek().toSpliced(at, 0, text);
    current.value = text;
  });
  text.reopen();
}

/** Calls back whenever a value has changed; not for the one that is there now. */
export function whenChanged<T>(of: ReadonlySignal<T>, then: (value: T) => void): () => void {
  let isFirst = true;
  return of.subscribe((value) => {
    if (!isFirst) then(value);
    isFirst = false;
  });
}

export type ViewName = keyof typeof texts.tabs.names;

/** The view beside the text. */
export const shownView: Signal<ViewName> = signal("check");
