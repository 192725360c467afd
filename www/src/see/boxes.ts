/** The boxes of the picture: a node for each entry, a frame around the nodes of a block, and how large they are. */
import { svg } from "../dom.js";
import { texts } from "../texts.js";
import type { Graph } from "./graph.js";
import type { Block } from "./layout.js";
import type { Box } from "./layout.worker.js";
import { hasMark, mark, outline, PADDING, type Point } from "./shapes.js";

/** The widest texts; the longest name of a type just fits. */
const WIDEST = { title: 148, detail: 102 };
const CELL = { height: 20, gap: 4 };
const BLOCK = { head: 26, padding: 9 };

/** A node as it is drawn, by its index in the graph. */
interface DrawnNode {
  index: number;
  element: SVGGElement;
  place: Point;
}

/** A block of one is its node; a larger one is a frame with its nodes as cells. */
export function blockElements(graph: Graph, block: Block, place: Point): { frame?: SVGElement; nodes: DrawnNode[] } {
  const box = boxOf(graph, block);
  const [only, ...more] = block.members;
  if (more.length === 0) return { nodes: [nodeElement(graph, only as number, place, box)] };
  const left = place.x - box.width / 2 + BLOCK.padding;
  const top = place.y - box.height / 2 + BLOCK.head;
  const { columns, width } = gridOf(graph, block);
  const nodes = block.members.map((member, index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const x = left + column * (width + CELL.gap) + width / 2;
    const y = top + row * (CELL.height + CELL.gap) + CELL.height / 2;
    return nodeElement(graph, member, { x, y }, { width, height: CELL.height }, true);
  });
  return { frame: frameElement(block, place, box), nodes };
}

function frameElement({ role, title: type, members }: Block, place: Point, { width, height }: Box): SVGElement {
  const title = texts.see.blockTitle(type, members.length);
  const marked = hasMark(role) ? 20 : 0;
  const y = -height / 2 + 14;
  const x = -width / 2 + BLOCK.padding;
  const frame = svg("g", { class: `block role-${role}`, transform: `translate(${place.x} ${place.y})`, "aria-hidden": "true" });
  frame.append(svg("path", { class: "shape", d: outline("focus", width, height) }));
  if (marked > 0) frame.append(mark(role, x + 7, y));
  frame.append(svg("text", { class: "title", x: x + marked, y }, fitted(title, "title", width - marked - BLOCK.padding)));
  return frame;
}

function nodeElement(graph: Graph, index: number, place: Point, { width, height }: Box, isCell = false): DrawnNode {
  const { role, title, detail, entry } = graph.nodes[index] as Graph["nodes"][number];
  const element = svg("g", {
    class: `node role-${role}${isCell ? " cell" : ""}`,
    role: "button",
    tabindex: -1,
    transform: `translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})`,
  });
  const shape = isCell ? "entry" : role;
  element.append(svg("title"), svg("path", { class: "ring", d: outline(shape, width, height, 4) }));
  element.append(svg("path", { class: "shape", d: outline(shape, width, height) }));
  if (isCell) {
    element.append(svg("text", { class: "number" }, cellText(entry)));
  } else {
    if (role === "header") element.append(svg("path", { class: "inner", d: outline(role, width, height, -3) }));
    const shift = hasMark(role) ? 9 : 0;
    if (shift > 0) element.append(mark(role, -width / 2 + PADDING[role] + 6, 0));
    const y = detail === "" ? 0 : -8;
    element.append(svg("text", { class: "title", x: shift, y }, fitted(title, "title", WIDEST.title)));
    if (detail !== "") element.append(svg("text", { class: "detail", x: shift, y: 9 }, fitted(detail, "detail", WIDEST.detail)));
  }
  return { index, element, place };
}

const cellText = (entry: number | undefined) => (entry === undefined ? "?" : String(entry));

/** The widest line of numbers that still looks like a block, not like a strip. */
function gridOf(graph: Graph, { members }: Block): { columns: number; rows: number; width: number } {
  const widest = Math.max(...members.map((member) => widthOf(cellText(graph.nodes[member]?.entry), "cell")));
  const width = Math.max(26, widest + 10);
  const columns = Math.min(members.length, Math.max(4, Math.min(12, Math.round(Math.sqrt(members.length * 1.5)))));
  return { columns, rows: Math.ceil(members.length / columns), width };
}

/** How large a block is. */
export function boxOf(graph: Graph, block: Block): Box {
  const { title, detail, role } = graph.nodes[block.members[0] as number] as Graph["nodes"][number];
  const marked = hasMark(role) ? 18 : 0;
  if (block.members.length > 1) {
    const { columns, rows, width } = gridOf(graph, block);
    const inside = Math.max(
      columns * (width + CELL.gap) - CELL.gap,
      Math.min(WIDEST.title + 40, widthOf(texts.see.blockTitle(title, block.members.length), "title") + marked + 4),
    );
    return { width: inside + BLOCK.padding * 2, height: BLOCK.head + rows * (CELL.height + CELL.gap) - CELL.gap + BLOCK.padding };
  }
  const text = Math.max(widthOf(fitted(title, "title", WIDEST.title), "title"), widthOf(fitted(detail, "detail", WIDEST.detail), "detail"));
  return { width: text + marked + PADDING[role] * 2, height: detail === "" ? 30 : 42 };
}

const context = document.createElement("canvas").getContext("2d");
const widths = new Map<string, number>();

const FONT = { title: "600 12px", detail: "10.5px", label: "11px", cell: "11px" } as const;
type Kind = keyof typeof FONT;

// Looked up once: it makes the browser work out styles.
const styles = getComputedStyle(document.documentElement);
const FAMILY = { text: styles.getPropertyValue("--font-text"), code: styles.getPropertyValue("--font-code") };

/** How wide a text is, before it is drawn. */
export function widthOf(text: string, kind: Kind): number {
  const key = `${kind} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (context === null) return text.length * 7;
  context.font = `${FONT[kind]} ${kind === "detail" ? FAMILY.code : FAMILY.text}`;
  const width = Math.ceil(context.measureText(text).width);
  // Every key typed may make a new text.
  if (widths.size > 5000) widths.clear();
  widths.set(key, width);
  return width;
}

/** The text, cut where it would get too wide. */
export function fitted(text: string, kind: Kind, most: number): string {
  if (widthOf(text, kind) <= most) return text;
  const characters = Array.from(text);
  while (characters.length > 1 && widthOf(`${characters.join("")}…`, kind) > most) characters.pop();
  return `${characters.join("")}…`;
}
