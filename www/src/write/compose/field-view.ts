/** A field as one sees it: its label, the hint below, and the words for what is wrong with it. */
import { element } from "../../dom.js";
import { icon } from "../../icons.js";
import { texts } from "../../texts.js";
import { choiceLabel, type Field, type GroupName } from "./fields.js";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

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

  /** What it is called where it stands alone: several groups have a name or a code. */
  get label(): string {
    return `${texts.compose.groups[this.group]}: ${texts.compose.fields[this.field.name][0]}`;
  }

  /** What stands there before anyone has typed or chosen something. */
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
