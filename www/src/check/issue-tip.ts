/**
 * The box of an issue without a mouse: it opens where one arrives by key, or on a tap, and closes on Escape, on typing, and when the
 * cursor goes elsewhere. CodeMirror's own box opens only under a pointer that hovers.
 */
import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, keymap, showTooltip, type Tooltip } from "@codemirror/view";
import type { Issue } from "fhirpost";
import { element } from "../dom.js";
import { explanation } from "./diagnostics.js";
import { editsOf, fixName } from "./fixes.js";
import { severityIcon } from "./severity.js";

type Tip = { issue: Issue; fix: (issue: Issue) => void };

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

function tooltip({ issue, fix }: Tip): Tooltip {
  const severity = severityIcon[issue.severity];
  return {
    pos: issue.start ?? 0,
    above: true,
    create: () => {
      const box = element("div", {
        class: `cm-tooltip-lint cm-diagnostic cm-diagnostic-${severity === "information" ? "info" : severity}`,
      });
      box.append(explanation(issue));
      if (editsOf(issue).length > 0) {
        const button = element("button", { type: "button", class: "cm-diagnosticAction" }, fixName(issue));
        button.addEventListener("click", () => fix(issue));
        box.append(button);
      }
      return { dom: box };
    },
  };
}

const closeKey = Prec.high(
  keymap.of([
    {
      key: "Escape",
      run: (view: EditorView) => {
        if (view.state.field(tip) === null) return false;
        view.dispatch({ effects: showTip.of(undefined) });
        return true;
      },
    },
  ]),
);

export const issueTip: Extension = [tip, closeKey];
