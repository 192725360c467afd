/** The gallery of examples. */
import { element } from "../dom.js";
import { icon } from "../icons.js";
import { texts } from "../texts.js";
import { Dialog } from "./dialog.js";
import { type Example, examples } from "./examples.js";
import type { Replacing } from "./replacing.js";

export class Gallery {
  readonly #replacing: Replacing;
  readonly #dialog: Dialog;
  readonly #problem = element("p", { class: "gallery-problem", role: "alert" });

  constructor(replacing: Replacing) {
    this.#replacing = replacing;
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
      this.#replacing.put(text, texts.examples.loaded(example.title));
    } catch {
      this.#problem.textContent = texts.examples.failed;
    }
  }
}
