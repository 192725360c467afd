/** The view of the issues: which of them are shown, the way to each, and its fix. */
import { useSignalEffect } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { Button, rendered } from "../elements.js";
import { NoticeLine } from "../notices.js";
import { current, shownView } from "../store.js";
import { texts } from "../texts.js";
import { openDialog } from "../write/open-dialog.js";
import { isCertain } from "./fix-names.js";
import { fixNotice, fixOne, takeOffer } from "./fixer.js";
import { IssueFilter } from "./issue-filter.js";
import { type Asked, focusRow, IssueList } from "./issue-list.js";
import { allIssues, chosen, chosenRule, isFiltered, issueAtCursor, showAll, shownIssues } from "./issues.js";
import { ListChoices } from "./list-choices.js";
import { listed } from "./listing.js";
import { settled } from "./offers/offered.js";
import { ReportMenu } from "./report-menu.js";
import { SuppressedList } from "./suppressed.js";

export function IssuesView() {
  const kept = useRef<VNode | undefined>(undefined);
  const note = useRef<HTMLParagraphElement>(null);
  /** Where the focus goes when the check of a fixed text is there. */
  const focusNext = useRef<number | undefined>(undefined);
  useSignalEffect(() => {
    void current.value.checked.value;
    const next = focusNext.current;
    focusNext.current = undefined;
    // The row of the issue goes; the next one then has the focus.
    if (next !== undefined) void rendered().then(() => focusRow(next) || note.current?.focus());
  });

  // What nobody sees is not brought up to date with each key.
  if (shownView.value !== "check" && kept.current !== undefined) return kept.current;

  const fix = async ({ issue, repeats, choice, offer }: Asked, index: number) => {
    focusNext.current = index;
    if (offer === undefined ? await fixOne(issue, choice, repeats) : takeOffer(issue, offer)) return;
    focusNext.current = undefined;
    focusRow(index);
  };
  const fixThemAll = () =>
    openDialog(async () => {
      const preview = await import("./preview.js");
      preview.whenMade(() => {
        focusNext.current = 0;
      });
      return preview;
    });

  const [all, shown] = [allIssues.value, shownIssues.value];
  const { isEmpty, checked } = current.value;
  const { report } = checked.value;
  const fixable = all.filter(isCertain).length;
  const says = noteOf(all.length, shown.length, !isEmpty.value && report !== undefined, !isEmpty.value && report?.truncated === true);
  kept.current = (
    <div class="issues" data-offered={settled.value}>
      <div hidden={all.length === 0 && !isFiltered.value}>
        <IssueFilter issues={all} chosen={chosen.value} rule={chosenRule.value} />
        <ListChoices />
        <div class="issue-bar">
          <span class="muted">{texts.check.showing(shown.length, all.length)}</span>
          <Button
            label={texts.check.showAll}
            class="quiet"
            hidden={!isFiltered.value}
            press={async () => {
              showAll();
              await rendered();
              focusRow(0);
            }}
          />
          <Button
            label={texts.fix.all(fixable, report?.truncated ?? false)}
            class="fix-all"
            title={texts.fix.allHint}
            hidden={fixable === 0}
            press={fixThemAll}
          />
        </div>
      </div>
      <NoticeLine notice={fixNotice} class="fix-notice" />
      {/* It takes the focus when the last row is gone. */}
      <p class="muted note" ref={note} tabIndex={-1} hidden={says === ""}>
        {says}
      </p>
      <IssueList lines={listed.value} current={shown[issueAtCursor.value]} fix={(asked, index) => void fix(asked, index)} />
      <SuppressedList />
      {!isEmpty.value && report !== undefined && <ReportMenu />}
    </div>
  );
  return kept.current;
}

function noteOf(all: number, shown: number, isChecked: boolean, isTruncated: boolean): string {
  if (isTruncated) return texts.check.truncated(all);
  if (isChecked && all === 0) return texts.check.clean;
  return all > 0 && shown === 0 ? texts.check.noneShown : "";
}
