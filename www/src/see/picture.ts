/** The picture: one node for each entry and for what is missing, with arrows between them. One tab stop; arrow keys walk from node to node. */
import { svg } from "../dom.js";
import { texts } from "../texts.js";
import { blockElements, boxOf, widthOf } from "./boxes.js";
import { type Graph, NOTHING, nameOf, type Target, targetOfEdges, targetOfNode } from "./graph.js";
import type { Block, Blocks, Link } from "./layout.js";
import type { Direction, Layout, LayoutQuestion } from "./layout.worker.js";
import { linkElements, shortLabel } from "./links.js";
import type { Point } from "./shapes.js";
import { Viewport } from "./viewport.js";

export interface PictureEvents {
  /** Something is pointed at, or has the focus; nothing when nothing is. */
  light(target: Target): void;
  /** The text of something is asked for. */
  choose(target: Target): void;
}

/** So few links have their labels on all the time. */
const LABELLED = 12;

export class Picture {
  readonly viewport: Viewport;
  readonly #svg = svg("svg", { role: "application", "aria-label": texts.see.pictureLabel, class: "picture" });
  readonly #events: PictureEvents;
  #graph: Graph | undefined;
  #blocks: Blocks = { blocks: [], links: [], blockOf: [] };
  #nodes: SVGGElement[] = [];
  #places: Point[] = [];
  #links: SVGGElement[] = [];
  #labels: SVGTextElement[] = [];
  #linkOf: number[] = [];
  #direction: Direction | undefined;
  /** The node that Tab goes to. */
  #entrance = 0;

