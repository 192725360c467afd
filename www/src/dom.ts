/**
 * Makes elements. Text becomes text nodes, never markup: what is shown may come from a stranger's message or server. And what leaves the
 * page besides sending: to the clipboard, or to a file.
 */
import type { Severity } from "./fhirpost.js";

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element of SVG, as `element` does one of HTML. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number> = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  made.append(...children);
  return made;
}

/** A FHIRPath of an element, which is long: it breaks before a dot where it must, and stays one word when it is copied. */
export function breakablePath(path: string): (Node | string)[] {
  return path.split(/(?=\.)/).flatMap((step, at) => (at === 0 ? [step] : [element("wbr"), step]));
}

/** Whether a dialog is open: the rest of the page takes nothing then. */
export function isModal(): boolean {
  return document.querySelector("dialog:modal") !== null;
}

/** The icons beside words. Each has its own shape, so that none depends on colour. */
const SHAPES = {
  error: ["M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z", "m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8"],
  warning: ["M8 1.8 15 14H1L8 1.8Z", "M8 6.2v3.6m0 1.9v.1"],
  information: ["M2 2h12v12H2Z", "M8 7.2v4M8 4.8v.1"],
  ok: ["M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z", "m5 8.3 2.1 2.1L11 6.2"],
  close: ["m4.2 4.2 7.6 7.6m0-7.6-7.6 7.6"],
  waiting: ["M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z", "M8 4.6V8l2.2 1.6"],
} as const;

export type IconName = keyof typeof SHAPES;

/** A fatal issue looks like an error; the word beside the icon tells them apart. */
export const severityIcon: Record<Severity, IconName> = { fatal: "error", error: "error", warning: "warning", information: "information" };

export function icon(name: IconName): SVGSVGElement {
  const paths = SHAPES[name].map((d) => svg("path", { d }));
  return svg("svg", { viewBox: "0 0 16 16", class: `icon icon-${name}`, "aria-hidden": "true" }, ...paths);
}

/** A label, what it labels, and a hint below. */
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

/**
 * Copies a text that may still be in the making: the browser wants to be asked while the press of the button is fresh.
 * @throws when the browser does not allow it.
 */
export async function copy(text: string | Promise<string>): Promise<void> {
  if (typeof ClipboardItem === "function" && navigator.clipboard.write !== undefined) {
    const blob = Promise.resolve(text).then((made) => new Blob([made], { type: "text/plain" }));
    // Who called waits for the text as well, and is told there why there is none.
    blob.catch(() => {});
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } else {
    await navigator.clipboard.writeText(await text);
  }
}

/** JSON as it is read by people, on lines of its own. */
export const jsonText = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

/** A browser takes its time before it reads the file. */
const KEPT = 60_000;

/** Gives a text to the person as a file. */
export function saveFile(name: string, text: string, type = "application/json"): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}
