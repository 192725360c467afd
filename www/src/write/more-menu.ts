/** What is needed less often, behind one button. */
import { element } from "../dom.js";
import { texts } from "../texts.js";

export class MoreMenu {
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
