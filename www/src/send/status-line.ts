/** What happens at the moment, in words: read aloud once, while the time and the bytes beside them run on in silence. */
import { element } from "../dom.js";
import { texts } from "../texts.js";

export type Tone = "warning" | "error" | "busy" | "done";

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
