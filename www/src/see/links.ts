/** Where the arrows of the picture go. */
import { fitted } from "./boxes.js";
import type { Link } from "./layout.js";
import type { Box, Layout } from "./layout.worker.js";
import type { Point } from "./shapes.js";

const WIDEST_LABEL = 150;

/** How far an arrow goes straight before it bends. */
const STRAIGHT = 11;
/** The part of a side on which arrows begin and end. */
const SPREAD = 0.6;

type PlacedBox = Box & Point;

export const shortLabel = (label: string) => fitted(label, "label", WIDEST_LABEL);

/** The line and the head of an arrow, and the middle of its label. */
export interface Arrow {
  line: string;
  head: string;
  label: Point;
}

/** The arrows between boxes, as they were laid out; those from a box to itself were not. */
export function arrowsOf(links: Link[], boxes: PlacedBox[], layout: Layout): Arrow[] {
  const between = links.filter(({ from, to }) => from !== to);
  const lines = linesOf(between, boxes, layout);
  return links.map((link) => {
    const at = between.indexOf(link);
    const points = at < 0 ? loop(boxes[link.from] as PlacedBox) : (lines[at] ?? []);
    const label = (at < 0 ? undefined : layout.links[at]?.label) ?? points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    return { line: curve(points), head: head(points, link.resolves === "nowhere"), label };
  });
}

/** Arrows leave and reach boxes in the direction in which the picture runs, beside one another, so that they cross no neighbour. */
function linesOf(links: Link[], boxes: PlacedBox[], { direction, links: laid }: Layout): Point[][] {
  const [along, across, depth, breadth] =
    direction === "LR" ? (["x", "y", "width", "height"] as const) : (["y", "x", "height", "width"] as const);
  const sides = new Map<string, { box: PlacedBox; side: 1 | -1; ends: { towards: number; put: (end: Point[]) => void }[] }>();
  const lines = links.map(() => ({ start: [] as Point[], end: [] as Point[] }));
  links.forEach(({ from, to }, index) => {
    const [first, last] = [boxes[from], boxes[to]];
    const points = laid[index]?.points ?? [];
    if (first === undefined || last === undefined) return;
    const forward = last[along] > first[along] ? 1 : -1;
    const inner = points.slice(1, -1);
    const attach = (key: number, box: PlacedBox, side: 1 | -1, next: Point, put: (end: Point[]) => void) => {
      const name = `${key} ${side}`;
      const known = sides.get(name) ?? { box, side, ends: [] };
      known.ends.push({ towards: next[across], put });
      sides.set(name, known);
    };
    const line = lines[index] as { start: Point[]; end: Point[] };
    attach(from, first, forward, inner[0] ?? last, (end) => {
      line.start = end;
    });
    attach(to, last, forward === 1 ? -1 : 1, inner.at(-1) ?? first, (end) => {
      line.end = [...end].reverse();
    });
  });
  for (const { box, side, ends } of sides.values()) {
    ends.sort((a, b) => a.towards - b.towards);
    ends.forEach(({ put }, index) => {
      const offset = ends.length === 1 ? 0 : (index / (ends.length - 1) - 0.5) * box[breadth] * SPREAD;
      const edge = { [along]: box[along] + (side * box[depth]) / 2, [across]: box[across] + offset } as unknown as Point;
      put([edge, { ...edge, [along]: edge[along] + side * STRAIGHT }]);
    });
  }
  return lines.map(({ start, end }, index) => [...start, ...(laid[index]?.points ?? []).slice(1, -1), ...end]);
}

/** From a box to itself: a small arc at its corner. */
function loop({ x, y, width, height }: PlacedBox): Point[] {
  const [right, bottom] = [x + width / 2, y + height / 2];
  return [
    { x: right, y: bottom - 14 },
    { x: right + 12, y: bottom - 14 },
    { x: right + 12, y: bottom + 12 },
    { x: right - 16, y: bottom + 12 },
    { x: right - 16, y: bottom },
  ];
}

/** A smooth line along the points of a layout: through their middles, bent at each. */
function curve(points: Point[]): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (first === undefined || last === undefined) return "";
  let path = `M${at(first)}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1] ?? last;
    path += `Q${at(point)} ${at(index === rest.length - 1 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return rest.length === 0 ? `${path}L${at(last)}` : path;
}

const at = ({ x, y }: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** The end of a line: an arrow, or a cross where nothing is referred to. */
function head(points: Point[], crossed: boolean): string {
  const [end, before] = [points.at(-1), points.at(-2)];
  if (end === undefined || before === undefined) return "";
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const [dx, dy] = [(end.x - before.x) / length, (end.y - before.y) / length];
  const point = (along: number, across: number) => at({ x: end.x - dx * along - dy * across, y: end.y - dy * along + dx * across });
  if (crossed) return `M${point(2, -4)}L${point(10, 4)}M${point(2, 4)}L${point(10, -4)}`;
  return `M${point(0, 0)}L${point(8, 3.6)}L${point(8, -3.6)}Z`;
}
