/** Where blocks and links go, off the main thread: for two hundred boxes this takes the better part of a second. */
import dagre from "@dagrejs/dagre";
import { answerCalls } from "../workers/calls.js";

export interface Box {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface LayoutQuestion {
  boxes: Box[];
  /** Links between boxes by index; `label` is the width of a text that is to be on it. */
  links: { from: number; to: number; label?: number }[];
  /** The room that the picture has on the page. */
  room: Box;
  /** How the picture runs now: it does not turn around for little. */
  before?: Direction;
}

export type Direction = "TB" | "LR";

export interface Layout extends Box {
  direction: Direction;
  /** The middle of each box. */
  boxes: Point[];
  links: { points: Point[]; label?: Point }[];
}

/** So many are laid out both ways, and the one that fits better is taken. */
const BOTH_WAYS = 60;
/** Milliseconds of the first, after which there is no second. */
const PATIENCE = 300;
const LABEL_HEIGHT = 14;
/** Another direction must be better by so much to be taken. */
const WORTH_TURNING = 1.25;

function layout(question: LayoutQuestion): Layout {
  const { boxes, room, before } = question;
  if (boxes.length > BOTH_WAYS) return arrange(question, "LR");
  const [first, second] = [before ?? "TB", before === "LR" ? "TB" : "LR"] as [Direction, Direction];
  const started = performance.now();
  const usual = arrange(question, first);
  // Boxes with very many links between them: twice would be too long.
  if (performance.now() - started > PATIENCE) return usual;
  const other = arrange(question, second);
  const scale = ({ width, height }: Layout) => Math.min(1, room.width / width, room.height / height);
  return scale(other) > scale(usual) * (before === undefined ? 1 : WORTH_TURNING) ? other : usual;
}

function arrange({ boxes, links }: LayoutQuestion, direction: Direction): Layout {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, nodesep: 11, edgesep: 7, ranksep: direction === "TB" ? 32 : 36, marginx: 14, marginy: 14 });
  boxes.forEach(({ width, height }, index) => {
    graph.setNode(String(index), { width, height });
  });
  links.forEach(({ from, to, label }, index) => {
    const size = label === undefined ? {} : { width: label, height: LABEL_HEIGHT, labelpos: "c" };
    graph.setEdge(String(from), String(to), size, String(index));
  });
  // The search for the fewest crossings is what takes long; with this many boxes nobody follows single arrows.
  dagre.layout(graph, { disableOptimalOrderHeuristic: boxes.length > BOTH_WAYS });
  const { width = 0, height = 0 } = graph.graph() as Partial<Box>;
  return {
    width,
    height,
    direction,
    boxes: boxes.map((_, index) => {
      const { x, y } = graph.node(String(index)) as Point;
      return { x, y };
    }),
    links: links.map(({ from, to, label }, index) => {
      const { points, x, y } = graph.edge(String(from), String(to), String(index)) as { points: Point[] } & Point;
      return { points, ...(label === undefined ? {} : { label: { x, y } }) };
    }),
  };
}

const operations = { layout };

export type LayoutOperations = typeof operations;

answerCalls(() => operations);
