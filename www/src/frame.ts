/** What stands around the panels, besides the header, which `index.html` has: the line of keys below the editor. */
import { element } from "./dom.js";
import { texts } from "./texts.js";

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
