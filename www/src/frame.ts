/** What stands around the panels: the header, and the line of keys below the editor. */
import { element } from "./dom.js";
import { texts } from "./texts.js";

export function header(): HTMLElement {
  return element(
    "header",
    {},
    element("img", { src: "./icon.svg", alt: "", width: "28", height: "28" }),
    element("h1", {}, texts.title),
    element("p", { class: "muted" }, texts.tagline, " ", element("span", { class: "privacy" }, texts.privacy)),
  );
}

export function keyHints(): HTMLElement {
  const control = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
  const hint = (keys: string[], meaning: string) => element("span", {}, ...keys.map((key) => element("kbd", {}, key)), ` ${meaning}`);
  const { keys } = texts.editor;
  return element(
    "p",
    { class: "keys muted" },
    hint(["F8"], keys.next),
    hint([control, "."], keys.fix),
    hint([control, "Enter"], keys.send),
    hint([control, "F"], keys.find),
  );
}
