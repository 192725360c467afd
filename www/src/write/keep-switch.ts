/** The switch that keeps the text on this device across reloads, and the keeping itself. */
import { element } from "../dom.js";
import type { Message } from "../message.js";
import { texts } from "../texts.js";
import { Keep } from "./keep.js";
import type { Replacing } from "./replacing.js";

/** A pause in typing. */
const DELAY = 400;

export class KeepSwitch {
  readonly element: HTMLElement;
  readonly #keep = new Keep();
  readonly #message: Message;
  readonly #replacing: Replacing;
  readonly #box = element("input", { type: "checkbox", role: "switch", id: "keep", "aria-describedby": "keep-warning" });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saved: string | undefined;
  /** Another tab has kept its own text since. */
  #isReplaced = false;
  /** Says to other tabs, in no words, that another text is kept now. */
  readonly #others = new BroadcastChannel("fhirpost-kept");

  constructor(message: Message, replacing: Replacing) {
    this.#message = message;
    this.#replacing = replacing;
    this.element = element(
      "div",
      { class: "keep" },
      element("label", { for: "keep" }, this.#box, element("span", {}, texts.keep.label)),
      element("p", { class: "hint muted", id: "keep-warning" }, texts.keep.warning),
    );
    this.#box.checked = this.#keep.isOn;
    this.#box.addEventListener("change", () => void this.#turn(this.#box.checked));
    message.onChange(() => {
      clearTimeout(this.#timer);
      if (this.#keep.isOn) this.#timer = setTimeout(() => void this.#save(), DELAY);
    });
    // Going away leaves no time for the pause.
    document.addEventListener("visibilitychange", () => {
      // What nobody has changed here does not take the place of what was typed in another tab.
      const isNew = this.#message.text !== this.#saved;
      if (document.visibilityState === "hidden" && this.#keep.isOn && isNew) void this.#save();
    });
    // There is room for one text: that of the tab which was typed in last.
    this.#others.addEventListener("message", () => {
      this.#isReplaced = true;
    });
    // Turned on or off in another tab.
    window.addEventListener("storage", () => {
      this.#box.checked = this.#keep.isOn;
    });
  }

  /** Whether this text is on the device as it is. */
  has(text: string): boolean {
    return this.#keep.isOn && !this.#isReplaced && this.#saved === text;
  }

  /** Brings back what was kept, when the page opens. */
  async restore(): Promise<void> {
    if (!this.#keep.isOn) return;
    let text: string | undefined;
    try {
      text = await this.#keep.load();
    } catch {
      return this.#replacing.say(texts.keep.unreadable);
    }
    // Who was faster than the storage keeps what was typed.
    if (text === undefined || text === "" || this.#message.text !== "") return;
    this.#replacing.put(text, texts.keep.restored, { isWork: true, always: true });
    this.#saved = this.#message.text;
  }

  async #turn(on: boolean): Promise<void> {
    clearTimeout(this.#timer);
    try {
      if (on) {
        const { text } = this.#message;
        await this.#keep.turnOn(text);
        this.#keeps(text);
      } else {
        this.#saved = undefined;
        await this.#keep.turnOff();
      }
    } catch {
      this.#replacing.say(texts.keep.failed);
    }
    this.#box.checked = this.#keep.isOn;
  }

  #keeps(text: string): void {
    this.#saved = text;
    this.#isReplaced = false;
    this.#others.postMessage(null);
  }

  async #save(): Promise<void> {
    const { text } = this.#message;
    if (text === this.#saved && !this.#isReplaced) return;
    try {
      await this.#keep.save(text);
      this.#keeps(text);
    } catch {
      this.#replacing.say(texts.keep.failed);
    }
  }
}
