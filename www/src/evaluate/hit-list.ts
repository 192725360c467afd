/** The results of an expression. One tab stop: arrow keys move inside, Enter goes to the place in the text. */
import { breakablePath, element } from "../dom.js";
import type { Span } from "../message.js";
import { texts } from "../texts.js";
import type { Hit } from "./hits.js";

export class HitList {
  readonly element = element("ol", { class: "hits", "aria-label": texts.evaluate.listLabel });
  #buttons: HTMLButtonElement[] = [];

  constructor(readonly goTo: (span: Span) => void) {
    this.element.addEventListener("keydown", (event) => this.#move(event));
    this.show([]);
  }

  show(hits: Hit[]): void {
    this.#buttons = [];
    this.element.replaceChildren(...hits.map((hit) => element("li", {}, this.#row(hit))));
    this.element.hidden = hits.length === 0;
    this.#reach(0);
  }

  /** What is computed stands nowhere, so there is nowhere to go. */
  #row({ type, value, place }: Hit): HTMLElement {
    const head = element(
      "span",
      { class: "hit-head" },
      element("span", { class: "chip" }, type),
      element("span", { class: "muted hit-place" }, place === undefined ? texts.evaluate.computed : texts.evaluate.line(place.line)),
    );
    const parts = [
      head,
      element("code", { class: "hit-value" }, value),
      element("span", { class: "issue-expression" }, ...breakablePath(place?.expression ?? "")),
    ];
    if (place === undefined) return element("div", { class: "hit" }, ...parts);
    const button = element("button", { type: "button", class: "hit" }, ...parts);
    button.addEventListener("click", () => this.goTo(place));
    this.#buttons.push(button);
    return button;
  }

  #reach(index: number): void {
    for (const [at, button] of this.#buttons.entries()) button.tabIndex = at === index ? 0 : -1;
  }

  #move(event: KeyboardEvent): void {
    const from = this.#buttons.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: this.#buttons.length - 1 }[event.key];
    const target = to === undefined ? undefined : this.#buttons[to];
    if (to === undefined || target === undefined) return;
    event.preventDefault();
    this.#reach(to);
    target.focus();
  }
}
