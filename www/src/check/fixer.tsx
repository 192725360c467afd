/** Makes the fixes that the core is certain of: one of them, or all. Says in sight and aloud what was done, with the way back. */

import { signal } from "@preact/signals";
import { Button } from "../elements.js";
import { editsFor, type Issue } from "../fhirpost.js";
import { Notice } from "../notices.js";
import type { OpenText } from "../open-text.js";
import { current, currentText, whenChanged } from "../store.js";
import { countsInWords, texts } from "../texts.js";
import { tools } from "../workers.js";
import { editsOf, fixName, isCertain, sameIssue } from "./fix-names.js";

/** What was done last, until the text changes in another way. */
export const fixNotice = new Notice();
export const isFixing = signal(false);

/** The text that a fix made: once it is another one, the notice is about the past. */
let made: string | undefined;
// What was said is about the text that was shown.
whenChanged(current, () => fixNotice.clear());
whenChanged(currentText, (text) => {
  if (text !== made) fixNotice.clear();
});

/** Fixes one; tells whether it did. The offsets of edits are right only for the text that was checked: after typing, the issue is looked for again. */
export async function fixOne(issue: Issue, choice?: string): Promise<boolean> {
  const text = current.peek();
  const { report } = await text.whenChecked();
  const found = sameIssue(report?.issues ?? [], issue);
  const suggestion = found?.suggestion;
  const isChosen = choice !== undefined && suggestion?.choices?.includes(choice) === true;
  const edits = isChosen ? editsFor(suggestion, choice) : found === undefined || choice !== undefined ? [] : editsOf(found);
  if (found === undefined || edits.length === 0) {
    fixNotice.say(texts.fix.gone);
    return false;
  }
  made = undefined;
  text.edit(edits);
  const [first] = edits;
  if (first !== undefined) text.reveal(first);
  sayDone(text, texts.fix.done(choice === undefined ? fixName(found) : texts.fix.choose(choice)));
  return true;
}

/** Fixes the issue at the cursor, or else the first one on its line. */
export async function fixAtCursor(): Promise<void> {
  const { report, text } = await current.peek().whenChecked();
  const cursor = current.peek().cursor.peek();
  const fixable = (report?.issues ?? []).filter(isCertain);
  const from = text.lastIndexOf("\n", cursor - 1) + 1;
  const to = text.indexOf("\n", cursor) < 0 ? text.length : text.indexOf("\n", cursor);
  const at = fixable.findLast(({ start = 0, end = 0 }) => start <= cursor && cursor <= end && start >= from);
  const found = at ?? fixable.find(({ start = 0 }) => start >= from && start <= to);
  if (found === undefined) fixNotice.say(texts.fix.none);
  else await fixOne(found);
}

/** Fixes all, again until nothing is left to fix, as one step that undo takes back. Tells whether it did. */
export async function fixEverything(): Promise<boolean> {
  const fixed = current.peek();
  const [text, asMessage] = [fixed.text.peek(), fixed.asMessage.peek()];
  isFixing.value = true;
  fixNotice.say(texts.fix.fixing);
  try {
    const { edits, fixed: count, counts } = await tools.ask("fixAll", [text, asMessage]);
    if (fixed.text.peek() !== text || fixed.asMessage.peek() !== asMessage) {
      fixNotice.say(texts.fix.changed);
      return false;
    }
    const left = countsInWords(counts) || texts.check.noIssues;
    if (edits.length === 0) {
      fixNotice.say(texts.fix.doneAll(0, left));
      return false;
    }
    fixed.edit(edits);
    sayDone(fixed, texts.fix.doneAll(count, left));
    return true;
  } catch {
    fixNotice.say(texts.fix.failed);
    return false;
  } finally {
    isFixing.value = false;
  }
}

function sayDone(of: OpenText, what: string): void {
  // Another one is shown by now, of which it would be wrong.
  if (current.peek() !== of) return;
  made = of.text.peek();
  fixNotice.say(what, <Button label={texts.fix.undo} class="quiet" press={() => of.undo()} />);
}
