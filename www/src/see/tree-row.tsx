/** The rows of the outline: an entry, and each reference from it and to it. */
import { computed, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Icon, severityIcon } from "../elements.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { atCursor, lit } from "./drawing.js";
import { type Graph, labelOf, type Node, nameOf } from "./graph.js";
import { RoleMark } from "./shapes.js";

/** The id of the row that Tab goes to. */
export const entrance = signal("");

const litNodes = computed(() => new Set(lit.value.nodes));
const currentNode = computed(() => atCursor.value.nodes[0]);

const useTabIndex = (id: string) => useMemo(() => computed(() => (entrance.value === id ? 0 : -1)), [id]);

/** @param props.isOpen Whether its references are shown, where it has any. */
export function EntryRow({ graph, index, issues, isOpen }: { graph: Graph; index: number; issues: Issue[]; isOpen: boolean }) {
  const node = graph.nodes[index] as Node;
  const { role, title, detail, id: idOf = "", isNamed, out, in: into } = node;
  const id = `outline-${index}`;
  // What is pointed at changes often, and most rows stay as they are.
  const [name, isCurrent] = useMemo(
    () => [
      computed(() => `row role-${role}${litNodes.value.has(index) ? " lit" : ""}`),
      computed(() => (currentNode.value === index ? ("true" as const) : undefined)),
    ],
    [role, index],
  );
  const isLeaf = out.length + into.length === 0;
  const words = texts.see.roles[role];
  return (
    <li
      role="treeitem"
      id={id}
      class={name}
      tabIndex={useTabIndex(id)}
      aria-label={texts.see.rowName(nameOf(node), isNamed ? idOf : detail, role, out.length, into.length, issues.length)}
      aria-expanded={isLeaf ? undefined : isOpen}
      aria-current={isCurrent}
      data-key={node.key}
      data-entry={index}>
      <div class="row-line">
        <span class={isLeaf ? "twisty leaf" : "twisty"} />
        <span class="index">{index}</span>
        <RoleMark role={role} />
        <span class="type">{title}</span>
        {isNamed && <span class="name">{detail}</span>}
        <span class="id">{isNamed ? idOf : detail}</span>
        {role !== "entry" && title !== words && <span class="role">{words}</span>}
        {issues.length > 0 && <IssueCount issues={issues} />}
        <span class="degree" title={texts.see.degrees(out.length, into.length)}>{`→${out.length} ←${into.length}`}</span>
      </div>
      {isOpen && !isLeaf && (
        <ul role="group">
          <References graph={graph} index={index} edges={out} end="to" />
          <References graph={graph} index={index} edges={into} end="from" />
        </ul>
      )}
    </li>
  );
}

/** What an entry refers to, or what refers to it: a row for each reference. */
function References({ graph, index, edges, end }: { graph: Graph; index: number; edges: number[]; end: "from" | "to" }) {
  return edges
    .flatMap((at) => graph.edges[at] ?? [])
    .flatMap((edge) =>
      edge.references.map((at) => <ReferenceRow key={at} graph={graph} entry={index} at={at} end={end} other={edge[end]} />),
    );
}

function ReferenceRow(props: { graph: Graph; entry: number; at: number; end: "from" | "to"; other: number }) {
  const { graph, entry, at, end } = props;
  const [own, other] = [graph.nodes[entry] as Node, graph.nodes[props.other] as Node];
  const path = labelOf([graph.references[at]?.path ?? ""]);
  const id = `outline-${entry}-${end}-${at}`;
  return (
    <li
      role="treeitem"
      id={id}
      class={`row reference role-${other.role}`}
      tabIndex={useTabIndex(id)}
      aria-label={end === "to" ? texts.see.refersTo(path, nameOf(other)) : texts.see.referredBy(path, nameOf(other))}
      data-key={own.key}
      data-entry={entry}
      data-reference={at}>
      <div class="row-line">
        <span class="arrow">{end === "to" ? "→" : "←"}</span>
        <span class="path">{path}</span>
        <RoleMark role={other.role} />
        <span class="type">{nameOf(other)}</span>
      </div>
    </li>
  );
}

function IssueCount({ issues }: { issues: Issue[] }) {
  const worst = (["error", "warning"] as const).find((name) => issues.some(({ severity }) => severityIcon[severity] === name));
  return (
    <span class="issue-count" title={texts.see.issues(issues.length)}>
      <Icon name={worst ?? "information"} />
      {issues.length}
    </span>
  );
}
