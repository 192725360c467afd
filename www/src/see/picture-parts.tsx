/** What the picture is made of, and what of it is lit up: nodes, frames around the nodes of a block, arrows, and their labels. */
import { computed, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { texts } from "../texts.js";
import { BLOCK, cellText, fitted, type PlacedNode, WIDEST } from "./boxes.js";
import { atCursor, drawing, graph, lit } from "./drawing.js";
import { type Node, nameOf } from "./graph.js";
import type { Block, Link } from "./layout.js";
import type { Box } from "./layout.worker.js";
import type { Arrow } from "./links.js";
import { hasMark, Mark, outline, PADDING, type Point } from "./shapes.js";

/** The node that Tab goes to. */
export const entrance = signal(0);

/** Which link each edge is a part of. */
const linkOf = computed(() => {
  const links: number[] = [];
  drawing.value?.links.forEach(({ edges }, index) => {
    for (const edge of edges) links[edge] = index;
  });
  return links;
});

/** Lights up what is pointed at here or elsewhere, and what it is linked with. */
const lighting = computed(() => {
  const { nodes, edges } = lit.value;
  const ends = edges.flatMap((index) => graph.value?.edges[index] ?? []).flatMap(({ from, to }) => [from, to]);
  return {
    nodes: new Set(nodes),
    near: new Set(ends),
    links: new Set(edges.map((edge) => linkOf.value[edge])),
  };
});
export const currentNode = computed(() => atCursor.value.nodes[0]);
const currentLink = computed(() => (atCursor.value.edges[0] === undefined ? undefined : linkOf.value[atCursor.value.edges[0]]));
export const isLighting = computed(() => lit.value.nodes.length + lit.value.edges.length > 0);

export const classes = (...names: (string | false)[]) => names.filter(Boolean).join(" ");

export function Frame({ block: { role, title: type, members }, box: { width, height, x, y } }: { block: Block; box: Box & Point }) {
  if (members.length === 1) return null;
  const marked = hasMark(role) ? 20 : 0;
  const line = -height / 2 + 14;
  const left = -width / 2 + BLOCK.padding;
  return (
    <g class={`block role-${role}`} transform={`translate(${x} ${y})`} aria-hidden="true">
      <path class="shape" d={outline("focus", width, height)} />
      {marked > 0 && <Mark role={role} x={left + 7} y={line} />}
      <text class="title" x={left + marked} y={line}>
        {fitted(texts.see.blockTitle(type, members.length), "title", width - marked - BLOCK.padding)}
      </text>
    </g>
  );
}

export function NodeBox({ node, place }: { node: Node; place: PlacedNode }) {
  const { role, detail, id = "", isNamed, entry, out, in: into } = node;
  const { index, isCell, x, y, width, height } = place;
  // What is pointed at changes often, and most nodes stay as they are: only the attributes of the others are written.
  const [name, tabIndex, isCurrent] = useMemo(
    () => [
      computed(() => {
        const { nodes, near } = lighting.value;
        return classes("node", `role-${role}`, isCell && "cell", nodes.has(index) && "lit", near.has(index) && "near");
      }),
      computed(() => (entrance.value === index ? 0 : -1)),
      computed(() => (currentNode.value === index ? ("true" as const) : undefined)),
    ],
    [role, index, isCell],
  );
  const words = texts.see.nodeName(nameOf(node), entry === undefined ? "" : isNamed ? id : detail, role, out.length, into.length);
  const shape = isCell ? "entry" : role;
  return (
    <g
      class={name}
      role="button"
      tabindex={tabIndex}
      aria-label={words}
      aria-current={isCurrent}
      data-node={index}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}>
      <title>{words}</title>
      <path class="ring" d={outline(shape, width, height, 4)} />
      <path class="shape" d={outline(shape, width, height)} />
      {isCell ? <text class="number">{cellText(node)}</text> : <Inside node={node} width={width} height={height} />}
    </g>
  );
}

function Inside({ node: { role, title, detail, isNamed }, width, height }: { node: Node } & Box) {
  const shift = hasMark(role) ? 9 : 0;
  return (
    <>
      {role === "header" && <path class="inner" d={outline(role, width, height, -3)} />}
      {shift > 0 && <Mark role={role} x={-width / 2 + PADDING[role] + 6} />}
      <text class="title" x={shift} y={detail === "" ? 0 : -8}>
        {fitted(title, "title", WIDEST.title)}
      </text>
      {detail !== "" && (
        <text class={isNamed ? "name" : "detail"} x={shift} y={9}>
          {isNamed ? fitted(detail, "label", WIDEST.name) : fitted(detail, "detail", WIDEST.detail)}
        </text>
      )}
    </>
  );
}

export function LinkArrow(props: { index: number; link: Link; arrow: Arrow; name: string }) {
  const { index, link, arrow, name } = props;
  const { resolves, focus } = link;
  const own = useMemo(
    () =>
      computed(() => {
        const { links } = lighting.value;
        return classes(
          "link",
          `resolves-${resolves}`,
          focus && "of-focus",
          links.has(index) && "lit",
          currentLink.value === index && "current",
        );
      }),
    [resolves, focus, index],
  );
  return (
    <g class={own} aria-hidden="true" data-link={index}>
      <title>{name}</title>
      <path class="reach" d={arrow.line} />
      <path class="line" d={arrow.line} />
      <path class={resolves === "nowhere" ? "head crossed" : "head"} d={arrow.head} />
    </g>
  );
}

/** Apart from its arrow: it is above everything else. */
export function LinkLabel({ index, label, place }: { index: number; label: string; place: Point }) {
  const own = useMemo(() => computed(() => classes("label", lighting.value.links.has(index) && "lit")), [index]);
  return (
    <text class={own} x={place.x} y={place.y} aria-hidden="true">
      {label}
    </text>
  );
}
