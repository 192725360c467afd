/** The rows of the outline: an entry, and each reference from it and to it. */
import { element, icon, severityIcon, svg } from "../dom.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { type Graph, labelOf, type Node, nameOf } from "./graph.js";
import { mark } from "./shapes.js";

/** What a row is about; its place in the text is looked up when it is asked for. */
export interface RowSubject {
  /** The entry of a row, or the one around it. */
  node: number;
  reference?: number;
}

/** @param isOpen Whether its references are shown, where it has any. */
export function entryRow(node: Node, index: number, issues: Issue[], isOpen: boolean): HTMLElement {
  const isLeaf = node.out.length + node.in.length === 0;
  const row = element("li", {
    role: "treeitem",
    class: `row role-${node.role}`,
    tabindex: "-1",
    "aria-label": texts.see.rowName(nameOf(node), node.detail, node.role, node.out.length, node.in.length, issues.length),
    ...(isLeaf ? {} : { "aria-expanded": String(isOpen) }),
  });
  const role = texts.see.roles[node.role];
  row.append(
    element(
      "div",
      { class: "row-line" },
      element("span", { class: isLeaf ? "twisty leaf" : "twisty" }),
      element("span", { class: "index" }, String(index)),
      roleMark(node.role),
      element("span", { class: "type" }, node.title),
      element("span", { class: "id" }, node.detail),
      ...(node.role === "entry" || node.title === role ? [] : [element("span", { class: "role" }, role)]),
      ...(issues.length > 0 ? [issueCount(issues)] : []),
      element(
        "span",
        { class: "degree", title: texts.see.degrees(node.out.length, node.in.length) },
        `→${node.out.length} ←${node.in.length}`,
      ),
    ),
  );
  row.dataset.key = node.key;
  return row;
}

/** What an entry refers to, and what refers to it: a row for each reference, by its index. */
export function referenceRows(graph: Graph, index: number): { row: HTMLElement; reference: number }[] {
  const node = graph.nodes[index] as Node;
  const rowsOf = (edges: number[], end: "from" | "to") =>
    edges
      .flatMap((at) => graph.edges[at] ?? [])
      .flatMap((edge) => {
        const other = graph.nodes[edge[end]] as Node;
        return edge.references.map((reference) => {
          const path = labelOf([graph.references[reference]?.path ?? ""]);
          return { row: referenceRow(node, path, end, other), reference };
        });
      });
  return [...rowsOf(node.out, "to"), ...rowsOf(node.in, "from")];
}

function referenceRow(node: Node, path: string, end: "from" | "to", other: Node): HTMLElement {
  const text = end === "to" ? texts.see.refersTo(path, nameOf(other)) : texts.see.referredBy(path, nameOf(other));
  const line = element(
    "div",
    { class: "row-line" },
    element("span", { class: "arrow" }, end === "to" ? "→" : "←"),
    element("span", { class: "path" }, path),
    roleMark(other.role),
    element("span", { class: "type" }, nameOf(other)),
  );
  const row = element("li", { role: "treeitem", class: `row reference role-${other.role}`, tabindex: "-1", "aria-label": text }, line);
  row.dataset.key = node.key;
  row.dataset.label = text;
  return row;
}

function issueCount(issues: Issue[]): HTMLElement {
  const worst = (["error", "warning"] as const).find((name) => issues.some(({ severity }) => severityIcon[severity] === name));
  return element(
    "span",
    { class: "issue-count", title: texts.see.issues(issues.length) },
    icon(worst ?? "information"),
    String(issues.length),
  );
}

/** The mark of a role, as the picture has it. */
function roleMark(role: Node["role"]): SVGSVGElement {
  return svg("svg", { viewBox: "-8 -8 16 16", class: `role-mark role-${role}`, "aria-hidden": "true" }, mark(role));
}
