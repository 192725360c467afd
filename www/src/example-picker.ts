/** The buttons that put an example into the editor. Text that someone typed is then one undo away, and the page says so. */
import { element } from "./dom.js";
import type { Editor } from "./editor.js";
import { type Example, examples } from "./examples.js";
import { texts } from "./texts.js";

export interface ExamplePicker {
  element: HTMLElement;
  notice: HTMLElement;
  textChanged: (text: string) => void;
  /** Whether this text holds a person's work, and is no example as it was loaded. */
  isTyped: (text: string) => boolean;
}

export function examplePicker(editor: Editor): ExamplePicker {
  const notice = element("div", { class: "notice", role: "status" });
  const undo = element("button", { type: "button", class: "quiet" }, texts.examples.undo);
  let loaded: string | undefined;
  const isTyped = (text: string) => text.trim() !== "" && text !== loaded;
  undo.addEventListener("click", () => editor.undo());

  async function choose(example: Example): Promise<void> {
    let text: string;
    try {
      text = await example.load();
    } catch {
      notice.replaceChildren(texts.examples.failed);
      return;
    }
    const replacesWork = isTyped(editor.text);
    loaded = text;
    if (editor.text !== text) editor.replace(text);
    notice.replaceChildren(...(replacesWork ? [element("span", {}, texts.examples.replaced(example.name)), undo] : []));
    editor.focus();
  }

  const buttons = examples.map((example) => {
    const button = element("button", { type: "button" }, example.name);
    button.addEventListener("click", () => void choose(example));
    return button;
  });
  const group = element(
    "div",
    { class: "examples", role: "group", "aria-label": texts.examples.label },
    element("span", { class: "muted" }, texts.examples.label),
    ...buttons,
  );
  return {
    element: group,
    notice,
    isTyped,
    textChanged: (text) => {
      if (text !== loaded) notice.replaceChildren();
    },
  };
}
