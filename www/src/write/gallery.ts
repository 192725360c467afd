/** The gallery of examples: messages to start from, each whole and broken. All their data is synthetic. */
import { element, icon } from "../dom.js";
import { Dialog } from "../notices.js";
import { texts } from "../texts.js";
import type { IncomingText } from "./incoming-text.js";

export interface Example {
  title: string;
  /** What it shows, or what one learns from its faults. */
  about: string;
  /** What is wrong in it; nothing in a valid one. */
  faults: string[];
  load: () => Promise<string>;
}

type RawText = Promise<{ default: string }>;
const text = (loading: RawText) => loading.then((module) => module.default);

const { submit, update, answer, link, faulty } = texts.examples;

const pair = (
  { title, about, lesson, faults }: { title: string; about: string; lesson: string; faults: string[] },
  valid: Example["load"],
  broken: Example["load"],
): [Example, Example] => [
  { title, about, faults: [], load: valid },
  { title: `${title}, ${faulty}`, about: lesson, faults, load: broken },
];

/** By message: the whole one, then the broken one. */
export const examples: [Example, Example][] = [
  pair(
    submit,
    () => text(import("../../examples/submit-service-request.json?raw")),
    () => text(import("../../examples/submit-service-request-broken.json?raw")),
  ),
  pair(
    update,
    () => text(import("../../examples/update-service-request.json?raw")),
    () => text(import("../../examples/update-service-request-broken.json?raw")),
  ),
  pair(
    answer,
    () => text(import("../../examples/answer.json?raw")),
    () => text(import("../../examples/answer-broken.json?raw")),
  ),
  pair(
    link,
    () => text(import("../../examples/patient-link.json?raw")),
    () => text(import("../../examples/patient-link-broken.json?raw")),
  ),
];

export class Gallery {
  readonly #incoming: IncomingText;
  readonly #dialog: Dialog;
  readonly #problem = element("p", { class: "gallery-problem", role: "alert" });

  constructor(incoming: IncomingText) {
    this.#incoming = incoming;
    const cards = examples.flat().map((example) => element("li", {}, this.#card(example)));
    this.#dialog = new Dialog(
      "gallery",
      texts.examples.heading,
      element("p", { class: "muted gallery-intro" }, texts.examples.intro),
      this.#problem,
      element("ul", { class: "cards" }, ...cards),
    );
  }

  open(): void {
    this.#problem.textContent = "";
    this.#dialog.open();
    this.#dialog.element.querySelector<HTMLElement>(".card-open")?.focus();
  }

  #card(example: Example): HTMLElement {
    const { title, about, faults } = example;
    const button = element("button", { type: "button", class: "card-open" }, title);
    button.addEventListener("click", () => void this.#choose(example));
    return element(
      "article",
      { class: "card" },
      element("h3", {}, icon(faults.length === 0 ? "ok" : "error"), button),
      element("p", {}, about),
      ...(faults.length === 0 ? [] : [element("ul", {}, ...faults.map((fault) => element("li", {}, fault)))]),
    );
  }

  async #choose(example: Example): Promise<void> {
    try {
      const text = await example.load();
      this.#dialog.close();
      this.#incoming.put(text, texts.examples.loaded(example.title));
    } catch {
      this.#problem.textContent = texts.examples.failed;
    }
  }
}
