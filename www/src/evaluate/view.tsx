/** A FHIRPath expression over the message: what it gives, and where that is in the text. */

import { signal, useSignalEffect } from "@preact/signals";
import { createRef } from "preact";
import { Combobox } from "../combobox.js";
import { Button, Hint, rendered } from "../elements.js";
import type { Span } from "../message.js";
import { current, shownView, whenChanged } from "../store.js";
import { texts } from "../texts.js";
import { tools } from "../workers.js";
import type { Proposal, Proposals, Reason } from "./advice.js";
import { cancel, type Evaluation, ExpressionHistory, evaluateNewest, explainNewest, LIMIT } from "./evaluator.js";
import { FunctionList } from "./function-list.js";
import type { FunctionEntry } from "./functions.js";
import { HitList } from "./hit-list.js";
import type { Hits } from "./hits.js";
import { ReasonLine } from "./reason.js";

/** Typing pauses this long before an expression is evaluated, in milliseconds. */
const PAUSE = 200;

/** Shorter runs need no word of waiting, which would only flicker. */
const PATIENCE = 300;

const { example } = texts.evaluate;
const EXAMPLES: [name: string, expression: string][] = [
  [example.focus, "Bundle.entry.first().resource.focus.resolve()"],
  [example.references, "descendants().ofType(Reference).reference"],
  [example.codes, "Bundle.entry.resource.ofType(ServiceRequest).code.coding"],
  [example.patient, "Bundle.entry.resource.ofType(Patient).name.select(given.first() + ' ' + family)"],
  [example.types, "Bundle.entry.resource.type().name.distinct()"],
];

/** What is shown is of this text and expression; nothing is evaluated of an empty one. */
interface Shown {
  text: string;
  expression: string;
  evaluated?: Evaluation;
  /** Why there is nothing, where that can be told. */
  reason?: Reason;
  /** What is said where nothing was evaluated. */
  status?: string;
}

const NOTHING: Shown = { text: "", expression: "" };

const input = createRef<HTMLInputElement>();
const expression = signal("");
const shown = signal<Shown>(NOTHING);
const isLate = signal(false);
const NO_PROPOSALS: Proposals = { start: 0, items: [] };
const proposals = signal(NO_PROPOSALS);
let lastProposed = 0;
const earlier = new ExpressionHistory();
let timer: ReturnType<typeof setTimeout> | undefined;
let lastRun = 0;

const hitsOf = ({ evaluated }: Shown): Hits | undefined => (evaluated !== undefined && "hits" in evaluated ? evaluated.hits : undefined);
const isShown = () => shownView.peek() === "evaluate";
const typed = () => expression.peek().trim();

function soon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void evaluate(), PAUSE);
}

async function evaluate(reveal = false): Promise<void> {
  clearTimeout(timer);
  const run = ++lastRun;
  const [subject, asked] = [current.peek(), typed()];
  const text = subject.text.peek();
  if (asked === "" || text.trim() === "") {
    cancel();
    isLate.value = false;
    shown.value = { ...NOTHING, status: asked === "" ? "" : texts.evaluate.empty };
    subject.mark("hit", []);
    return;
  }
  const waiting = setTimeout(() => {
    isLate.value = true;
  }, PATIENCE);
  const evaluated = await evaluateNewest(text, asked);
  clearTimeout(waiting);
  // A newer one is on its way, or the box or the message was emptied meanwhile.
  if (evaluated === undefined || run !== lastRun) return;
  isLate.value = false;
  if (!isShown()) return;
  shown.value = { text, expression: asked, evaluated };
  // The message may be another one by now: then its own evaluation follows and marks.
  if (subject.text.peek() !== text) return;
  const spans = hitsOf(shown.peek())?.spans ?? [];
  subject.mark("hit", spans);
  if (reveal && spans[0] !== undefined) subject.reveal(spans[0]);
  if ("stopped" in evaluated || ("hits" in evaluated && evaluated.hits.count > 0)) return;
  const reason = await explainNewest(text, asked);
  if (reason !== undefined && run === lastRun) shown.value = { ...shown.peek(), reason };
}

/** Asks what may be written at the cursor; of an earlier key the answer is not wanted any more. */
async function propose(cursor: number): Promise<void> {
  const asked = ++lastProposed;
  const found = await tools.ask("propose", [current.peek().text.peek(), expression.peek(), cursor]).catch(() => NO_PROPOSALS);
  if (asked === lastProposed) proposals.value = found;
}

/** Puts a proposal in the place of the name that was begun. */
async function accept({ text, cursor }: Pick<Proposal, "text" | "cursor">, start: number, end: number): Promise<void> {
  lastProposed++;
  proposals.value = NO_PROPOSALS;
  const before = expression.peek();
  expression.value = before.slice(0, start) + text + before.slice(end);
  await rendered();
  input.current?.focus();
  input.current?.setSelectionRange(start + cursor, start + cursor);
  soon();
}

const insertAt = () => input.current?.selectionStart ?? expression.peek().length;

