/** The results of an expression. One tab stop: arrow keys move inside, Enter goes to the place in the text. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { BreakablePath } from "../elements.js";
import type { Span } from "../message.js";
import { texts } from "../texts.js";
import type { Hit } from "./hits.js";

export function HitList({ hits, goTo }: { hits: Hit[]; goTo: (span: Span) => void }) {
  const list = useRef<HTMLOListElement>(null);
  /** Tab stops at one of those that have a place; with other hits, at the first. */
  const reached = useSignal<{ of: Hit[]; index: number }>({ of: hits, index: 0 });
  const placed = hits.filter(({ place }) => place !== undefined);
  const entrance = reached.value.of === hits ? reached.value.index : 0;
  const move = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const from = buttons.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || buttons[to] === undefined) return;
    event.preventDefault();
    reached.value = { of: hits, index: to };
    buttons[to]?.focus();
  };
  return (
    <ol class="hits" aria-label={texts.evaluate.listLabel} hidden={hits.length === 0} ref={list} onKeyDown={move}>
      {hits.map((hit, at) => (
        <li key={at}>
          <Row hit={hit} tabIndex={hit === placed[entrance] ? 0 : -1} goTo={goTo} />
        </li>
      ))}
    </ol>
  );
}

/** What is computed has no place, so there is nowhere to go. */
function Row({ hit: { type, value, place }, tabIndex, goTo }: { hit: Hit; tabIndex: number; goTo: (span: Span) => void }) {
  const content = (
    <>
      <span class="hit-head">
        <span class="chip">{type}</span>
        <span class="muted hit-place">{place === undefined ? texts.evaluate.computed : texts.evaluate.line(place.line)}</span>
      </span>
      <code class="hit-value">{value}</code>
      <span class="issue-expression">
        <BreakablePath path={place?.expression ?? ""} />
      </span>
    </>
  );
  if (place === undefined) return <div class="hit">{content}</div>;
  return (
    <button type="button" class="hit" tabIndex={tabIndex} onClick={() => goTo(place)}>
      {content}
    </button>
  );
}
