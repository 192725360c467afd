/** The outline of a message as what is drawn: nodes for entries and for what references name beside them, and edges between these. */
import type { MessageOutline, OutlineEntry, OutlineReference } from "../fhirpost.js";
import type { Span } from "../message.js";
import { texts } from "../texts.js";

export type Role = "header" | "focus" | "entry" | "backwards" | "unlinked" | "missing" | "elsewhere" | "ambiguous" | "bundle";

export interface Node {
  /** The same thing has the same key in the next outline, as far as one can tell. */
  key: string;
  role: Role;
  /** The index of the entry; absent for what is not one. */
  entry?: number;
  /** Its type, or what it is instead of an entry. */
  title: string;
  /** What people call it, else its id; or the reference that names it. */
  detail: string;
  /** The id of an entry that has a name. */
  id?: string;
  isNamed?: boolean;
  /** Where it is in the text. */
  spans: Span[];
  /** Edges that begin and end here, by index. */
  out: number[];
  in: number[];
}

/** All references of one node to another, of one kind. */
interface Edge {
  from: number;
  to: number;
  resolves: OutlineReference["resolves"];
  focus: boolean;
  /** Indexes of the references. */
  references: number[];
  /** The elements that refer. */
  label: string;
}

export interface Graph {
  nodes: Node[];
  edges: Edge[];
  entries: OutlineEntry[];
  references: OutlineReference[];
  /** Reference → edge; nothing for those that stay inside of an entry. */
  edgeOf: (number | undefined)[];
}

/** What is lit up together: in the picture, in the outline and in the text. */
export interface Target {
  nodes: number[];
  edges: number[];
  spans: Span[];
}

/** @param names What each entry is called, where it says so. */
export function graphOf({ entries, references }: MessageOutline, names: string[] = []): Graph {
  const graph: Graph = {
    nodes: entries.map((entry) => entryNode(entry, names[entry.index] ?? "")),
    edges: [],
    entries,
    references,
    edgeOf: [],
  };
  const keys = new Map<string, number>();
  for (const node of graph.nodes) node.key = unique(keys, node.key);
  const others = new Map<string, number>();
  const other = (role: Role, detail: string) => {
    const key = `${role} ${detail}`;
    const known = others.get(key);
    if (known !== undefined) return known;
    graph.nodes.push({ key, role, title: texts.see.roles[role], detail: shown(detail), spans: [], out: [], in: [] });
    others.set(key, graph.nodes.length - 1);
    return graph.nodes.length - 1;
  };
  const edges = new Map<string, number>();
  references.forEach((reference, index) => {
    const role = ROLE_OF_TARGET[reference.resolves];
    // Inside of the entry itself there is no way to draw.
    if (role === undefined && reference.to === undefined) return;
    const to = reference.to ?? other(role as Role, reference.reference);
    const from = reference.from ?? other("bundle", "");
    const key = `${from} ${to} ${reference.resolves}`;
    let at = edges.get(key);
    if (at === undefined) {
      at = graph.edges.push({ from, to, resolves: reference.resolves, focus: false, references: [], label: "" }) - 1;
      edges.set(key, at);
      graph.nodes[from]?.out.push(at);
      graph.nodes[to]?.in.push(at);
    }
    const edge = graph.edges[at] as Edge;
    edge.references.push(index);
    edge.focus ||= reference.focus;
    graph.edgeOf[index] = at;
    if (reference.to === undefined) graph.nodes[to]?.spans.push(spanOf(reference));
  });
  for (const edge of graph.edges) edge.label = labelOf(edge.references.map((index) => references[index]?.path ?? ""));
  return graph;
}

const ROLE_OF_TARGET: Partial<Record<OutlineReference["resolves"], Role>> = {
  nowhere: "missing",
  elsewhere: "elsewhere",
  several: "ambiguous",
};

