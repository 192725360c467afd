/** A label, what it labels, and a hint below. */
import { element } from "../dom.js";

export function field(
  input: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement,
  label: string,
  hint: string | HTMLElement = "",
): HTMLElement {
  const line = typeof hint === "string" ? element("p", { class: "muted hint" }, hint) : hint;
  line.id = `${input.id}-hint`;
  if (hint !== "") input.setAttribute("aria-describedby", line.id);
  return element("div", { class: "field" }, element("label", { for: input.id }, label), input, ...(hint === "" ? [] : [line]));
}

export function disclosure(summary: string | HTMLElement, ...content: (Node | string)[]): HTMLDetailsElement {
  return element("details", { class: "disclosure" }, element("summary", {}, summary), element("div", { class: "disclosed" }, ...content));
}

export function button(label: string, pressed: () => void, className = ""): HTMLButtonElement {
  const made = element("button", { type: "button", ...(className !== "" && { class: className }) }, label);
  made.addEventListener("click", pressed);
  return made;
}