  constructor(events: PictureEvents, enlarge: HTMLButtonElement) {
    this.#events = events;
    this.viewport = new Viewport(enlarge);
    this.#svg.addEventListener("pointerover", ({ target }) => this.#events.light(this.#targetOf(this.#partAt(target) ?? this.#focused)));
    this.#svg.addEventListener("pointerleave", () => this.#events.light(this.#targetOf(this.#focused)));
    // Around the SVG: Chromium takes elements of SVG that listen for focus into the order of Tab.
    this.viewport.element.addEventListener("focusin", ({ target }) => this.#focusMoved(target as SVGGElement));
    this.viewport.element.addEventListener("focusout", () => this.#events.light(NOTHING));
    this.#svg.addEventListener("click", ({ target }) => this.#choose(target));
    this.#svg.addEventListener("keydown", (event) => this.#key(event));
  }

  /** What is to be laid out before it can be drawn. */
  question(graph: Graph, { blocks, links }: Blocks): LayoutQuestion {
    return {
      boxes: blocks.map((block) => boxOf(graph, block)),
      links: links
        .filter(({ from, to }) => from !== to)
        .map(({ from, to, label }) => ({
          from,
          to,
          ...(links.length <= LABELLED ? { label: widthOf(shortLabel(label), "label") + 8 } : {}),
        })),
      room: this.viewport.room,
      ...(this.#direction === undefined ? {} : { before: this.#direction }),
    };
  }

  draw(graph: Graph, blocks: Blocks, layout: Layout): void {
    const focused = this.#focused === undefined ? undefined : this.#graph?.nodes[this.#nodes.indexOf(this.#focused)]?.key;
    this.#direction = layout.direction;
    this.#blocks = blocks;
    this.#nodes = [];
    this.#places = [];
    this.#linkOf = [];
    blocks.links.forEach(({ edges }, index) => {
      for (const edge of edges) this.#linkOf[edge] = index;
    });
    const drawn = blocks.blocks.map((block, index) => blockElements(graph, block, layout.boxes[index] as Point));
    for (const { index, element, place } of drawn.flatMap(({ nodes }) => nodes)) {
      this.#nodes[index] = element;
      this.#places[index] = place;
    }
    const boxes = blocks.blocks.map((block, index) => ({ ...boxOf(graph, block), ...(layout.boxes[index] as Point) }));
    const arrows = linkElements(blocks.links, boxes, layout);
    this.#links = arrows.map(({ link }) => link);
    this.#labels = arrows.map(({ label }) => label);
    const size = { width: Math.max(layout.width, 40), height: Math.max(layout.height, 40) };
    this.#svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    this.#svg.classList.toggle("labelled", blocks.links.length <= LABELLED);
    this.#svg.replaceChildren(...drawn.flatMap(({ frame = [] }) => frame), ...this.#links, ...this.#nodes, ...this.#labels);
    const isFirst = this.#graph === undefined;
    this.viewport.hold(this.#svg, size);
    this.update(graph);
    this.#enterAt(Math.max(0, focused === undefined ? this.#entrance : graph.nodes.findIndex(({ key }) => key === focused)));
    if (focused !== undefined) this.#nodes[this.#entrance]?.focus({ preventScroll: true });
    else if (isFirst && this.#nodes[0] !== undefined) this.viewport.center(this.#nodes[0]);
  }

  /** The same picture, of a text in which places have moved. */
  update(graph: Graph): void {
    this.#graph = graph;
    graph.nodes.forEach((node, index) => {
      const name = texts.see.nodeName(
        nameOf(node),
        node.entry === undefined ? "" : node.detail,
        node.role,
        node.out.length,
        node.in.length,
      );
      this.#nodes[index]?.setAttribute("aria-label", name);
      this.#nodes[index]?.querySelector("title")?.replaceChildren(name);
    });
    this.#links.forEach((element, index) => {
      element.querySelector("title")?.replaceChildren(this.#linkName(graph, this.#blocks.links[index] as Link));
    });
  }

  clear(): void {
    this.#graph = undefined;
    this.#direction = undefined;
    this.#entrance = 0;
    this.#nodes = [];
    this.#links = [];
    this.#labels = [];
    this.#svg.replaceChildren();
  }

  /** Lights up what is pointed at here or elsewhere, and what it is linked with. */
  light({ nodes, edges }: Target): void {
    const links = new Set(edges.map((edge) => this.#linkOf[edge]));
    const ends = edges.flatMap((index) => this.#graph?.edges[index] ?? []).flatMap(({ from, to }) => [from, to]);
    const [lit, near] = [new Set(nodes), new Set(ends)];
    this.#svg.classList.toggle("lighting", nodes.length + edges.length > 0);
    this.#nodes.forEach((node, index) => {
      node.classList.toggle("lit", lit.has(index));
      node.classList.toggle("near", near.has(index));
    });
    this.#links.forEach((link, index) => {
      link.classList.toggle("lit", links.has(index));
      this.#labels[index]?.classList.toggle("lit", links.has(index));
    });
  }

  /** What is pointed at now, or has the focus. */
  get pointed(): Target {
    return this.#targetOf(this.#svg.querySelector<SVGGElement>(".node:hover, .link:hover") ?? this.#focused);
  }

  /** Shows where the cursor is, in view unless someone is busy here. */
  markCurrent({ nodes, edges }: Target): void {
    const [current] = nodes;
    const link = edges[0] === undefined ? undefined : this.#linkOf[edges[0]];
    this.#nodes.forEach((node, index) => {
      if (index === current) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
    });
    this.#links.forEach((element, index) => {
      element.classList.toggle("current", index === link);
    });
    const node = current === undefined ? undefined : this.#nodes[current];
    if (node !== undefined && !this.viewport.element.matches(":hover, :focus-within")) this.viewport.bringIntoView(node);
  }

  #linkName(graph: Graph, { from, to, label, edges }: Link): string {
    const name = (index: number) => {
      const block = this.#blocks.blocks[index] as Block;
      const [only] = block.members;
      if (block.members.length > 1) return texts.see.blockTitle(block.title, block.members.length);
      return nameOf(graph.nodes[only as number] as Graph["nodes"][number]);
    };
    const [edge] = edges;
    const resolves = edge === undefined ? undefined : graph.edges[edge]?.resolves;
    return texts.see.linkName(name(from), name(to), shortLabel(label), resolves === "other-version");
  }

  get #focused(): SVGGElement | undefined {
    return this.#nodes.find((node) => node === document.activeElement);
  }

  #partAt(target: EventTarget | null): SVGGElement | undefined {
    return (target as Element | null)?.closest<SVGGElement>(".node, .link") ?? undefined;
  }

  #targetOf(part: SVGGElement | undefined): Target {
    if (part === undefined || this.#graph === undefined) return NOTHING;
    const node = this.#nodes.indexOf(part);
    if (node >= 0) return targetOfNode(this.#graph, node);
    return targetOfEdges(this.#graph, this.#blocks.links[this.#links.indexOf(part)]?.edges ?? []);
  }

  #choose(target: EventTarget | null): void {
    const chosen = this.#targetOf(this.#partAt(target));
    const node = chosen.nodes[0];
    if (node !== undefined) this.#enterAt(node);
    if (chosen.spans.length > 0) this.#events.choose(chosen);
  }

  #focusMoved(target: SVGGElement): void {
    const node = this.#nodes.indexOf(target);
    if (node < 0) return;
    this.#enterAt(node);
    this.#events.light(this.#targetOf(target));
  }

  #enterAt(index: number): void {
    this.#nodes[this.#entrance]?.setAttribute("tabindex", "-1");
    this.#entrance = this.#nodes[index] === undefined ? 0 : index;
    this.#nodes[this.#entrance]?.setAttribute("tabindex", "0");
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#nodes.indexOf(event.target as SVGGElement);
    if (at < 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#choose(event.target);
      return;
    }
    const inOrder = { Home: 0, End: this.#nodes.length - 1, PageDown: at + 1, PageUp: at - 1 }[event.key];
    const to = inOrder ?? this.#neighbour(at, event.key);
    if (to === undefined) return;
    event.preventDefault();
    const node = this.#nodes[to];
    if (node === undefined) return;
    node.focus({ preventScroll: true });
    this.viewport.bringIntoView(node);
  }

  /** The node in the direction of an arrow key: the nearest that is linked with this one, or else the nearest. */
  #neighbour(from: number, key: string): number | undefined {
    const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
    const place = this.#places[from];
    if (direction === undefined || place === undefined || this.#graph === undefined) return undefined;
    const [dx, dy] = direction as [number, number];
    const { out, in: into } = this.#graph.nodes[from] as Graph["nodes"][number];
    const linked = new Set([...out, ...into].flatMap((index) => this.#graph?.edges[index] ?? []).flatMap((edge) => [edge.from, edge.to]));
    let best: { index: number; cost: number } | undefined;
    this.#places.forEach(({ x, y }, index) => {
      const along = (x - place.x) * dx + (y - place.y) * dy;
      const across = Math.abs((x - place.x) * dy) + Math.abs((y - place.y) * dx);
      if (along < 4 || across > along * 3) return;
      const cost = (along + across * 2) * (linked.has(index) ? 0.5 : 1);
      if (best === undefined || cost < best.cost) best = { index, cost };
    });
    return best?.index;
  }
}
