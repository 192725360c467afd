/** The issues of the message, by place. One tab stop: arrow keys move inside, Enter goes to the place in the text. */
import { signal, useSignal } from "@preact/signals";
import { type ComponentType, createRef } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button, rendered } from "../elements.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { IssueRow } from "./issue-row.js";
import { goTo, keyOf } from "./issues.js";
import type { Listed } from "./listing.js";
import { offersOf } from "./offers/offered.js";
import { suppressHere } from "./suppressed.js";

/** Rows that are there at once: a message may have a thousand issues, and each key typed brings the list up to date. */
const ROWS = 100;

const roundedUp = (count: number) => Math.ceil(count / ROWS) * ROWS;

const list = createRef<HTMLOListElement>();

/** Puts the focus on a row, or on the last one; tells whether there is any. */
export function focusRow(index: number): boolean {
  const rows = list.current?.children ?? [];
  const row = rows[Math.min(index, rows.length - 1)];
  row?.querySelector("button")?.focus();
  return row !== undefined;
}

const indexOf = (target: EventTarget | null) => [...(list.current?.children ?? [])].findIndex((row) => row.contains(target as Node | null));

/** What the documentation says of the rules is loaded when an explanation is first asked for. */
const explanation = signal<ComponentType<{ rule: string }> | "loading">("loading");

async function loadExplanation(): Promise<void> {
  try {
    explanation.value = (await import("./rule-pages.js")).RulePage;
  } catch {
    explanation.value = () => <>{texts.check.explanationFailed}</>;
  }
}

/** What is asked for on a row: the only fix, one of several values, or what was offered. */
export interface Asked {
  issue: Issue;
  repeats: Issue[];
  choice?: string | undefined;
  offer?: number;
}

/** @param props.current The issue that the cursor is in. */
export function IssueList(props: { lines: Listed[]; current: Issue | undefined; fix: (asked: Asked, index: number) => void }) {
  const { lines, fix } = props;
  const current = props.current === undefined ? -1 : lines.findIndex(({ repeats }) => repeats.includes(props.current as Issue));
  const reachable = useSignal(0);
  /** The issues that are explained, by what they say. */
  const open = useSignal<ReadonlySet<string>>(new Set());
  const more = useSignal(0);
  const asked = useRef(ROWS);
  asked.current = Math.max(ROWS, Math.min(Math.max(asked.current, more.value), roundedUp(lines.length)), roundedUp(current + 1));
  const shown = lines.slice(0, asked.current);
  const rest = lines.length - shown.length;
  const entrance = Math.min(reachable.value, shown.length - 1);

  // The row that had the focus may be gone: the one in its place has it then, so that nobody who works by keyboard is lost.
  const focused = indexOf(document.activeElement);
  useLayoutEffect(() => {
    if (focused >= 0 && indexOf(document.activeElement) < 0) focusRow(focused);
  });
  useLayoutEffect(() => {
    // With the next frame, which lays the page out anyway: to ask for places in between would have it laid out once more.
    if (current >= 0) requestAnimationFrame(() => scrollTo(list.current?.children[current]));
  }, [current]);

  const explain = (issue: Issue, isOpen: boolean) => {
    const keys = new Set(open.value);
    if (isOpen) keys.add(keyOf(issue));
    else keys.delete(keyOf(issue));
    open.value = keys;
    if (isOpen) void loadExplanation();
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = indexOf(event.target);
    const { issue, repeats = [] } = shown[from] ?? {};
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to !== undefined && shown[to] !== undefined) focusRow(to);
    else if (event.key === "f" && issue !== undefined && list.current?.children[from]?.querySelector("[aria-keyshortcuts=f]"))
      fix({ issue, repeats }, from);
    else if (event.key === "ArrowRight" && issue !== undefined) explain(issue, true);
    else if (event.key === "ArrowLeft" && issue !== undefined) explain(issue, false);
    else return;
    event.preventDefault();
  };
  const click = ({ target }: MouseEvent) => {
    const at = indexOf(target);
    const { issue, repeats = [] } = shown[at] ?? {};
    const button = (target as Element).closest("button");
    if (issue === undefined || button === null) return;
    if (button.matches(".issue")) void goTo(issue);
    else if (button.dataset.offer !== undefined) fix({ issue, repeats, offer: Number(button.dataset.offer) }, at);
    else if (button.matches(".fix")) fix({ issue, repeats, choice: button.dataset.choice }, at);
    else if (button.matches(".suppress")) suppressHere(repeats);
    else explain(issue, !open.value.has(keyOf(issue)));
  };

  const keys = new Map<string, number>();
  return (
    <div class="issue-list">
      <ol
        ref={list}
        aria-label={texts.check.listLabel}
        hidden={shown.length === 0}
        onKeyDown={press}
        onClick={click}
        onFocusIn={({ target }) => {
          reachable.value = indexOf(target);
        }}>
        {shown.map(({ issue, repeats, heading, follows }, index) => {
          const key = keyOf(issue);
          const alike = keys.get(key) ?? 0;
          keys.set(key, alike + 1);
          return (
            <IssueRow
              key={`${key} ${alike}`}
              issue={issue}
              repeats={repeats}
              heading={heading}
              follows={follows}
              offers={offersOf(issue)}
              isReachable={index === entrance}
              isCurrent={index === current}
              explanation={open.value.has(key) ? explanation.value : undefined}
            />
          );
        })}
      </ol>
      <Button
        label={texts.check.more(Math.min(rest, ROWS))}
        class="quiet"
        hidden={rest === 0}
        press={async () => {
          more.value = asked.current + ROWS;
          await rendered();
          focusRow(shown.length);
        }}
      />
    </div>
  );
}

/** Only inside the view that scrolls: `scrollIntoView` would also move the page, away from the editor that one types in. */
function scrollTo(row: Element | undefined): void {
  const view = row?.closest("[role=tabpanel]");
  if (row === undefined || !view) return;
  const bounds = view.getBoundingClientRect();
  const place = row.getBoundingClientRect();
  if (place.top < bounds.top) view.scrollTop -= bounds.top - place.top;
  else if (place.bottom > bounds.bottom) view.scrollTop += place.bottom - bounds.bottom;
}
