/** The form's fields, all that there are: which of them one sees depends on the event, and what is typed into them stays. */
import { element } from "../../dom.js";
import { texts } from "../../texts.js";
import { FieldView } from "./field-view.js";
import { type EventKind, type FieldName, fieldProblem, type Group, groups, shownFields, type Values } from "./fields.js";
import { sample } from "./sample.js";

const KINDS: EventKind[] = ["submit", "other"];

export class ComposeForm {
  readonly element = element("div", { class: "compose-groups" });
  readonly #groups: { group: Group; element: HTMLElement; views: FieldView[] }[] = [];
  #kind: EventKind = "submit";
  /** Set once it was tried to compose: from then on what is mended is seen to be so at once. */
  #judging = false;

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
      if (this.#judging) this.judge();
    });
    this.#arrange();
  }

  set kind(kind: EventKind) {
    this.#kind = kind;
    this.#judging = false;
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
    if (this.#judging) this.judge();
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
  judge(): FieldView[] {
    this.#judging = true;
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
