/** A FHIRPath expression over the message: what it gives, and where that is in the text. */
import { breakablePath, element } from "../dom.js";
import type { OpenMessage, Span } from "../message.js";
import type { Panel } from "../tabs.js";
import { texts } from "../texts.js";
import { type Evaluation, Evaluator, ExpressionHistory, LIMIT } from "./evaluator.js";
import type { Hit, Hits } from "./hits.js";

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

export function create(message: OpenMessage): Panel {
  return new EvaluatePanel(message);
}

class EvaluatePanel implements Panel {
  readonly element: HTMLElement;
  readonly #message: OpenMessage;
  readonly #evaluator = new Evaluator();
  readonly #history = new ExpressionHistory();
  readonly #input = element("input", {
    id: "fhirpath",
    type: "text",
    placeholder: texts.evaluate.placeholder,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-describedby": "fhirpath-problem fhirpath-hint",
  });
  readonly #clear = element("button", { type: "button" }, texts.evaluate.clear);
  readonly #cancel = element("button", { type: "button" }, texts.evaluate.cancel);
  readonly #status = element("p", { class: "evaluate-status", role: "status" });
  readonly #problem = element("div", { id: "fhirpath-problem", class: "problem" });
  readonly #note = element("p", { class: "muted note" });
  readonly #list: HitList;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #visible = false;
  #lastRun = 0;
  /** What is on the page is of this text and expression. */
  #shown: { text: string; expression: string; spans: Span[] } = { text: "", expression: "", spans: [] };

  constructor(message: OpenMessage) {
    this.#message = message;
    this.#list = new HitList((span) => {
      // After a change the places are those of the old text, until the expression has been evaluated again.
      if (this.#shown.text === message.text) message.select(span);
    });
    const examples = EXAMPLES.map(([name, expression]) => {
      const button = element("button", { type: "button", title: expression }, name);
      button.addEventListener("click", () => this.#take(expression));
      return button;
    });
    const label = element("label", { for: "fhirpath" }, texts.evaluate.label);
    this.element = element(
      "section",
      { class: "evaluate", "aria-label": texts.evaluate.heading },
      element("div", { class: "field" }, label, element("div", { class: "expression" }, this.#input, this.#clear)),
      element("p", { id: "fhirpath-hint", class: "hint muted" }, texts.evaluate.hint),
      element("div", { class: "expressions", role: "group", "aria-label": texts.evaluate.examples }, ...examples),
      element("div", { class: "evaluate-line" }, this.#status, this.#cancel),
      this.#problem,
      this.#list.element,
      this.#note,
    );
    this.#cancel.hidden = true;
    this.#listen();
    this.#showNothing();
  }

  show(): void {
    this.#visible = true;
    const { text, expression, spans } = this.#shown;
    if (text === this.#message.text && expression === this.#expression) this.#message.mark("hit", spans);
    else void this.#evaluate();
  }

  hide(): void {
    this.#visible = false;
    clearTimeout(this.#timer);
    this.#evaluator.cancel();
    this.#message.mark("hit", []);
  }

  get #expression(): string {
    return this.#input.value.trim();
  }

  #listen(): void {
    this.#input.addEventListener("input", () => this.#soon());
    this.#input.addEventListener("change", () => this.#history.keep(this.#expression));
    this.#input.addEventListener("keydown", (event) => this.#press(event));
    this.#clear.addEventListener("click", () => {
      this.#history.keep(this.#expression);
      this.#take("");
    });
    this.#cancel.addEventListener("click", () => {
      this.#evaluator.cancel();
      this.#input.focus();
    });
    this.#message.onChange(() => {
      if (this.#visible) this.#soon();
    });
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
    if (event.key === "Enter") {
      this.#history.keep(this.#expression);
      void this.#evaluate(true);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const earlier = this.#history.step(event.key === "ArrowUp" ? -1 : 1, this.#expression);
      if (earlier !== undefined) {
        this.#input.value = earlier;
        this.#soon();
      }
    } else return;
    event.preventDefault();
  }

  /** Puts an expression into the box. */
  #take(expression: string): void {
    this.#input.value = expression;
    this.#history.keep(expression);
    this.#input.focus();
    void this.#evaluate(true);
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#evaluate(), PAUSE);
  }

  async #evaluate(reveal = false): Promise<void> {
    clearTimeout(this.#timer);
    const run = ++this.#lastRun;
    const expression = this.#expression;
    const { text } = this.#message;
    if (expression === "" || text.trim() === "") {
      this.#evaluator.cancel();
      this.#showNothing(expression === "" ? "" : texts.evaluate.empty);
      return;
    }
    const waiting = setTimeout(() => {
      this.#status.textContent = texts.evaluate.running;
      this.#cancel.hidden = false;
    }, PATIENCE);
    const evaluated = await this.#evaluator.evaluate(text, expression);
    clearTimeout(waiting);
    // A newer one is on its way, or the box or the message was emptied meanwhile.
    if (evaluated === undefined || run !== this.#lastRun) return;
    this.#cancel.hidden = true;
    if (!this.#visible) return;
    this.#shown = { text, expression, spans: "hits" in evaluated ? evaluated.hits.spans : [] };
    this.#show(evaluated, expression);
    // The message may be another one by now: then its own evaluation follows and marks.
    if (this.#message.text !== text) return;
    this.#message.mark("hit", this.#shown.spans);
    const first = this.#shown.spans[0];
    if (reveal && first !== undefined) this.#message.reveal(first);
  }

  #show(evaluated: Evaluation, expression: string): void {
    this.#input.setAttribute("aria-invalid", String("problem" in evaluated));
    this.#problem.replaceChildren();
    this.#list.show("hits" in evaluated ? evaluated.hits.hits : []);
    this.#note.textContent = "hits" in evaluated ? notes(evaluated.hits) : "";
    if ("hits" in evaluated) this.#status.textContent = counts(evaluated.hits);
    else if ("problem" in evaluated) this.#showProblem(evaluated.problem, expression, evaluated.position);
    else this.#status.textContent = evaluated.stopped === "timeout" ? texts.evaluate.timeout(LIMIT / 1000) : texts.evaluate.cancelled;
  }

  #showProblem(problem: string, expression: string, position: number | undefined): void {
    const sentence = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}`;
    if (position === undefined) {
      this.#status.textContent = sentence || texts.evaluate.failed;
      return;
    }
    this.#status.textContent = `${sentence}, ${texts.evaluate.at(position + 1)}.`;
    // The character at which it was noticed; behind the last one there is none, and a blank is marked.
    const at = expression.charAt(position) || "\u00a0";
    const marked = element("code", {}, expression.slice(0, position), element("mark", {}, at), expression.slice(position + 1));
    this.#problem.replaceChildren(marked);
  }

  #showNothing(status = ""): void {
    this.#input.setAttribute("aria-invalid", "false");
    this.#shown = { text: "", expression: "", spans: [] };
    this.#status.textContent = status;
    this.#problem.replaceChildren();
    this.#list.show([]);
    this.#note.textContent = "";
    this.#cancel.hidden = true;
    this.#message.mark("hit", []);
  }
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

/** The results of an expression. One tab stop: arrow keys move inside, Enter goes to the place in the text. */
class HitList {
  readonly element = element("ol", { class: "hits", "aria-label": texts.evaluate.listLabel });
  #buttons: HTMLButtonElement[] = [];

  constructor(readonly goTo: (span: Span) => void) {
    this.element.addEventListener("keydown", (event) => this.#move(event));
    this.show([]);
  }

  show(hits: Hit[]): void {
    this.#buttons = [];
    this.element.replaceChildren(...hits.map((hit) => element("li", {}, this.#row(hit))));
    this.element.hidden = hits.length === 0;
    this.#reach(0);
  }

  /** What is computed has no place, so there is nowhere to go. */
  #row({ type, value, place }: Hit): HTMLElement {
    const head = element(
      "span",
      { class: "hit-head" },
      element("span", { class: "chip" }, type),
      element("span", { class: "muted hit-place" }, place === undefined ? texts.evaluate.computed : texts.evaluate.line(place.line)),
    );
    const parts = [
      head,
      element("code", { class: "hit-value" }, value),
      element("span", { class: "issue-expression" }, ...breakablePath(place?.expression ?? "")),
    ];
    if (place === undefined) return element("div", { class: "hit" }, ...parts);
    const button = element("button", { type: "button", class: "hit" }, ...parts);
    button.addEventListener("click", () => this.goTo(place));
    this.#buttons.push(button);
    return button;
  }

  #reach(index: number): void {
    for (const [at, button] of this.#buttons.entries()) button.tabIndex = at === index ? 0 : -1;
  }

  #move(event: KeyboardEvent): void {
    const from = this.#buttons.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: this.#buttons.length - 1 }[event.key];
    const target = to === undefined ? undefined : this.#buttons[to];
    if (to === undefined || target === undefined) return;
    event.preventDefault();
    this.#reach(to);
    target.focus();
  }
}
