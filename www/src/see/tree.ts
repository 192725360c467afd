/** The outline: every entry with its references, as a tree. One tab stop; it is walked as trees are, and Enter goes to the text. */
import { element } from "../dom.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { type Graph, NOTHING, type Node, shapeOf, type Target, targetOfNode, targetOfReference } from "./graph.js";
import type { PictureEvents } from "./picture.js";
import { entryRow, type RowSubject, referenceRows } from "./tree-row.js";

/** Rows that are made at once. */
const ROWS = 200;
/** So many entries are found without searching. */
const FEW = 15;

export class Tree {
  readonly element: HTMLElement;
  readonly #filter = element("input", { type: "search", class: "filter", "aria-label": texts.see.filter, placeholder: texts.see.filter });
  readonly #list = element("ul", { role: "tree", "aria-label": texts.see.treeLabel });
  readonly #none = element("p", { class: "muted note" }, texts.see.noMatch);
  readonly #more = element("button", { type: "button", class: "quiet" });
  readonly #events: PictureEvents;
  #graph: Graph | undefined;
  #shape = "";
  #issues: Issue[][] = [];
  #shown = ROWS;
  /** Keys of the entries that are open. */
  readonly #open = new Set<string>();
  /** What each row is about. */
  #rows = new WeakMap<Element, RowSubject>();
  #byNode: (HTMLElement | undefined)[] = [];
  #current: number | undefined;

