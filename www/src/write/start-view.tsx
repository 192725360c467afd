/** The first screen: what the page does in one sentence, and three ways in; with what it is that one has before one. */
import { Button } from "../elements.js";
import { lookAgain } from "../intake/requests.js";
import { texts } from "../texts.js";
import { put, writeNotice } from "./incoming-text.js";
import { openDialog } from "./open-dialog.js";

const { start } = texts;
const PASTE = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘V" : "Ctrl+V";

async function paste(): Promise<void> {
  let text: string;
  try {
    text = await navigator.clipboard.readText();
  } catch {
    writeNotice.say(start.pasteByKey(PASTE));
    document.querySelector<HTMLElement>("#message-editor")?.shadowRoot?.querySelector<HTMLElement>(".cm-content")?.focus();
    return;
  }
  if (text.trim() === "") return writeNotice.say(start.nothingToPaste);
  put(text, start.pasted, { isWork: true });
  lookAgain();
}

async function takeExample(): Promise<void> {
  try {
    const { default: text } = await import("../../examples/submit-service-request-broken.json?raw");
    put(text, texts.examples.loaded(texts.examples.submit.title));
  } catch {
    writeNotice.say(texts.write.loadFailed);
  }
}

export const openSettings = () => openDialog(() => import("./settings-dialog.js"));
export const openShortcuts = () => openDialog(() => import("./shortcuts.js"));

export function StartView() {
  const doors: [words: readonly string[], press: () => unknown][] = [
    [start.doors.paste, paste],
    [start.doors.example, takeExample],
    [start.doors.compose, () => openDialog(() => import("./compose/dialog.js"))],
  ];
  return (
    <section class="start" aria-label={start.heading}>
      <p>{start.says}</p>
      <ul class="doors">
        {doors.map(([[name = "", hint = ""], press]) => (
          <li key={name}>
            <Button aria-label={`${name}. ${hint}`} press={press}>
              <strong>{name}</strong> <span>{hint}</span>
            </Button>
          </li>
        ))}
      </ul>
      <div class="about muted">
        <Button class="quiet" label={start.settings} press={openSettings} />
        <Button class="quiet" label={start.shortcuts} press={openShortcuts} />
        <span>{start.version(import.meta.env.VITE_VERSION as string)}</span>
        <span>{start.licence}</span>
      </div>
    </section>
  );
}
