/** The page: the message on one side, what can be known of it and done with it on the other. */
import { CheckPanel } from "./check/panel.js";
import { asMessageSwitch, Verdict } from "./check/verdict.js";
import { element, isModal } from "./dom.js";
import { PageVersions } from "./offline/page-versions.js";
import { nextTask, painted } from "./painted.js";
import type { SendPanel } from "./send/panel.js";
import { Tabs } from "./tabs.js";
import { texts } from "./texts.js";
import { Tools } from "./tools.js";
import { EditedMessage } from "./write/edited-message.js";
import { WriteBar } from "./write/write-bar.js";

const editorHost = element("div", { class: "editor" });
await nextTask();
const message = new EditedMessage(editorHost, { send: () => void send(), fix: (issue) => issues.fix(issue) });
await nextTask();
const tools = new Tools();
const verdict = new Verdict();
const issues = new CheckPanel(message, verdict, tools);
const messagePanel = element("section", { class: "panel message", "aria-labelledby": "message-heading" });
const writeBar = new WriteBar(message, tools, messagePanel);
const versions = new PageVersions(message);

// Only what is there from the start is loaded with the page: the other views come when they are first asked for.
const tabs = new Tabs({
  check: async () => issues,
  see: async () => (await import("./see/panel.js")).create(message, tools),
  send: async () => (await import("./send/panel.js")).create(message),
  evaluate: async () => (await import("./evaluate/panel.js")).create(message),
  share: async () => (await import("./share/panel.js")).create(message, tools),
});

await nextTask();
messagePanel.append(
  element("div", { class: "panel-head" }, element("h2", { id: "message-heading" }, texts.editor.heading), writeBar.element),
  writeBar.notice,
  editorHost,
  keyHints(),
);
const main = element("main", {}, messagePanel);
document.body.append(versions.notice, main);
message.measure();
await painted();
main.append(
  element(
    "div",
    { class: "side" },
    element(
      "section",
      { class: "panel check", "aria-labelledby": "check-heading" },
      element("h2", { id: "check-heading", class: "visually-hidden" }, texts.check.heading),
      verdict.element,
      asMessageSwitch(message),
      verdict.liveRegion,
    ),
    tabs.element,
  ),
);

/** A verdict that is older than the text is shown no longer than this, in milliseconds: most checks are done by then. */
const STALE = 300;
let waiting: ReturnType<typeof setTimeout> | undefined;

message.onChange((text) => {
  clearTimeout(waiting);
  if (text.trim() !== "") {
    waiting = setTimeout(() => verdict.showWaiting(), STALE);
    return;
  }
  verdict.showEmpty();
  tabs.badge("check", "");
});
message.onChecked((checked) => {
  clearTimeout(waiting);
  if (checked.text.trim() === "") return;
  verdict.show(checked);
  const count = checked.report?.issues.length ?? 0;
  const tone = checked.report?.valid === false ? "error" : "";
  tabs.badge("check", count === 0 ? "" : texts.tabs.count(count, checked.report?.truncated ?? false), tone);
});

/** From anywhere on the page: the view of sending opens, and the message goes as from its button. */
async function send(): Promise<void> {
  // As it is at the press: the view may have to be loaded first.
  const { text } = message;
  await ((await tabs.show("send")) as SendPanel).send(text);
}

document.addEventListener("keydown", (event) => {
  // A dialog has keys of its own, and what lies behind it takes none.
  if (isModal()) return;
  if (event.key === "F8") {
    event.preventDefault();
    void issues.goToNeighbour(event.shiftKey ? -1 : 1);
  }
  // Inside the editor its own key has already sent.
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
    event.preventDefault();
    // A key that is held down asks once, and confirms nothing.
    if (!event.repeat) void send();
  }
});

void writeBar.begin();

window.addEventListener("beforeunload", (event) => {
  if (writeBar.holdsWork(versions.holdsText ? "" : message.text)) event.preventDefault();
});

/** The line of keys below the editor. */
function keyHints(): HTMLElement {
  const control = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
  const hint = (keys: string[], meaning: string) => element("span", {}, ...keys.map((key) => element("kbd", {}, key)), ` ${meaning}`);
  const { keys } = texts.editor;
  return element(
    "p",
    { class: "keys muted" },
    hint(["F8"], keys.next),
    hint([control, "."], keys.fix),
    hint([control, "Enter"], keys.send),
    hint([control, "F"], keys.find),
  );
}