/** At the cursor; behind a path it is applied to that. */
function insertFunction({ name, arguments: given }: FunctionEntry): void {
  const at = insertAt();
  const before = expression.peek().slice(0, at).trimEnd();
  const text = `${/[\w)\]'`]$/.test(before) ? "." : ""}${name}()`;
  void accept({ text, cursor: given === "" ? text.length : text.length - 1 }, at, at);
}

/** Puts an expression into the box. */
function take(taken: string): void {
  expression.value = taken;
  earlier.keep(taken);
  input.current?.focus();
  void evaluate(true);
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
  if (event.key === "Enter") {
    earlier.keep(typed());
    void evaluate(true);
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const step = earlier.step(event.key === "ArrowUp" ? -1 : 1, typed());
    if (step !== undefined) {
      expression.value = step;
      soon();
    }
  } else return;
  event.preventDefault();
}

function goTo(span: Span): void {
  // After a change the places are those of the old text, until the expression has been evaluated again.
  if (shown.peek().text === current.peek().text.peek()) current.peek().select(span);
}

export function EvaluateView() {
  useSignalEffect(() => {
    if (shownView.value !== "evaluate") return;
    const subject = current.value;
    const { text, expression: of } = shown.peek();
    if (text === subject.text.peek() && of === typed()) subject.mark("hit", hitsOf(shown.peek())?.spans ?? []);
    else void evaluate();
    const stop = whenChanged(subject.text, soon);
    return () => {
      stop();
      clearTimeout(timer);
      cancel();
      subject.mark("hit", []);
    };
  });
  const { evaluated } = shown.value;
  const hits = hitsOf(shown.value);
  const isProblem = evaluated !== undefined && "problem" in evaluated;
  return (
    <section class="evaluate" aria-label={texts.evaluate.heading}>
      <div class="field">
        <label for="fhirpath">{texts.evaluate.label}</label>
        <div class="expression">
          <Combobox
            id="fhirpath"
            field={input}
            value={expression}
            items={proposals.value.items}
            listLabel={texts.evaluate.proposals}
            placeholder={texts.evaluate.placeholder}
            aria-invalid={isProblem}
            aria-describedby="fhirpath-problem fhirpath-hint"
            type={(value, cursor) => {
              expression.value = value;
              soon();
              void propose(cursor);
            }}
            take={(item) => void accept(item, proposals.peek().start, insertAt())}
            onChange={() => earlier.keep(typed())}
            press={press}
          />
          <Button
            label={texts.evaluate.clear}
            press={() => {
              earlier.keep(typed());
              take("");
            }}
          />
        </div>
      </div>
      <Hint id="fhirpath-hint" text={texts.evaluate.hint} />
      <div class="expressions" role="group" aria-label={texts.evaluate.examples}>
        {EXAMPLES.map(([name, of]) => (
          <Button label={name} key={name} title={of} press={() => take(of)} />
        ))}
      </div>
      <div class="evaluate-line">
        <p class="evaluate-status" role="status">
          {isLate.value ? texts.evaluate.running : statusOf(shown.value)}
        </p>
        <Button
          label={texts.evaluate.cancel}
          hidden={!isLate.value}
          press={() => {
            cancel();
            input.current?.focus();
          }}
        />
      </div>
      <div id="fhirpath-problem" class="problem">
        {isProblem && evaluated.position !== undefined && <Marked expression={shown.value.expression} position={evaluated.position} />}
      </div>
      <ReasonLine reason={shown.value.reason} take={take} />
      <HitList hits={hits?.hits ?? []} goTo={goTo} />
      <p class="muted note">{hits && notes(hits)}</p>
      <FunctionList insert={insertFunction} />
    </section>
  );
}

/** The character at which it was noticed; behind the last one there is none, and a blank is marked. */
function Marked({ expression, position }: { expression: string; position: number }) {
  return (
    <code>
      {expression.slice(0, position)}
      <mark>{expression.charAt(position) || "\u00a0"}</mark>
      {expression.slice(position + 1)}
    </code>
  );
}

function statusOf({ evaluated, status = "" }: Shown): string {
  if (evaluated === undefined) return status;
  if ("hits" in evaluated) return counts(evaluated.hits);
  if ("stopped" in evaluated) return evaluated.stopped === "timeout" ? texts.evaluate.timeout(LIMIT / 1000) : texts.evaluate.cancelled;
  const { problem, position } = evaluated;
  const sentence = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}`;
  return position === undefined ? sentence || texts.evaluate.failed : `${sentence}, ${texts.evaluate.at(position + 1)}.`;
}

function counts({ count, cut, spans }: Hits): string {
  if (count === 0) return texts.evaluate.none;
  const results = texts.evaluate.results(count);
  return cut || count === spans.length ? results : `${results}, ${texts.evaluate.places(spans.length)}`;
}

function notes({ count, cut, hits, spans }: Hits): string {
  const listed = hits.length < count ? [texts.evaluate.more(hits.length, count)] : [];
  const marked = cut && spans.length > 0 ? [texts.evaluate.moreMarks(spans.length)] : [];
  return [...listed, ...marked].join(" ");
}
