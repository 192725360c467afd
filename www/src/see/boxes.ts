/** The boxes of the picture: how large they are, and where the nodes of a block are in it. */
import { texts } from "../texts.js";
import type { Graph, Node } from "./graph.js";
import type { Block } from "./layout.js";
import type { Box } from "./layout.worker.js";
import { hasMark, PADDING, type Point } from "./shapes.js";

/** The widest texts; the longest name of a type just fits. */
export const WIDEST = { title: 148, detail: 102, name: 140 };
const CELL = { height: 20, gap: 4 };
export const BLOCK = { head: 26, padding: 9 };

/** Where a node is drawn, by its index in the graph; a node of a larger block is a cell. */
export interface PlacedNode extends Box, Point {
  index: number;
  isCell: boolean;
}

/** A block of one is its node; a larger one is a frame with its nodes as cells. */
export function nodesOf(graph: Graph, block: Block, place: Point): PlacedNode[] {
  const box = boxOf(graph, block);
  const [only, ...more] = block.members;
  if (more.length === 0) return [{ index: only as number, isCell: false, ...place, ...box }];
  const left = place.x - box.width / 2 + BLOCK.padding;
  const top = place.y - box.height / 2 + BLOCK.head;
  const { columns, width } = gridOf(graph, block);
  return block.members.map((index, at) => {
    const [column, row] = [at % columns, Math.floor(at / columns)];
    const x = left + column * (width + CELL.gap) + width / 2;
    const y = top + row * (CELL.height + CELL.gap) + CELL.height / 2;
    return { index, isCell: true, x, y, width, height: CELL.height };
  });
}

/** The widest name in a cell. */
const WIDEST_CELL = 132;

/** What a cell says: what people call the entry, or else its number. */
export const cellText = ({ entry, isNamed, detail }: Node): string =>
  isNamed ? fitted(detail, "cell", WIDEST_CELL) : entry === undefined ? "?" : String(entry);

/** The widest line of numbers that still looks like a block, not like a strip. */
function gridOf(graph: Graph, { members }: Block): { columns: number; rows: number; width: number } {
  const widest = Math.max(...members.map((member) => widthOf(cellText(graph.nodes[member] as Node), "cell")));
  const width = Math.max(26, widest + 10);
  // Names are wide and low, numbers are square.
  const [least, most, ratio] = width > 60 ? [1, 4, 0.34] : [4, 12, 1.5];
  const columns = Math.min(members.length, Math.max(least, Math.min(most, Math.round(Math.sqrt(members.length * ratio)))));
  return { columns, rows: Math.ceil(members.length / columns), width };
}

/** How large a block is. */
export function boxOf(graph: Graph, block: Block): Box {
  const { title, detail, isNamed, role } = graph.nodes[block.members[0] as number] as Graph["nodes"][number];
  const marked = hasMark(role) ? 18 : 0;
  if (block.members.length > 1) {
    const { columns, rows, width } = gridOf(graph, block);
    const inside = Math.max(
      columns * (width + CELL.gap) - CELL.gap,
      Math.min(WIDEST.title + 40, widthOf(texts.see.blockTitle(title, block.members.length), "title") + marked + 4),
    );
    return { width: inside + BLOCK.padding * 2, height: BLOCK.head + rows * (CELL.height + CELL.gap) - CELL.gap + BLOCK.padding };
  }
  const small = isNamed ? "label" : "detail";
  const text = Math.max(
    widthOf(fitted(title, "title", WIDEST.title), "title"),
    widthOf(fitted(detail, small, isNamed ? WIDEST.name : WIDEST.detail), small),
  );
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
