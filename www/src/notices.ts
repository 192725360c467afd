/** What the page says and asks besides its views: a line about what happened, a line about what is happening, and a dialog. */
import { element, icon } from "./dom.js";
import { texts } from "./texts.js";

/** A line that says what happened, with what can be done about it. It goes when it is about the past, and whenever someone closes it. */
export class Notice {
  readonly element: HTMLElement;

  constructor(name: string) {
    this.element = element("div", { class: name, role: "status" });
  }

  say(text: string, ...more: Node[]): void {
    this.clear();
    if (text === "") return;
    const close = element("button", { type: "button", class: "quiet close", "aria-label": texts.closeNotice, title: texts.closeNotice });
    close.append(icon("close"));
    close.addEventListener("click", () => this.clear());
    this.element.replaceChildren(element("span", {}, text), ...more, close);
  }

  clear(): void {
    this.element.replaceChildren();
  }
}

export type Tone = "warning" | "error" | "busy" | "done";

/** What happens at the moment, in words: read aloud once, while the time and the bytes beside them run on in silence. */
export class StatusLine {
  readonly #words = element("div", { class: "send-status", role: "status" });
  readonly #running = element("p", { class: "muted hint running", "aria-hidden": "true" });
  readonly element = element("div", {}, this.#words, this.#running);
  #ticking: ReturnType<typeof setInterval> | undefined;
  #detail = "";

  say(tone: Tone, ...content: (Node | string)[]): void {
    this.#words.replaceChildren(...content);
    this.#words.dataset.tone = tone;
    if (tone === "busy") this.#start();
    else this.#stop();
    if (this.#words.textContent !== "") this.#words.scrollIntoView({ block: "nearest" });
  }

  clear(): void {
    this.say("warning");
  }

  /** More of what happens, such as how much of an answer is here. */
  detail(text: string): void {
    this.#detail = text;
  }

  #start(): void {
    this.#stop();
    const started = performance.now();
    this.#ticking = setInterval(() => {
      const seconds = Math.round((performance.now() - started) / 1000);
      this.#running.textContent = [...(seconds > 0 ? [texts.send.elapsed(seconds)] : []), this.#detail].filter(Boolean).join(" · ");
    }, 250);
  }

  #stop(): void {
    clearInterval(this.#ticking);
    this.#detail = "";
    this.#running.textContent = "";
  }
}

/** A dialog of the page: what is in front of everything else, with a heading, and closed by Escape, its button, or a press outside of it. */
export class Dialog {
  readonly element: HTMLDialogElement;

  constructor(name: string, heading: string, ...content: Node[]) {
    const close = element("button", { type: "button", class: "quiet dialog-close" }, texts.write.close);
    close.addEventListener("click", () => this.close());
    const id = `${name}-heading`;
    this.element = element(
      "dialog",
      { class: `dialog ${name}`, "aria-labelledby": id },
      element("div", { class: "dialog-head" }, element("h2", { id }, heading), close),
      ...content,
    );
    // A press that begins inside and ends outside, as when one selects text, does not count as one outside.
    let pressed: EventTarget | null = null;
    this.element.addEventListener("pointerdown", (event) => {
      pressed = event.target;
    });
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element && pressed === this.element) this.close();
    });
    document.body.append(this.element);
  }

  open(): void {
    if (!this.element.open) this.element.showModal();
  }

  close(): void {
    this.element.close();
  }
}
