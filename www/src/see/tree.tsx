/** The outline: every entry with its references, as a tree. One tab stop; it is walked as trees are, and Enter goes to the text. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { createRef, type VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button, rendered, typed } from "../elements.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { atCursor, choose, graph, issuesOf, light, pointed } from "./drawing.js";
import { type Graph, NOTHING, type Node, shapeOf, type Target, targetOfNode, targetOfReference } from "./graph.js";
import { EntryRow, entrance } from "./tree-row.js";

/** Rows that are made at once. */
const ROWS = 200;
/** So many entries are found without searching. */
const FEW = 15;

const list = createRef<HTMLUListElement>();
const rows = () => [...(list.current?.querySelectorAll<HTMLElement>(".row") ?? [])];
const rowOf = (part: EventTarget | null) => (part as Element | null)?.closest<HTMLElement>(".row") ?? null;

/** What a row is about; its place in the text is looked up when it is asked for. */
function targetAt(part: EventTarget | null): Target {
  const { entry, reference } = rowOf(part)?.dataset ?? {};
  const now = graph.peek();
  if (entry === undefined || now === undefined) return NOTHING;
  return reference === undefined ? targetOfNode(now, Number(entry)) : targetOfReference(now, Number(reference));
}

pointed.push(() => targetAt(list.current?.querySelector(".row:hover:not(:has(.row:hover))") ?? document.activeElement));

function chooseRow(row: HTMLElement): void {
  entrance.value = row.id;
  const target = targetAt(row);
  if (target.spans.length > 0) choose(target);
}

/** Only inside the list: `scrollIntoView` would also move the page. */
function scrollTo(row: HTMLElement): void {
  if (list.current === null) return;
  const line = row.querySelector(".row-line") ?? row;
  const [around, place] = [list.current.getBoundingClientRect(), line.getBoundingClientRect()];
  if (place.top < around.top) list.current.scrollTop -= around.top - place.top + 4;
  else if (place.bottom > around.bottom) list.current.scrollTop += place.bottom - around.bottom + 4;
}

export function Outline() {
  const isFolded = useSignal(false);
  const filter = useSignal("");
  const now = graph.value;
  const hasFilter = (now?.entries.length ?? 0) > FEW;
  if (!hasFilter && filter.peek() !== "") filter.value = "";
  return (
    <section class={isFolded.value ? "outline folded" : "outline"}>
      <div class="outline-head">
        <h3>
          {/* Folded, it leaves its room to the picture. */}
          <Button
            label={texts.see.outline}
            class="fold"
            aria-expanded={!isFolded.value}
            press={() => {
              isFolded.value = !isFolded.value;
            }}
          />
        </h3>
        <input
          type="search"
          class="filter"
          aria-label={texts.see.filter}
          placeholder={texts.see.filter}
          hidden={!hasFilter}
          {...typed(filter)}
        />
      </div>
      <div class="outline-room" hidden={isFolded.value}>
        {now ? <Tree graph={now} issues={issuesOf.value} filter={filter.value} /> : <ul role="tree" aria-label={texts.see.treeLabel} />}
      </div>
    </section>
  );
}

