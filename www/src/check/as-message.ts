/** The switch that asks for a message: without it, a text is judged as what it is. */
import { element } from "../dom.js";
import type { Message } from "../message.js";
import { texts } from "../texts.js";

export function asMessageSwitch(message: Message): HTMLElement {
  const box = element("input", { type: "checkbox", role: "switch", id: "as-message", "aria-describedby": "as-message-hint" });
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
