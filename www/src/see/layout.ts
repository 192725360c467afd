/** What is drawn as one, and where it goes: in a message of many entries, those of one type that are linked alike are one block. */
import type { Graph, Node, Role } from "./graph.js";

export interface Block {
  /** Indexes of its nodes; most blocks have one. */
  members: number[];
  role: Role;
  title: string;
}

/** All edges between two blocks, of one kind. */
export interface Link {
  from: number;
  to: number;
  resolves: string;
  focus: boolean;
  edges: number[];
  label: string;
}

export interface Blocks {
  blocks: Block[];
  links: Link[];
  /** Node → its block. */
  blockOf: number[];
}

/** So many nodes each have a box of their own. */
const BOXES = 30;
/** Fewer alike are clearer as boxes. */
const ALIKE = 4;

export function blocksOf(graph: Graph): Blocks {
  if (graph.nodes.length <= BOXES) return grouped(graph, undefined);
  // The finer the kinds, the more the picture says; but only as long as there are few of them.
  const kinds = kindsByRound(graph);
  let made = grouped(graph, kinds.pop());
  while (made.blocks.length > BOXES && kinds.length > 0) made = grouped(graph, kinds.pop());
  return made;
}

/** Nodes of one kind have one role and type; with each further round, also links to and from nodes of the same kinds. */
function kindsByRound({ nodes, edges }: Graph): number[][] {
  const numbered = (names: string[]) => {
    const numbers = new Map<string, number>();
    return names.map((name) => {
      if (!numbers.has(name)) numbers.set(name, numbers.size);
      return numbers.get(name) as number;
    });
  };
  const first = numbered(
    nodes.map(({ role, title, entry, detail }) => `${role} ${entry === undefined ? (detail.split("/")[0] ?? "") : title}`),
  );
  const rounds = [first];
  for (let round = 0; round < 2; round++) {
    const before = rounds.at(-1) as number[];
    const links = (list: number[], end: "from" | "to") => {
      const each = list.flatMap((index) => edges[index] ?? []).map((edge) => `${edge.label} ${edge.resolves} ${before[edge[end]]}`);
      return [...new Set(each)].sort().join("|");
    };
    rounds.push(numbered(nodes.map((node, index) => `${before[index]};${links(node.out, "to")};${links(node.in, "from")}`)));
  }
  return rounds;
}

function grouped(graph: Graph, kinds: number[] | undefined): Blocks {
  const alike = new Map<number, number[]>();
  kinds?.forEach((kind, index) => {
    const members = alike.get(kind);
    if (members === undefined) alike.set(kind, [index]);
    else members.push(index);
  });
  const blocks: Block[] = [];
  const blockOf: number[] = [];
  graph.nodes.forEach((node: Node, index) => {
    if (blockOf[index] !== undefined) return;
    const together = kinds === undefined ? undefined : alike.get(kinds[index] as number);
    const members = together !== undefined && together.length >= ALIKE ? together : [index];
    for (const member of members) blockOf[member] = blocks.length;
    blocks.push({ members, role: node.role, title: node.title });
  });
  const links = new Map<string, Link>();
  graph.edges.forEach(({ from, to, resolves, focus, label }, index) => {
    const ends = { from: blockOf[from] as number, to: blockOf[to] as number };
    const key = `${ends.from} ${ends.to} ${resolves}`;
    const link = links.get(key) ?? { ...ends, resolves, focus: false, edges: [], label: "" };
    link.edges.push(index);
    link.focus ||= focus;
    if (!link.label.split(", ").includes(label)) link.label = link.label === "" ? label : `${link.label}, ${label}`;
    links.set(key, link);
  });
  return { blocks, links: [...links.values()], blockOf };
}
