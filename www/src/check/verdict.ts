/** The summary of a check: valid or not, how many issues, which event, which resources. */
import { element, type IconName, icon } from "../dom.js";
import type { MessageEvent as FhirEvent } from "../fhirpost.js";
import type { CheckResult, OpenMessage } from "../message.js";
import { countsInWords, texts } from "../texts.js";

type Tone = "ok" | "error" | "warning" | "waiting";

export class Verdict {
  readonly element = element("div", { class: "verdict" });
  /** Says the counts aloud, once typing pauses. */
  readonly liveRegion = element("p", { class: "visually-hidden", role: "status" });
  #announcement: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.showEmpty();
  }

  showEmpty(): void {
    this.#render("waiting", texts.check.empty, texts.check.emptyHint);
    this.#announce("");
  }

  showWaiting(): void {
    this.#render("waiting", texts.check.waiting, "");
  }

  show({ report, milliseconds, works, message = false }: CheckResult): void {
    if (report === undefined) {
      const [title, hint] = works ? [texts.check.tooMuch, texts.check.tooMuchHint] : [texts.check.failed, texts.check.failedHint];
      this.#render("warning", title, hint);
      this.#announce(title);
      return;
    }
    const counts = countsInWords(report.counts);
    const hint = [counts, milliseconds === undefined ? "" : texts.check.took(milliseconds)].filter(Boolean).join(" · ");
    this.#render(report.valid ? "ok" : "error", report.valid ? texts.check.valid : texts.check.invalid, hint);
    this.element.append(facts(report.event, report.resources, message));
    this.#announce(texts.check.announce(counts || texts.check.noIssues));
  }

  #render(tone: Tone, title: string, hint: string): void {
    const name: IconName = tone;
    this.element.dataset.tone = tone;
    this.element.replaceChildren(
      element("div", { class: "verdict-line" }, icon(name), element("strong", {}, title), element("span", { class: "muted" }, hint)),
    );
  }

  /** Says something at once, such as the issue that was jumped to. */
  say(text: string): void {
    clearTimeout(this.#announcement);
    this.liveRegion.textContent = text;
  }

  #announce(text: string): void {
    clearTimeout(this.#announcement);
    this.#announcement = setTimeout(() => {
      if (this.liveRegion.textContent !== text) this.liveRegion.textContent = text;
    }, 700);
  }
}

function facts(event: FhirEvent | undefined, resources: Record<string, number>, asMessage: boolean): HTMLElement {
  const list = element("dl", { class: "facts" });
  const name = event?.code ?? event?.uri;
  // What is not a message, and need not be one, has no event.
  if (asMessage || name !== undefined || resources.MessageHeader !== undefined) {
    list.append(element("dt", {}, texts.check.event), element("dd", { title: event?.system ?? "" }, name ?? texts.check.noEvent));
  }
  const types = Object.entries(resources);
  if (types.length > 0) {
    // As one line of words: the views below need the room more.
    const words = types.map(([type, count]) => (count > 1 ? `${type}\u00a0×${count}` : type)).join(", ");
    list.append(element("dt", {}, texts.check.resources), element("dd", { class: "resource-types" }, words));
  }
  return list;
}

/** The switch that asks for a message: without it, a text is validated as what it is. */
export function asMessageSwitch(message: OpenMessage): HTMLElement {
  const box = element("input", { type: "checkbox", id: "as-message", "aria-describedby": "as-message-hint" });
  // Browsers bring back what was chosen before a reload, but not the verdict.
  box.checked = message.asMessage;
  box.addEventListener("change", () => {
    message.asMessage = box.checked;
  });
  return element(
    "div",
    { class: "as-message" },
    element("label", { for: "as-message", title: texts.check.asMessageHint }, box, texts.check.asMessage),
    element("span", { id: "as-message-hint", class: "visually-hidden" }, texts.check.asMessageHint),
  );
}
