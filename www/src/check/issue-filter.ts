/**
 * Which issues are shown: by severity and by rule, with how many there are of each. A severity that is pressed shows the issues that it
 * names; with none pressed, all are shown. What is chosen outlives the text that it was chosen for.
 */
import { element, icon, severityIcon } from "../dom.js";
import type { Issue, Severity } from "../fhirpost.js";
import { figure, texts } from "../texts.js";

const SEVERITIES: Severity[] = ["fatal", "error", "warning", "information"];

interface Toggle {
  button: HTMLButtonElement;
  count: HTMLElement;
}

export class IssueFilter {
  readonly element = element("div", { class: "issue-filter", role: "group", "aria-label": texts.check.filters });
  readonly #toggles = new Map<Severity, Toggle>();
  readonly #rules = element("select", { "aria-label": texts.check.ruleFilter });
  /** Those that are pressed. */
  readonly #chosen = new Set<Severity>();
  #rule = "";
  /** The options as they are on the page: they are made anew only when they change. */
  #options = "";

  constructor(changed: () => void) {
    for (const severity of SEVERITIES) this.#toggles.set(severity, this.#toggle(severity, changed));
    this.#rules.addEventListener("change", () => {
      this.#rule = this.#rules.value;
      changed();
    });
    this.element.append(...[...this.#toggles.values()].map(({ button }) => button), this.#rules);
  }

  get isOn(): boolean {
    return this.#chosen.size > 0 || this.#rule !== "";
  }

  passes(issue: Issue): boolean {
    return (this.#chosen.size === 0 || this.#chosen.has(issue.severity)) && (this.#rule === "" || issue.rule === this.#rule);
  }

  reset(): void {
    this.#chosen.clear();
    for (const { button } of this.#toggles.values()) button.setAttribute("aria-pressed", "false");
    this.#rule = "";
    this.#rules.value = "";
  }

  /** Says how many there are of each. */
  count(issues: Issue[]): void {
    const severities = new Map<Severity, number>();
    const rules = new Map<string, number>();
    for (const { severity, rule } of issues) {
      severities.set(severity, (severities.get(severity) ?? 0) + 1);
      rules.set(rule, (rules.get(rule) ?? 0) + 1);
    }
    for (const [severity, { button, count }] of this.#toggles) {
      const n = severities.get(severity) ?? 0;
      const text = figure(n);
      if (count.textContent !== text) count.textContent = text;
      // Hardly any message has a fatal issue, and one that has has little else.
      button.hidden = severity === "fatal" && n === 0 && !this.#chosen.has(severity);
    }
    if (this.#rule !== "" && !rules.has(this.#rule)) rules.set(this.#rule, 0);
    this.#listRules(
      [...rules].sort(([a], [b]) => a.localeCompare(b, "en")),
      issues.length,
    );
  }

  #listRules(rules: [string, number][], total: number): void {
    const names = [texts.check.allRules(total), ...rules.map(([rule, n]) => texts.check.rule(rule, n))];
    const key = names.join();
    if (key === this.#options) return;
    this.#options = key;
    const values = ["", ...rules.map(([rule]) => rule)];
    this.#rules.replaceChildren(...names.map((name, index) => element("option", { value: values[index] ?? "" }, name)));
    this.#rules.value = this.#rule;
  }

  #toggle(severity: Severity, changed: () => void): Toggle {
    const count = element("span", { class: "count" }, "0");
    const button = element(
      "button",
      { type: "button", class: "toggle", "aria-pressed": "false" },
      icon(severityIcon[severity]),
      `${texts.check.severityFilter[severity]} `,
      count,
    );
    button.addEventListener("click", () => {
      const choose = !this.#chosen.has(severity);
      if (choose) this.#chosen.add(severity);
      else this.#chosen.delete(severity);
      button.setAttribute("aria-pressed", String(choose));
      changed();
    });
    return { button, count };
  }
}
