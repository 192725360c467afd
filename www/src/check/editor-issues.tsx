/** Issues as CodeMirror marks them: the squiggle, the sign beside the line number, and the box that opens on them. */
import { type Diagnostic, forEachDiagnostic } from "@codemirror/lint";
import { type Extension, Prec, StateEffect, StateField, type Text } from "@codemirror/state";
import { keymap, showTooltip, type Tooltip, ViewPlugin } from "@codemirror/view";
import { type ComponentChildren, render } from "preact";
import { severityIcon } from "../elements.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { valueAlone, waysOf } from "./fix-names.js";

/** Fixes an issue: in its only way, or with one of the values that may be there. */
type Fix = (issue: Issue, choice?: string) => void;

const SEVERITY = { error: "error", warning: "warning", information: "info" } as const;

interface IssueDiagnostic extends Diagnostic {
  issue: Issue;
}

/** Of an object or array, in UTF-16 units: the text of a message may be one line. */
const LONGEST = 60;

export function diagnostics(issues: Issue[], text: Text, fix: Fix): IssueDiagnostic[] {
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
      renderMessage: () => nodeOf(<Explanation issue={issue} />),
      actions: waysOf(issue).map(({ name, value }) => ({ name, apply: () => fix(issue, value) })),
    };
  });
}

/** CodeMirror wants nodes of its own, inside its shadow root. */
function nodeOf(content: ComponentChildren, name = ""): HTMLElement {
  const node = document.createElement("div");
  node.className = name;
  render(content, node);
  return node;
}

/** What is wrong and what would be right, in few words. */
function Explanation({ issue }: { issue: Issue }) {
  const value = valueAlone(issue);
  return (
    <div class="explanation">
      <div>{`${texts.severity[issue.severity]}: ${issue.message}`}</div>
      {value !== undefined && <div class="suggestion">{`${texts.check.suggestion} ${value}`}</div>}
      <div class="rule">{issue.rule}</div>
    </div>
  );
}

/**
 * The box of an issue where there is no mouse: it opens where one arrives by key and on a tap, and closes on Escape, on typing, and when
 * the cursor goes elsewhere. CodeMirror's own box opens only under a pointer that hovers.
 */
interface Tip {
  pos: number;
  issues: Issue[];
  fix: Fix;
}

export const showTip = StateEffect.define<Tip | undefined>();

const tip = StateField.define<Tooltip | null>({
  create: () => null,
  update(shown, { docChanged, effects, selection }) {
    const asked = effects.find((effect) => effect.is(showTip));
    if (asked !== undefined) return asked.value === undefined ? null : tooltip(asked.value as Tip);
    return docChanged || selection !== undefined ? null : shown;
  },
  provide: (self) => showTooltip.from(self),
});

function tooltip({ pos, issues, fix }: Tip): Tooltip {
  const boxes = issues.map((issue) => <Box key={issue} issue={issue} fix={fix} />);
  return { pos, above: true, create: () => ({ dom: nodeOf(boxes, "cm-tooltip-issue") }) };
}

function Box({ issue, fix }: { issue: Issue; fix: Fix }) {
  return (
    <div class={`cm-diagnostic cm-diagnostic-${SEVERITY[severityIcon[issue.severity] as keyof typeof SEVERITY]}`}>
      <Explanation issue={issue} />
      {waysOf(issue).map(({ name, value }) => (
        <button key={name} type="button" class="cm-diagnosticAction" onClick={() => fix(issue, value)}>
          {name}
        </button>
      ))}
    </div>
  );
}

const closeKey = Prec.high(
  keymap.of([
    {
      key: "Escape",
      run: (view) => {
        if (view.state.field(tip) === null) return false;
        view.dispatch({ effects: showTip.of(undefined) });
        return true;
      },
    },
  ]),
);

/** A tap on a mark, or on the sign beside its line. */
const openOnTap = (fix: Fix) =>
  ViewPlugin.define((view) => {
    const open = (event: MouseEvent) => {
      if ((event as PointerEvent).pointerType === "mouse" || !(event.target instanceof Element)) return;
      const line = view.lineBlockAtHeight(event.clientY - view.documentTop);
      const inGutter = event.target.closest(".cm-gutter-lint") !== null;
      const at = inGutter ? undefined : view.posAtCoords({ x: event.clientX, y: event.clientY });
      if (!inGutter && (at === null || event.target.closest(".cm-content") === null)) return;
      const issues: Issue[] = [];
      forEachDiagnostic(view.state, (diagnostic, from, to) => {
        const isThere = at === undefined || at === null ? line.from <= from && from <= line.to : from <= at && at <= to;
        if (isThere) issues.push((diagnostic as IssueDiagnostic).issue);
      });
      if (issues.length > 0) view.dispatch({ effects: showTip.of({ pos: at ?? line.from, issues, fix }) });
    };
    view.dom.addEventListener("click", open);
    return { destroy: () => view.dom.removeEventListener("click", open) };
  });

export const issueTip = (fix: Fix): Extension => [tip, closeKey, openOnTap(fix)];
