/** The texts that are open, as tabs above the editor: there are any once there is more than one. */
import { signal } from "@preact/signals";
import { Button, Icon, rendered } from "../elements.js";
import type { OpenText } from "../open-text.js";
import { closeText, current, openText, openTexts, reopenText, showText } from "../store.js";
import { texts } from "../texts.js";
import { isWork, writeNotice } from "./incoming-text.js";

/** The number of each text, for those that have no name. */
const numbers = new WeakMap<OpenText, number>();
const lastNumber = signal(0);

function nameOf(text: OpenText): string {
  const { name, isEmpty } = text;
  if (!numbers.has(text)) numbers.set(text, ++lastNumber.value);
  const number = numbers.get(text) as number;
  return isEmpty.value ? texts.textTabs.empty(number) : (name.value ?? texts.textTabs.unnamed(number));
}

/** Opens an empty one beside the others. */
export function newText(): void {
  openText().focus();
}

async function close(text: OpenText): Promise<void> {
  const at = openTexts.peek().indexOf(text);
  const name = nameOf(text);
  const hadWork = isWork(text);
  closeText(text);
  const back = <Button label={texts.textTabs.reopen} class="quiet" press={() => reopenText(text, at)} />;
  if (hadWork) writeNotice.say(texts.textTabs.closed(name), back);
  await rendered();
  const tab = document.querySelector<HTMLElement>(".text-tabs [aria-selected=true]");
  if (tab) tab.focus();
  else current.peek().focus();
}

export function NewTextButton() {
  return (
    <Button class="quiet new-text" aria-label={texts.textTabs.new} title={texts.textTabs.new} press={newText}>
      <Icon name="add" />
    </Button>
  );
}

export function TextTabs() {
  const all = openTexts.value;
  // In their order, whichever is spoken of first.
  all.forEach(nameOf);
  if (all.length < 2) return null;
  const move = (event: KeyboardEvent) => {
    const at = all.indexOf(current.peek());
    if (event.key === "Delete") return void close(current.peek());
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    const text = to === undefined ? undefined : all[(to + all.length) % all.length];
    if (text === undefined) return;
    event.preventDefault();
    current.value = text;
    void rendered().then(() => document.querySelector<HTMLElement>(".text-tabs [aria-selected=true]")?.focus());
  };
  const closing = texts.textTabs.close(nameOf(current.value));
  return (
    <div class="text-tabs">
      <div class="tabs" role="tablist" aria-label={texts.textTabs.label} onKeyDown={move}>
        {all.map((text) => (
          <button
            key={text}
            type="button"
            role="tab"
            aria-controls="message-editor"
            aria-selected={text === current.value}
            tabIndex={text === current.value ? 0 : -1}
            onClick={() => showText(text)}>
            <Verdict of={text} />
            <span class="text-name">{nameOf(text)}</span>
          </button>
        ))}
      </div>
      <Button class="quiet close" aria-label={closing} title={closing} press={() => close(current.peek())}>
        <Icon name="close" />
      </Button>
    </div>
  );
}

function Verdict({ of }: { of: OpenText }) {
  const { report } = of.checked.value;
  if (of.isEmpty.value || report === undefined) return null;
  return (
    <>
      <Icon name={report.valid ? "ok" : "error"} />
      <span class="visually-hidden">{`${report.valid ? texts.check.valid : texts.check.invalid}: `}</span>
    </>
  );
}
