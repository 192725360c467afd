/** Issues as CodeMirror marks them: the squiggle, the sign beside the line number, and the box that opens on them. */
import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import { element } from "../dom.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { editsOf, fixName } from "./fixes.js";
import { severityIcon } from "./severity.js";

const SEVERITY = { error: "error", warning: "warning", information: "info" } as const;

export interface IssueDiagnostic extends Diagnostic {
  issue: Issue;
}

/** Of an object or array, in UTF-16 units: the text of a message may be one line. */
const LONGEST = 60;

export function diagnostics(issues: Issue[], text: Text, fix: (issue: Issue) => void): IssueDiagnostic[] {
  return issues.map((issue) => {
    const from = Math.min(issue.start ?? 0, text.length);
    const line = text.lineAt(from);
    const isWhole = /[{[]/.test(line.text.charAt(from - line.from));
    const shown = severityIcon[issue.severity] as keyof typeof SEVERITY;
    return {
      issue,
      from,
      // An issue of a whole object is marked where that begins, and does not underline a page.
      to: Math.min(Math.max(issue.end ?? from, from), line.to, isWhole ? from + LONGEST : line.to),
      severity: SEVERITY[shown],
      message: issue.message,
      renderMessage: () => explanation(issue),
      ...(editsOf(issue).length > 0 ? { actions: [{ name: fixName(issue), apply: () => fix(issue) }] } : {}),
    };
  });
}

/** What is wrong and what would be right, in few words. */
export function explanation(issue: Issue): HTMLElement {
  const box = element("div", { class: "explanation" }, element("div", {}, `${texts.severity[issue.severity]}: ${issue.message}`));
  const value = issue.suggestion?.value;
  if (value !== undefined && editsOf(issue).length === 0) {
    box.append(element("div", { class: "suggestion" }, `${texts.check.suggestion} ${value}`));
  }
  box.append(element("div", { class: "rule" }, issue.rule));
  return box;
}
