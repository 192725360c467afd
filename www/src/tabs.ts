/** The views beside the message, one at a time: tabs as the ARIA Authoring Practices describe them. A view is made when it is first shown. */
import { element } from "./dom.js";
import { texts } from "./texts.js";

/** One of the views beside the message. */
export interface Panel {
  readonly element: HTMLElement;
  /** It comes into view. */
  show?(): void;
  /** Another one takes its place. */
  hide?(): void;
}

type TabName = keyof typeof texts.tabs.names;

interface Tab {
  readonly button: HTMLButtonElement;
  readonly room: HTMLElement;
  readonly make: () => Promise<Panel>;
  panel?: Promise<Panel>;
}

export class Tabs {
  readonly element: HTMLElement;
  readonly #tabs = new Map<TabName, Tab>();
  #current: TabName;

  constructor(makers: Record<TabName, () => Promise<Panel>>) {
    const names = Object.keys(makers) as TabName[];
    for (const name of names) this.#tabs.set(name, tab(name, makers[name]));
    const tabs = [...this.#tabs.values()];
    const list = element("div", { class: "tabs", role: "tablist", "aria-label": texts.tabs.label }, ...tabs.map(({ button }) => button));
    list.addEventListener("keydown", (event) => this.#move(event));
    for (const [name, { button }] of this.#tabs) button.addEventListener("click", () => void this.show(name));
    this.element = element("section", { class: "panel views" }, list, ...tabs.map(({ room }) => room));
    this.#current = names[0] as TabName;
    void this.show(this.#current);
  }

  /** Shows a view, and gives it once it is there. */
  async show(name: TabName): Promise<Panel> {
    const before = this.#tabs.get(this.#current);
    if (name !== this.#current) void before?.panel?.then((panel) => panel.hide?.());
    this.#current = name;
    for (const [each, { button, room }] of this.#tabs) {
      button.setAttribute("aria-selected", String(each === name));
      button.tabIndex = each === name ? 0 : -1;
      room.hidden = each !== name;
    }
    const tab = this.#tabs.get(name) as Tab;
    tab.panel ??= this.#make(tab);
    const panel = await tab.panel;
    if (this.#current === name) panel.show?.();
    return panel;
  }

  /** A few words beside the name of a view, such as how many issues there are. */
  badge(name: TabName, text: string, tone = ""): void {
    const badge = this.#tabs.get(name)?.button.querySelector("span");
    if (!badge) return;
    badge.textContent = text;
    badge.dataset.tone = tone;
  }

  async #make(tab: Tab): Promise<Panel> {
    try {
      const panel = await tab.make();
      tab.room.replaceChildren(panel.element);
      return panel;
    } catch (error) {
      delete tab.panel;
      tab.room.replaceChildren(element("p", { class: "note" }, texts.tabs.failed));
      throw error;
    }
  }

  #move(event: KeyboardEvent): void {
    const names = [...this.#tabs.keys()];
    const at = names.indexOf(this.#current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    const name = to === undefined ? undefined : names[(to + names.length) % names.length];
    if (name === undefined) return;
    event.preventDefault();
    void this.show(name);
    this.#tabs.get(name)?.button.focus();
  }
}

function tab(name: TabName, make: () => Promise<Panel>): Tab {
  const ids = { button: `tab-${name}`, room: `view-${name}` };
  const attributes = { type: "button", role: "tab", id: ids.button, "aria-controls": ids.room };
  const button = element("button", attributes, texts.tabs.names[name], element("span", { class: "badge" }));
  const room = element("div", { role: "tabpanel", class: `view view-${name}`, id: ids.room, "aria-labelledby": ids.button });
  return { button, room, make };
}
