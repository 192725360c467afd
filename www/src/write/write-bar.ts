/** What stands above the editor: the ways to get a message into it, and to change all of it. */
import { element } from "../dom.js";
import type { Message } from "../message.js";
import { openLink, takeLink } from "../share/open-link.js";
import { texts } from "../texts.js";
import type { Tools } from "../workers/tools.js";
import type { ComposeDialog } from "./compose/dialog.js";
import { KeepSwitch } from "./keep-switch.js";
import { MoreMenu } from "./more-menu.js";
import { OpenFile } from "./open-file.js";
import { Replacing } from "./replacing.js";
import { Reshape } from "./reshape.js";

export class WriteBar {
  readonly element: HTMLElement;
  readonly notice: HTMLElement;
  readonly #replacing: Replacing;
  readonly #keep: KeepSwitch;
  #compose: ComposeDialog | undefined;

  constructor(message: Message, tools: Tools, dropTarget: HTMLElement) {
    const replacing = new Replacing(message);
    this.#replacing = replacing;
    this.#keep = new KeepSwitch(message, replacing);
    this.notice = replacing.notice;
    const reshape = new Reshape(message, tools, replacing);
    const file = new OpenFile(replacing, dropTarget);

    // What is needed rarely loads when it is first asked for, and stays: a form keeps what was typed into it.
    const gallery = once(async () => new (await import("./gallery.js")).Gallery(replacing));
    const compose = once(async () => {
      this.#compose = new (await import("./compose/dialog.js")).ComposeDialog(replacing, tools);
      return this.#compose;
    });
    const open = (dialog: () => Promise<{ open(): void }>) => async () => {
      try {
        (await dialog()).open();
      } catch {
        replacing.say(texts.write.loadFailed);
      }
    };

    const actions = () => [
      button(texts.write.format, () => reshape.run("format")),
      button(texts.write.minify, () => reshape.run("minify")),
      undoButton(message),
      redoButton(message),
    ];
    this.element = element(
      "div",
      { class: "write-bar", role: "group", "aria-label": texts.write.label },
      button(texts.write.examples, open(gallery)),
      button(texts.write.compose, open(compose)),
      button(texts.write.open, () => file.choose()),
      // On a narrow screen these are in the menu instead.
      element("span", { class: "write-actions" }, ...actions()),
      new MoreMenu(actions(), this.#keep.element).element,
    );
  }

  /** Brings in what the page may begin with: the text that was kept on this device, and the message of the link that opened it. */
  async begin(): Promise<void> {
    const link = takeLink();
    // A link that is put into the address bar of the open page does not load it anew.
    window.addEventListener("hashchange", () => void openLink(takeLink(), this.#replacing));
    await this.#keep.restore();
    await openLink(link, this.#replacing);
  }

  /** Whether leaving the page would lose a person's work: this text, unless it is to be had elsewhere, or a form half filled. */
  holdsWork(text: string): boolean {
    const isLost = this.#replacing.holdsWork(text) && !this.#keep.has(text);
    return isLost || this.#replacing.holdsReplaced || (this.#compose?.holdsWork ?? false);
  }
}

function button(name: string, press: () => unknown): HTMLButtonElement {
  const made = element("button", { type: "button" }, name);
  made.addEventListener("click", () => void press());
  return made;
}

function undoButton(message: Message): HTMLButtonElement {
  const made = button(texts.write.undo, () => message.undo());
  made.disabled = true;
  message.onChange(() => {
    made.disabled = !message.canUndo;
  });
  return made;
}

function redoButton(message: Message): HTMLButtonElement {
  const made = button(texts.write.redo, () => message.redo());
  made.disabled = true;
  message.onChange(() => {
    made.disabled = !message.canRedo;
  });
  return made;
}

/** Makes it when it is first asked for; what failed is tried again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
