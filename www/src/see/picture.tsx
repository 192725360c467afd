/** The picture: one node for each entry and for what is missing, with arrows between them. One tab stop; arrow keys walk from node to node. */
import { computed, useSignalEffect } from "@preact/signals";
import { createRef } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { rendered } from "../elements.js";
import { texts } from "../texts.js";
import { boxOf, nodesOf } from "./boxes.js";
import { choose, type Drawing, drawing, graph, hasPicture, LABELLED, light, pointed } from "./drawing.js";
import { type Graph, NOTHING, type Node, nameOf, type Target, targetOfEdges, targetOfNode } from "./graph.js";
import type { Block, Link } from "./layout.js";
import { type Arrow, arrowsOf, shortLabel } from "./links.js";
import { classes, currentNode, entrance, Frame, isLighting, LinkArrow, LinkLabel, NodeBox } from "./picture-parts.js";
import type { Point } from "./shapes.js";
import { bringIntoView, center, hold, isBusy, shownHeight, shownWidth, Viewport } from "./viewport.js";

const picture = createRef<SVGSVGElement>();
const nodeAt = (index: number) => picture.current?.querySelector<SVGGElement>(`[data-node="${index}"]`);
const focused = () => document.activeElement?.closest("[data-node]") ?? null;

function targetOf(part: EventTarget | null): Target {
  const { node, link } = (part as Element | null)?.closest<SVGElement>("[data-node], [data-link]")?.dataset ?? {};
  const now = graph.peek();
  if (now === undefined) return NOTHING;
  if (node !== undefined) return targetOfNode(now, Number(node));
  return link === undefined ? NOTHING : targetOfEdges(now, drawing.peek()?.links[Number(link)]?.edges ?? []);
}

pointed.push(() => targetOf(picture.current?.querySelector(".node:hover, .link:hover") ?? focused()));

function chooseAt(target: EventTarget | null): void {
  const chosen = targetOf(target);
  if (chosen.nodes[0] !== undefined) entrance.value = chosen.nodes[0];
  if (chosen.spans.length > 0) choose(chosen);
}

function focusMoved(target: EventTarget | null): void {
  const index = (target as SVGElement).dataset.node;
  if (index === undefined) return;
  entrance.value = Number(index);
  light(targetOf(target));
}

export function Picture() {
  const of = drawing.value;
  useSignalEffect(() => {
    const node = currentNode.value === undefined ? undefined : nodeAt(currentNode.value);
    if (node && !isBusy()) bringIntoView(node);
  });
  return (
    <div
      class="viewport"
      hidden={!hasPicture.value}
      // Around the SVG: Chromium takes elements of SVG that listen for focus into the order of Tab.
      onFocusIn={({ target }) => focusMoved(target)}
      onFocusOut={() => light(NOTHING)}>
      <Viewport>{of && graph.value && <Drawn of={of} graph={graph.value} />}</Viewport>
    </div>
  );
}

