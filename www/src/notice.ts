/** A line that says what happened, with what can be done about it. It goes when it is about the past, and whenever someone closes it. */
import { element } from "./dom.js";
import { icon } from "./icons.js";
import { texts } from "./texts.js";

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
