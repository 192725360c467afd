/** The page: the message on one side, what can be known of it and done with it on the other. */
import { signal } from "@preact/signals";
import { h, render } from "preact";
import { fixAtCursor, fixOne } from "./check/fixer.js";
import { goToNeighbour } from "./check/issues.js";
import { CheckSummary } from "./check/verdict.js";
import { isModal } from "./elements.js";
import { followNames } from "./entry-names.js";
import { IntakeLine, look } from "./intake/intake-line.js";
import { followLooks } from "./looks.js";
import { NoticeLine } from "./notices.js";
import { holdsText, versionNotice, watchVersions } from "./offline/page-versions.js";
import { nextTask, painted } from "./painted.js";
import { keepsDefinitions } from "./settings.js";
import { current, currentText, editorRequests } from "./store.js";
import { texts } from "./texts.js";
import { followTitle } from "./title.js";
import { showView, Views } from "./views.js";
import { checkWorker } from "./workers.js";
import { Editor } from "./write/editor.js";
import { writeNotice } from "./write/incoming-text.js";
import { Dialogs } from "./write/open-dialog.js";
import { DropTarget, isDropping } from "./write/open-file.js";
import { openShortcuts } from "./write/start-view.js";
import { TextTabs } from "./write/text-tabs.js";
import { begin, holdsWork, WriteBar } from "./write/write-bar.js";

/** The check starts when the page is built, or with the first text: what it has to load and compile would be in the page's way. */
const IDLE = 500;

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
const { keys } = texts.editor;
const KEYS: [keys: string[], meaning: string][] = [
  [["F8"], keys.next],
  [[isMac ? "⌘" : "Ctrl", "."], keys.fix],
  [[isMac ? "⌘" : "Ctrl", "Enter"], keys.send],
  [[isMac ? "⌘" : "Ctrl", "F"], keys.find],
];

function MessagePanel() {
  return (
    <section class={isDropping.value ? "panel message dropping" : "panel message"} aria-labelledby="message-heading">
      <DropTarget />
      <div class="panel-head">
        <h2 id="message-heading">{texts.editor.heading}</h2>
        <WriteBar />
      </div>
      <TextTabs />
      <NoticeLine notice={writeNotice} class="notice" />
      <IntakeLine />
      <Editor />
      <p class="keys muted">
        {KEYS.map(([names, meaning]) => (
          <span key={meaning}>
            {names.map((name) => h("kbd", null, name))}
            {` ${meaning}`}
          </span>
        ))}
      </p>
    </section>
  );
}

/** What is beside the message comes once that is painted. */
const isWhole = signal(false);

function Page() {
  return (
    <>
      <MessagePanel />
      {isWhole.value && (
        <div class="side">
          <CheckSummary />
          <Views />
        </div>
      )}
      <Dialogs />
    </>
  );
}

followLooks();
await nextTask();
const [notice, main] = [document.createElement("div"), document.createElement("main")];
document.body.append(notice, main);
render(<NoticeLine notice={versionNotice} class="notice new-version" />, notice);
render(<Page />, main);
await painted();
isWhole.value = true;

/** From anywhere on the page: the view of sending opens, and the message goes as from its button. */
async function send(): Promise<void> {
  // As it is at the press: the view may have to be loaded first.
  const text = currentText.peek();
  await showView("send");
  await (await import("./send/sending.js")).send(text);
}

/** Between the text and what is beside it: from a place in the text back to its issue in the list, and from there to the text. */
function changeSides(): void {
  const side = document.querySelector(".views");
  if (side?.contains(document.activeElement)) {
    current.peek().focus();
    return;
  }
  const shown = side?.querySelector(".view:not([hidden])");
  const there =
    shown?.querySelector<HTMLElement>("[aria-current=true]") ?? shown?.querySelector<HTMLElement>("[tabindex='0'], button, input");
  there?.focus();
  there?.scrollIntoView({ block: "nearest" });
}

/** Whether a key writes something where the focus is; the editor is in a shadow root. */
function isTyping(event: KeyboardEvent): boolean {
  const [at] = event.composedPath();
  return at instanceof HTMLElement && (at.isContentEditable || at.matches("input, textarea, select"));
}

editorRequests.send = () => void send();
editorRequests.pasted = () => void look();
// Asked for in the editor, where the focus stays.
editorRequests.fix = (issue, choice) => void (issue === undefined ? fixAtCursor() : fixOne(issue, choice));

document.addEventListener("keydown", (event) => {
  // A dialog has keys of its own, and what lies behind it takes none.
  if (isModal()) return;
  if (event.key === "F8") {
    event.preventDefault();
    void goToNeighbour(event.shiftKey ? -1 : 1);
  }
  if (event.key === "F6") {
    event.preventDefault();
    changeSides();
  }
  if (event.key === "?" && !isTyping(event)) {
    event.preventDefault();
    void openShortcuts();
  }
  // Inside the editor its own key has already sent.
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
    event.preventDefault();
    // A key that is held down asks once, and confirms nothing.
    if (!event.repeat) void send();
  }
});

watchVersions();
followTitle();
followNames();
void begin();
if (keepsDefinitions()) void import("./packages/packages.js").then(({ restore }) => restore()).catch(() => {});
setTimeout(() => checkWorker.start(), IDLE);

window.addEventListener("beforeunload", (event) => {
  if (holdsWork(holdsText)) event.preventDefault();
});