function Tree({ graph: now, issues, filter }: { graph: Graph; issues: Issue[][]; filter: string }) {
  const asked = useSignal({ filter, rows: ROWS });
  const count = asked.value.filter === filter ? asked.value.rows : ROWS;
  /** Keys of the entries that are open. */
  const open = useSignal<ReadonlySet<string>>(new Set());
  const kept = useRef<{ of: unknown[]; rows: VNode[] }>({ of: [], rows: [] });
  useSignalEffect(() => {
    const [node] = atCursor.value.nodes;
    const row = node === undefined ? undefined : list.current?.querySelector<HTMLElement>(`#outline-${node}`);
    if (row && !list.current?.matches(":hover, :focus-within")) scrollTo(row);
  });

  const wanted = matching(now, filter);
  // While only places move, the rows stay as they are.
  const shape = `${shapeOf(now)} ${issues.map((of) => of.map(({ severity }) => severity[0]).join("")).join(",")}`;
  const of = [shape, filter, count, open.value];
  if (of.some((each, at) => each !== kept.current.of[at])) {
    const made = wanted.slice(0, count).map((index) => {
      const { key } = now.nodes[index] as Node;
      return <EntryRow key={key} graph={now} index={index} issues={issues[index] ?? []} isOpen={open.value.has(key)} />;
    });
    kept.current = { of, rows: made };
  }

  // The row that had the focus may be gone: that of its entry has it then.
  const focused = list.current?.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.key : undefined;
  useLayoutEffect(() => {
    const there = rows();
    const own = focused === undefined ? undefined : there.find((row) => row.dataset.key === focused);
    if (own && !list.current?.contains(document.activeElement)) own.focus({ preventScroll: true });
    if (!there.some((row) => row.id === entrance.peek())) entrance.value = (own ?? there[0])?.id ?? "";
  });

  const toggle = (row: HTMLElement, isOpen = row.getAttribute("aria-expanded") !== "true") => {
    const { key } = row.dataset;
    if (key === undefined || !row.hasAttribute("aria-expanded")) return;
    const opened = new Set(open.peek());
    if (isOpen) opened.add(key);
    else opened.delete(key);
    open.value = opened;
  };
  const press = (event: KeyboardEvent) => {
    const row = rowOf(event.target);
    if (row === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const there = rows();
    const at = there.indexOf(row);
    const expanded = row.getAttribute("aria-expanded");
    const moves: Record<string, () => unknown> = {
      ArrowDown: () => there[at + 1],
      ArrowUp: () => there[at - 1],
      Home: () => there[0],
      End: () => there.at(-1),
      ArrowRight: () =>
        expanded === "false" ? toggle(row, true) : expanded === "true" ? row.querySelector<HTMLElement>(".row") : undefined,
      ArrowLeft: () => (expanded === "true" ? toggle(row, false) : rowOf(row.parentElement)),
      Enter: () => chooseRow(row),
      " ": () => chooseRow(row),
    };
    if (!Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    const target = moves[event.key]?.();
    if (!(target instanceof HTMLElement)) return;
    target.focus({ preventScroll: true });
    scrollTo(target);
  };
  const rest = wanted.length - count;
  return (
    <>
      <ul
        role="tree"
        aria-label={texts.see.treeLabel}
        hidden={wanted.length === 0}
        ref={list}
        onKeyDown={press}
        onClick={({ target }) => {
          const row = rowOf(target);
          if (row === null) return;
          if ((target as Element).closest(".twisty") !== null) toggle(row);
          else chooseRow(row);
        }}
        onPointerOver={({ target }) => light(targetAt(target))}
        onPointerLeave={() => light(targetAt(document.activeElement))}
        onFocusIn={({ target }) => {
          entrance.value = (target as HTMLElement).id;
          light(targetAt(target));
        }}
        onFocusOut={() => light(NOTHING)}>
        {kept.current.rows}
      </ul>
      <p class="muted note" hidden={wanted.length > 0}>
        {texts.see.noMatch}
      </p>
      <Button
        label={texts.see.more(Math.min(rest, ROWS))}
        class="quiet"
        hidden={rest <= 0}
        press={async () => {
          asked.value = { filter, rows: count + ROWS };
          await rendered();
          (list.current?.children[count] as HTMLElement | undefined)?.focus();
        }}
      />
    </>
  );
}

/** The entries that the filter leaves, by index. */
function matching({ entries, nodes }: Graph, filter: string): number[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const all = entries.map((_, index) => index);
  if (words.length === 0) return all;
  return all.filter((index) => {
    const { title, detail, id = "", role } = nodes[index] as Node;
    const text = `${index} ${title} ${detail} ${id} ${texts.see.roles[role]}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
