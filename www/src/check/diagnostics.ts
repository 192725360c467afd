/** Issues as CodeMirror marks them: the squiggle, the sign beside the line number, and the box that opens on them. */
import type { Diagnostic } from "@codemirror/lint";
import type { Issue } from "fhirpost";
import { element } from "../dom.js";
import { texts } from "../texts.js";
import { severityIcon } from "./severity.js";

const SEVERITY = { error: "error", warning: "warning", information: "info" } as const;

export function diagnostics(issues: Issue[], length: number): Diagnostic[] {
  return issues.map((issue) => {
    const from = Math.min(issue.start ?? 0, length);
    const shown = severityIcon[issue.severity] as keyof typeof SEVERITY;
    return {
      from,
      to: Math.min(Math.max(issue.end ?? from, from), length),
      severity: SEVERITY[shown],
      message: issue.message,
      renderMessage: () => explanation(issue),
    };
  });
}

function explanation(issue: Issue): HTMLElement {
  const box = element("div", { class: "explanation" }, element("div", {}, `${texts.severity[issue.severity]}: ${issue.message}`));
  if (issue.suggestion) box.append(element("div", { class: "suggestion" }, `${texts.check.suggestion} ${issue.suggestion.value}`));
  box.append(element("div", { class: "rule" }, issue.rule));
  return box;
}
