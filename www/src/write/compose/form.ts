/** The form's fields, all that there are: which of them one sees depends on the event, and what is typed into them stays. */
import { element, icon } from "../../dom.js";
import { texts } from "../../texts.js";
import { sample } from "./composition.js";
import {
  choiceLabel,
  type EventKind,
  type Field,
  type FieldName,
  fieldProblem,
  type Group,
  type GroupName,
  groups,
  shownFields,
  type Values,
} from "./fields.js";

const KINDS: EventKind[] = ["submit", "other"];

export class ComposeForm {
  readonly element = element("div", { class: "compose-groups" });
  readonly #groups: { group: Group; element: HTMLElement; views: FieldView[] }[] = [];
  #kind: EventKind = "submit";
  /** Set once it was tried to compose: from then on what is corrected is seen to be so at once. */
  #validating = false;

  constructor() {
    for (const [at, group] of groups.entries()) {
      const views = group.fields.map((field) => new FieldView(field, group.name, `compose-${at}-${field.name}`));
      const { optional, name } = group;
      const heading = [texts.compose.groups[name], ...(optional ? [element("span", { class: "muted" }, texts.compose.optional)] : [])];
      const box = element(
        "fieldset",
        { class: `group group-${name}` },
        element("legend", {}, ...heading),
        ...views.map((view) => view.element),
      );
      this.#groups.push({ group, element: box, views });
    }
    this.element.append(...this.#groups.map((one) => one.element));
    this.element.addEventListener("input", () => {
      this.#arrange();
      if (this.#validating) this.validate();
    });
    this.#arrange();
  }

  set kind(kind: EventKind) {
    this.#kind = kind;
    this.#validating = false;
    for (const view of this.#views()) view.showProblem(undefined);
    this.#arrange();
  }

  /** The values of the fields that one sees. */
  get values(): Values {
    return Object.fromEntries(this.#shown().map(({ field, control }) => [field.name, control.value]));
  }

  /** Whether someone typed something. */
  get isFilled(): boolean {
    return this.#views().some((view) => view.isPartial || view.control.value !== view.usual);
  }

  /**
   * Fills the form with made-up values, where all of it is empty, whatever is shown of it, or has nothing but such: beside those of a real
   * patient they would become one message. Tells whether it did.
   */
  fill(values: Values): boolean {
    const madeUp = [values, ...KINDS.map(sample)];
    const isOwn = ({ field, control, usual, isPartial }: FieldView) =>
      isPartial || (control.value !== usual && !madeUp.some((one) => one[field.name] === control.value));
    if (this.#views().some(isOwn)) return false;
    for (const { field, control } of this.#shown()) {
      const value = values[field.name];
      if (value !== undefined) control.value = value;
    }
    this.#arrange();
    if (this.#validating) this.validate();
    return true;
  }

  /** Empties all fields, and gives a way to bring back what was in them. */
  clear(): () => void {
    const before = this.#views().map(({ control }) => control.value);
    for (const { usual, control } of this.#views()) {
      control.value = usual;
    }
    this.kind = this.#kind;
    return () => {
      for (const [at, { control }] of this.#views().entries()) control.value = before[at] ?? "";
      this.#arrange();
    };
  }

  /** Shows what is wrong, and gives the fields that need a look. */
  validate(): FieldView[] {
    this.#validating = true;
    const { values } = this;
    return this.#shown().filter((view) => {
      const problem = view.isPartial ? texts.compose.problems.date : fieldProblem(view.field, values);
      view.showProblem(problem);
      return problem !== undefined;
    });
  }

  first(): void {
    this.#shown()[0]?.control.focus();
  }

  #views(): FieldView[] {
    return this.#groups.flatMap(({ views }) => views);
  }

  #shown(): FieldView[] {
    return this.#views().filter(({ element: box }) => !box.hidden && !box.closest("fieldset")?.hidden);
  }

  #arrange(): void {
    for (const { group, element: box } of this.#groups) box.hidden = !group.kinds.includes(this.#kind);
    const views = this.#groups.filter(({ element: box }) => !box.hidden).flatMap((group) => group.views);
    const values = Object.fromEntries(views.map(({ field, control }) => [field.name, control.value])) as Partial<Record<FieldName, string>>;
    const shown = new Set(shownFields(this.#kind, values));
    for (const { field, element: box } of views) box.hidden = !shown.has(field);
  }
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** A field as one sees it: its label, the hint below, and the words for what is wrong with it. */
export class FieldView {
  readonly element: HTMLElement;
  readonly control: Control;
  readonly #problem = element("p", { class: "field-problem" });

  /** @param id Unique in the page. */
  constructor(
    readonly field: Field,
    readonly group: GroupName,
    id: string,
  ) {
    const [label, hint] = texts.compose.fields[field.name] as [string, string];
    this.control = control(field);
    this.control.id = id;
    this.control.value = field.initial?.() ?? this.control.value;
    this.#problem.id = `${id}-problem`;
    this.#problem.hidden = true;
    const hintId = `${id}-hint`;
    this.control.setAttribute("aria-describedby", `${hintId} ${this.#problem.id}`);
    const needed = field.needed === true;
    if (needed) this.control.required = true;
    this.element = element(
      "div",
      { class: `field field-${field.kind}` },
      element("label", { for: id }, label, ...(needed ? [element("span", { class: "field-needed" }, texts.compose.needed)] : [])),
      this.control,
      ...this.#offered(id),
      this.#problem,
      element("p", { class: "hint muted", id: hintId }, hint),
    );
  }

  /** What it is called where it is alone: several groups have a name or a code. */
  get label(): string {
    return `${texts.compose.groups[this.group]}: ${texts.compose.fields[this.field.name][0]}`;
  }

  /** What is there before anyone has typed or chosen something. */
  get usual(): string {
    return this.field.initial?.() ?? (this.control instanceof HTMLSelectElement ? (this.control.options[0]?.value ?? "") : "");
  }

  /** Whether the browser holds back what was typed, because it is only a part of a date. */
  get isPartial(): boolean {
    return this.control.validity.badInput;
  }

  showProblem(problem: string | undefined): void {
    this.control.setCustomValidity(problem ?? "");
    if (problem === undefined) this.control.removeAttribute("aria-invalid");
    else this.control.setAttribute("aria-invalid", "true");
    this.#problem.replaceChildren(...(problem === undefined ? [] : [icon("error"), element("span", {}, problem)]));
    this.#problem.hidden = problem === undefined;
  }

  #offered(id: string): HTMLElement[] {
    const { offered = [] } = this.field;
    if (offered.length === 0) return [];
    this.control.setAttribute("list", `${id}-offered`);
    return [element("datalist", { id: `${id}-offered` }, ...offered.map((value) => element("option", { value })))];
  }
}

function control({ kind, choices = [], digits }: Field): Control {
  // What browsers remember of forms would be health data on the disk.
  const plain = { autocomplete: "off", spellcheck: "false", autocapitalize: "off" };
  if (kind === "choice") return element("select", {}, ...choices.map(([value, name]) => element("option", { value }, choiceLabel(name))));
  if (kind === "json") return element("textarea", { ...plain, rows: "7" });
  if (kind === "date") return element("input", { type: "date", autocomplete: "off", max: "9999-12-31" });
  if (kind === "url") return element("input", { ...plain, type: "url" });
  return element("input", { ...plain, type: "text", ...(digits ? { inputmode: "numeric" } : {}) });
}
