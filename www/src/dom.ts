/** Makes an element. Text becomes text nodes, never markup: what is shown may come from a stranger's message or server. */
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

/** A FHIRPath of an element, which is long: it breaks before a dot where it must, and stays one word when it is copied. */
export function breakablePath(path: string): (Node | string)[] {
  return path.split(/(?=\.)/).flatMap((step, at) => (at === 0 ? [step] : [element("wbr"), step]));
}

/** Whether a dialog is open: the rest of the page takes nothing then. */
export function isModal(): boolean {
  return document.querySelector("dialog:modal") !== null;
}
