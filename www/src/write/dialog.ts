/** A dialog of the page: what is in front of everything else, with a heading, and closed by Escape, its button, or a press outside of it. */
import { element } from "../dom.js";
import { texts } from "../texts.js";

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
    // A press that begins inside and ends outside, as when one selects text, is none outside.
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