function Drawn({ of, graph: now }: { of: Drawing; graph: Graph }) {
  const { blocks, links, layout } = of;
  const isLabelled = links.length <= LABELLED;
  const name = useMemo(() => computed(() => classes("picture", isLabelled && "labelled", isLighting.value && "lighting")), [isLabelled]);
  const { nodes, arrows } = useMemo(() => {
    const boxes = blocks.map((block, at) => ({ ...boxOf(now, block), ...(layout.boxes[at] as Point) }));
    const placed = blocks.flatMap((block, at) => nodesOf(now, block, layout.boxes[at] as Point));
    return { nodes: placed.sort((a, b) => a.index - b.index), arrows: arrowsOf(links, boxes, layout) };
  }, [of]);

  // Who was at a node is there still in the picture drawn anew, where that has the node.
  const before = useRef<Graph>(now);
  const at = focused();
  const key = at === null ? undefined : before.current.nodes[Number((at as SVGElement).dataset.node)]?.key;
  before.current = now;
  useLayoutEffect(() => {
    const index = key === undefined ? entrance.peek() : now.nodes.findIndex((node) => node.key === key);
    entrance.value = now.nodes[index] === undefined ? 0 : index;
    hold({ width: Math.max(layout.width, 40), height: Math.max(layout.height, 40) });
    if (key !== undefined) nodeAt(entrance.peek())?.focus({ preventScroll: true });
  }, [of]);
  useLayoutEffect(() => {
    void rendered().then(() => {
      const first = nodeAt(0);
      if (first) center(first);
    });
    return () => {
      entrance.value = 0;
    };
  }, []);

  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = Number((event.target as SVGElement).dataset.node);
    if (Number.isNaN(from)) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return chooseAt(event.target);
    }
    const inOrder = { Home: 0, End: nodes.length - 1, PageDown: from + 1, PageUp: from - 1 }[event.key];
    const to = inOrder ?? neighbour(now, nodes, from, event.key);
    if (to === undefined) return;
    event.preventDefault();
    const node = nodeAt(to);
    if (!node) return;
    node.focus({ preventScroll: true });
    bringIntoView(node);
  };

  return (
    <svg
      ref={picture}
      role="application"
      aria-label={texts.see.pictureLabel}
      class={name}
      viewBox={`0 0 ${Math.max(layout.width, 40)} ${Math.max(layout.height, 40)}`}
      width={shownWidth}
      height={shownHeight}
      onPointerOver={({ target }) => light(targetOf((target as Element).closest("[data-node], [data-link]") ?? focused()))}
      onPointerLeave={() => light(targetOf(focused()))}
      onClick={({ target }) => chooseAt(target)}
      onKeyDown={press}>
      {blocks.map((block, at) => (
        <Frame key={`block ${at}`} block={block} box={{ ...boxOf(now, block), ...(layout.boxes[at] as Point) }} />
      ))}
      {links.map((link, at) => (
        <LinkArrow key={`link ${at}`} index={at} link={link} arrow={arrows[at] as Arrow} name={linkName(now, blocks, link)} />
      ))}
      {nodes.map((place) => (
        <NodeBox key={now.nodes[place.index]?.key} node={now.nodes[place.index] as Node} place={place} />
      ))}
      {links.map(({ label }, at) => (
        <LinkLabel key={`label ${at}`} index={at} label={shortLabel(label)} place={arrows[at]?.label as Point} />
      ))}
    </svg>
  );
}

function linkName(now: Graph, blocks: Block[], { from, to, label, edges }: Link): string {
  const name = (index: number) => {
    const { members, title } = blocks[index] as Block;
    return members.length > 1 ? texts.see.blockTitle(title, members.length) : nameOf(now.nodes[members[0] as number] as Node);
  };
  const [edge] = edges;
  const resolves = edge === undefined ? undefined : now.edges[edge]?.resolves;
  return texts.see.linkName(name(from), name(to), shortLabel(label), resolves === "other-version");
}

/** The node in the direction of an arrow key: the nearest that is linked with this one, or else the nearest. */
function neighbour({ nodes, edges }: Graph, places: (Point & { index: number })[], from: number, key: string): number | undefined {
  const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
  const place = places[from];
  if (direction === undefined || place === undefined) return undefined;
  const [dx, dy] = direction as [number, number];
  const { out, in: into } = nodes[from] as Node;
  const linked = new Set([...out, ...into].flatMap((index) => edges[index] ?? []).flatMap((edge) => [edge.from, edge.to]));
  let best: { index: number; cost: number } | undefined;
  for (const { x, y, index } of places) {
    const along = (x - place.x) * dx + (y - place.y) * dy;
    const across = Math.abs((x - place.x) * dy) + Math.abs((y - place.y) * dx);
    if (along < 4 || across > along * 3) continue;
    const cost = (along + across * 2) * (linked.has(index) ? 0.5 : 1);
    if (best === undefined || cost < best.cost) best = { index, cost };
  }
  return best?.index;
}