function entryNode(entry: OutlineEntry, name: string): Node {
  const { index, fullUrl, resourceType, id } = entry;
  return {
    key: fullUrl ?? (id === undefined ? `#${index}` : `${resourceType}/${id}`),
    role: roleOf(entry),
    entry: index,
    title: shown(resourceType ?? texts.see.noType),
    detail: shown(name || (id ?? "")),
    ...(name !== "" && { isNamed: true, ...(id !== undefined && { id: shown(id) }) }),
    spans: [spanOf(entry)],
    out: [],
    in: [],
  };
}

function roleOf({ header, focus, reach }: OutlineEntry): Role {
  if (header) return "header";
  if (focus) return "focus";
  if (reach === "not") return "unlinked";
  return reach === "backwards" ? "backwards" : "entry";
}

const spanOf = ({ start = 0, end = 0 }: { start?: number; end?: number }): Span => ({ start, end });

function unique(keys: Map<string, number>, key: string): string {
  const before = keys.get(key) ?? 0;
  keys.set(key, before + 1);
  return before === 0 ? key : `${key} ${before}`;
}

/** The names of elements alone: `performer[0]` and `performer[1]` are one. */
export function labelOf(paths: string[]): string {
  const names = paths.map((path) => shown(path.replace(/\[\d+\]|\.ofType\(\w+\)/g, "")));
  return [...new Set(names)].join(", ");
}

/** Characters that show nothing, or that turn the direction of what is around them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const LONGEST = 80;

/** A stranger's text, safe beside other text. */
export function shown(text: string): string {
  const seen = text.slice(0, LONGEST * 2).replace(UNSEEN, "\ufffd");
  return seen.length > LONGEST ? `${seen.slice(0, LONGEST)}…` : seen;
}

/** What a node is called: its type, its index and its name, or what it is instead. */
export function nameOf(node: Node): string {
  if (node.entry === undefined) return `${node.title} ${node.detail}`.trim();
  return [`${node.title} ${node.entry}`, ...(node.isNamed === true ? [node.detail] : [])].join(" · ");
}

export function targetOfNode(graph: Graph, index: number): Target {
  const node = graph.nodes[index];
  return node === undefined ? NOTHING : { nodes: [index], edges: [...node.out, ...node.in], spans: node.spans };
}

export function targetOfEdges(graph: Graph, indexes: number[]): Target {
  const edges = indexes.flatMap((index) => graph.edges[index] ?? []);
  const references = edges.flatMap((edge) => edge.references);
  return { nodes: [], edges: indexes, spans: references.flatMap((index) => spanOfReference(graph, index)) };
}

export function targetOfReference(graph: Graph, index: number): Target {
  const edge = graph.edgeOf[index];
  return { nodes: [], edges: edge === undefined ? [] : [edge], spans: spanOfReference(graph, index) };
}

function spanOfReference(graph: Graph, index: number): Span[] {
  const reference = graph.references[index];
  return reference === undefined ? [] : [spanOf(reference)];
}

export const NOTHING: Target = { nodes: [], edges: [], spans: [] };

/** What is at an offset of the text: a reference, or else the entry around it. Both lists are in the order of the text. */
export function targetAt(graph: Graph, offset: number): Target {
  const entry = around(graph.entries, offset);
  const reference = around(graph.references, offset);
  const lit = entry === undefined ? NOTHING : { nodes: [entry], edges: [], spans: [] };
  return reference === undefined ? lit : { ...lit, edges: targetOfReference(graph, reference).edges };
}

function around(list: { start?: number; end?: number }[], offset: number): number | undefined {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low > 0 && (list[low - 1]?.end ?? 0) >= offset ? low - 1 : undefined;
}

/** The same picture has the same shape: then nothing needs to be drawn anew. */
export function shapeOf({ nodes, edges }: Graph): string {
  return JSON.stringify([
    nodes.map(({ key, role, title, detail }) => [key, role, title, detail]),
    edges.map(({ from, to, resolves, focus, label }) => [from, to, resolves, focus, label]),
  ]);
}
