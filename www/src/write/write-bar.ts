/** What is above the editor: the ways to get a message into it, and to change all of it. */
import { button, element } from "../dom.js";
import type { OpenMessage } from "../message.js";
import { texts } from "../texts.js";
import type { Tools } from "../tools.js";
import type { ComposeDialog } from "./compose/dialog.js";
import { IncomingText, OpenFile, openLink, takeLink } from "./incoming-text.js";
import type { Shape, ShapedText } from "./json-text.js";
import { KeepSwitch } from "./keep.js";

export class WriteBar {
  readonly element: HTMLElement;
  readonly notice: HTMLElement;
  readonly #incoming: IncomingText;
  readonly #keep: KeepSwitch;
  #compose: ComposeDialog | undefined;

  constructor(message: OpenMessage, tools: Tools, dropTarget: HTMLElement) {
    const incoming = new IncomingText(message);
    this.#incoming = incoming;
    this.#keep = new KeepSwitch(message, incoming);
    this.notice = incoming.notice;
    const reshape = new Reshape(message, tools, incoming);
    const file = new OpenFile(incoming, dropTarget);

    // What is needed rarely loads when it is first asked for, and stays: a form keeps what was typed into it.
    const gallery = once(async () => new (await import("./gallery.js")).Gallery(incoming));
    const compose = once(async () => {
      this.#compose = new (await import("./compose/dialog.js")).ComposeDialog(incoming, tools);
      return this.#compose;
    });
    const open = (dialog: () => Promise<{ open(): void }>) => async () => {
      try {
        (await dialog()).open();
      } catch {
        incoming.say(texts.write.loadFailed);
      }
    };

    const actions = () => [
      button(texts.write.format, () => reshape.run("format")),
      button(texts.write.minify, () => reshape.run("minify")),
      historyButton(
        message,
        texts.write.undo,
        () => message.undo(),
        () => message.canUndo,
      ),
      historyButton(
        message,
        texts.write.redo,
        () => message.redo(),
        () => message.canRedo,
      ),
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
    window.addEventListener("hashchange", () => void openLink(takeLink(), this.#incoming));
    await this.#keep.restore();
    await openLink(link, this.#incoming);
  }

  /** Whether leaving the page would lose a person's work: this text, unless it is to be had elsewhere, or a form half filled. */
  holdsWork(text: string): boolean {
    const isLost = this.#incoming.holdsWork(text) && !this.#keep.has(text);
    return isLost || this.#incoming.holdsReplaced || (this.#compose?.holdsWork ?? false);
  }
}

/** Undo or redo: it can be pressed while there is something to take back, or to do again. */
function historyButton(message: OpenMessage, name: string, press: () => void, isPossible: () => boolean): HTMLButtonElement {
  const made = button(name, press);
  made.disabled = true;
  message.onChange(() => {
    made.disabled = !isPossible();
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

/** Texts above this are left to the worker: below, starting it would take longer than the work. */
const LARGE = 200_000;

/** Format and Minify: the text in another shape, as one step that undo takes back. */
class Reshape {
  #running = false;

  constructor(
    readonly message: OpenMessage,
    readonly tools: Tools,
    readonly incoming: IncomingText,
  ) {}

  async run(shape: Shape): Promise<void> {
    if (this.#running) return;
    const { text } = this.message;
    if (text.trim() === "") return this.incoming.say(texts.write.empty);
    this.#running = true;
    try {
      const { MOST_LEVELS, shapeJson } = await import("./json-text.js");
      if (text.length > LARGE) this.incoming.say(texts.write.working);
      const { cursor } = this.message;
      const shaped: ShapedText =
        text.length > LARGE ? await this.tools.ask("shapeJson", [text, shape, cursor]) : shapeJson(text, shape, cursor);
      // Who went on typing meanwhile keeps what is there, and may ask again.
      if (this.message.text !== text) return;
      if (shaped.text === undefined) return this.incoming.say(texts.write.tooDeep(MOST_LEVELS));
      if (shaped.text !== text) this.message.replace(shaped.text, shaped.cursor);
      this.incoming.say(this.#said(shape, shaped, shaped.text !== text));
      this.message.focus();
    } catch {
      this.incoming.say(texts.write.reshapeFailed);
    } finally {
      this.#running = false;
    }
  }

  #said(shape: Shape, { badLine }: ShapedText, changed: boolean): string {
    if (badLine !== undefined) return texts.write.reshapedPartly(badLine);
    return changed ? texts.write.reshaped[shape] : texts.write.unchanged[shape];
  }
}

/** What is needed less often, behind one button. */
class MoreMenu {
  readonly element: HTMLElement;
  readonly #button = element("button", { type: "button", "aria-expanded": "false", "aria-controls": "more-menu" }, texts.write.more);
  readonly #box: HTMLElement;

  constructor(actions: HTMLElement[], ...rest: HTMLElement[]) {
    this.#box = element("div", { class: "more-box", id: "more-menu" }, element("div", { class: "more-actions" }, ...actions), ...rest);
    this.#box.hidden = true;
    this.element = element("span", { class: "more" }, this.#button, this.#box);
    this.#button.addEventListener("click", () => this.#show(this.#box.hidden === true));
    for (const action of actions) action.addEventListener("click", () => this.#show(false));
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#box.hidden) return;
      event.preventDefault();
      this.#show(false);
      this.#button.focus();
    });
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget !== null && !this.element.contains(relatedTarget as Node)) this.#show(false);
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (!this.element.contains(target as Node)) this.#show(false);
    });
  }

  #show(shown: boolean): void {
    this.#box.hidden = !shown;
    this.#button.setAttribute("aria-expanded", String(shown));
  }
}