  constructor(events: PictureEvents) {
    this.#events = events;
    const fold = element("button", { type: "button", class: "fold", "aria-expanded": "true" }, texts.see.outline);
    const room = element("div", { class: "outline-room" }, this.#list, this.#none, this.#more);
    this.element = element(
      "section",
      { class: "outline" },
      element("div", { class: "outline-head" }, element("h3", {}, fold), this.#filter),
      room,
    );
    // Folded, it leaves its room to the picture.
    fold.addEventListener("click", () => {
      room.hidden = !room.hidden;
      fold.setAttribute("aria-expanded", String(!room.hidden));
      this.element.classList.toggle("folded", room.hidden);
    });
    this.#filter.addEventListener("input", () => {
      this.#shown = ROWS;
      this.#render();
    });
    this.#more.addEventListener("click", () => {
      const first = this.#shown;
      this.#shown += ROWS;
      this.#render();
      (this.#list.children[first] as HTMLElement | undefined)?.focus();
    });
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("click", (event) => this.#click(event));
    this.#list.addEventListener("pointerover", ({ target }) => this.#events.light(this.#targetAt(target)));
    this.#list.addEventListener("pointerleave", () => this.#events.light(this.#targetAt(document.activeElement)));
    this.#list.addEventListener("focusin", ({ target }) => {
      this.#enterAt(target as HTMLElement);
      this.#events.light(this.#targetAt(target));
    });
    this.#list.addEventListener("focusout", () => this.#events.light(NOTHING));
  }

  /** Shows the entries of a message, with the issues that each of them has. */
  show(graph: Graph, issues: Issue[][]): void {
    const before = this.#graph;
    this.#graph = graph;
    this.#issues = issues;
    // While only places move, the rows stay as they are.
    const shape = `${shapeOf(graph)} ${issues.map((list) => list.map(({ severity }) => severity[0]).join("")).join(",")}`;
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#filter.hidden = graph.entries.length <= FEW;
    if (this.#filter.hidden) this.#filter.value = "";
    if (before === undefined) this.#shown = ROWS;
    this.#render();
  }

  clear(): void {
    this.#graph = undefined;
    this.#shape = "";
    this.#current = undefined;
    this.#byNode = [];
    this.#open.clear();
    this.#filter.value = "";
    this.#list.replaceChildren();
  }

  /** Lights up the rows of what is pointed at in the picture. */
  light({ nodes }: Target): void {
    const lit = new Set(nodes);
    this.#byNode.forEach((row, index) => {
      row?.classList.toggle("lit", lit.has(index));
    });
  }

  /** What is pointed at now, or has the focus. */
  get pointed(): Target {
    const under = [...this.#list.querySelectorAll(".row:hover")].at(-1);
    return this.#targetAt(under ?? document.activeElement);
  }

  markCurrent({ nodes: [node] }: Target): void {
    if (this.#current !== undefined) this.#byNode[this.#current]?.removeAttribute("aria-current");
    this.#current = node;
    const row = node === undefined ? undefined : this.#byNode[node];
    row?.setAttribute("aria-current", "true");
    if (row !== undefined && !this.#list.matches(":hover, :focus-within")) this.#scrollTo(row);
  }

  #render(): void {
    const graph = this.#graph;
    if (graph === undefined) return;
    const focused = this.#list.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined;
    const { key, label } = focused?.dataset ?? {};
    const scrolled = this.#list.scrollTop;
    const wanted = this.#matching(graph);
    this.#rows = new WeakMap();
    this.#byNode = [];
    this.#list.replaceChildren(...wanted.slice(0, this.#shown).map((index) => this.#entry(graph, index)));
    this.#list.hidden = wanted.length === 0;
    this.#none.hidden = wanted.length > 0;
    const rest = wanted.length - this.#shown;
    this.#more.hidden = rest <= 0;
    this.#more.textContent = texts.see.more(Math.min(rest, ROWS));
    this.#list.scrollTop = scrolled;
    const alike = [...this.#list.querySelectorAll<HTMLElement>(".row")].filter((row) => focused !== undefined && row.dataset.key === key);
    const kept = alike.find((row) => row.dataset.label === label) ?? alike[0];
    const entrance = kept ?? (this.#list.firstElementChild as HTMLElement | null);
    if (entrance !== null) entrance.tabIndex = 0;
    kept?.focus({ preventScroll: true });
    if (this.#current !== undefined) this.#byNode[this.#current]?.setAttribute("aria-current", "true");
  }

  /** The entries that the filter leaves, by index. */
  #matching(graph: Graph): number[] {
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = graph.entries.map((_, index) => index);
    if (words.length === 0) return all;
    return all.filter((index) => {
      const { title, detail, role } = graph.nodes[index] as Node;
      const text = `${index} ${title} ${detail} ${texts.see.roles[role]}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  #entry(graph: Graph, index: number): HTMLElement {
    const node = graph.nodes[index] as Node;
    const row = entryRow(node, index, this.#issues[index] ?? [], this.#open.has(node.key));
    if (row.getAttribute("aria-expanded") === "true") row.append(this.#references(graph, index));
    this.#rows.set(row, { node: index });
    this.#byNode[index] = row;
    return row;
  }

  /** What an entry refers to, and what refers to it. */
  #references(graph: Graph, index: number): HTMLElement {
    const rows = referenceRows(graph, index);
    for (const { row, reference } of rows) this.#rows.set(row, { node: index, reference });
    return element("ul", { role: "group" }, ...rows.map(({ row }) => row));
  }

  #targetAt(part: EventTarget | null): Target {
    const row = (part as Element | null)?.closest(".row");
    const about = row ? this.#rows.get(row) : undefined;
    if (about === undefined || this.#graph === undefined) return NOTHING;
    return about.reference === undefined ? targetOfNode(this.#graph, about.node) : targetOfReference(this.#graph, about.reference);
  }

  #click(event: MouseEvent): void {
    const target = event.target as Element;
    const row = target.closest<HTMLElement>(".row");
    if (row === null) return;
    if (target.closest(".twisty") !== null) this.#toggle(row);
    else this.#choose(row);
  }

  #choose(row: HTMLElement): void {
    const target = this.#targetAt(row);
    this.#enterAt(row);
    if (target.spans.length > 0) this.#events.choose(target);
  }

  #toggle(row: HTMLElement, wanted = row.getAttribute("aria-expanded") !== "true"): void {
    const graph = this.#graph;
    const index = this.#rows.get(row)?.node;
    if (graph === undefined || index === undefined || !row.hasAttribute("aria-expanded")) return;
    const key = graph.nodes[index]?.key ?? "";
    row.setAttribute("aria-expanded", String(wanted));
    row.querySelector("ul")?.remove();
    if (wanted) {
      this.#open.add(key);
      row.append(this.#references(graph, index));
    } else {
      this.#open.delete(key);
    }
  }

  #enterAt(row: HTMLElement): void {
    for (const other of this.#list.querySelectorAll<HTMLElement>("[tabindex='0']")) other.tabIndex = -1;
    row.tabIndex = 0;
  }

  #key(event: KeyboardEvent): void {
    const row = (event.target as Element).closest<HTMLElement>(".row");
    if (row === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...this.#list.querySelectorAll<HTMLElement>(".row")];
    const at = rows.indexOf(row);
    const expanded = row.getAttribute("aria-expanded");
    const to: Record<string, () => HTMLElement | undefined> = {
      ArrowDown: () => rows[at + 1],
      ArrowUp: () => rows[at - 1],
      Home: () => rows[0],
      End: () => rows.at(-1),
      ArrowRight: () => {
        if (expanded === "false") this.#toggle(row, true);
        else if (expanded === "true") return row.querySelector<HTMLElement>(".row") ?? undefined;
        return undefined;
      },
      ArrowLeft: () => {
        if (expanded === "true") this.#toggle(row, false);
        else return row.parentElement?.closest<HTMLElement>(".row") ?? undefined;
        return undefined;
      },
      Enter: () => void this.#choose(row),
      " ": () => void this.#choose(row),
    };
    const move = Object.hasOwn(to, event.key) ? to[event.key] : undefined;
    if (move === undefined) return;
    event.preventDefault();
    const target = move();
    if (target === undefined) return;
    target.focus({ preventScroll: true });
    this.#scrollTo(target);
  }

  /** Only inside the list: `scrollIntoView` would also move the page. */
  #scrollTo(row: HTMLElement): void {
    const line = row.querySelector(".row-line") ?? row;
    const [list, place] = [this.#list.getBoundingClientRect(), line.getBoundingClientRect()];
    if (place.top < list.top) this.#list.scrollTop -= list.top - place.top + 4;
    else if (place.bottom > list.bottom) this.#list.scrollTop += place.bottom - list.bottom + 4;
  }
}
