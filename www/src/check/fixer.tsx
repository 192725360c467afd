/** Makes fixes: one of them, or those that were looked at together. Says in sight and aloud what was done, with the way back. */

import { Button } from "../elements.js";
import { editsFor, type Issue, type TextEdit } from "../fhirpost.js";
import { Notice } from "../notices.js";
import type { OpenText } from "../open-text.js";
import { current, currentText, whenChanged } from "../store.js";
import { texts } from "../texts.js";
import { editsOf, fixName, isCertain, sameIssue } from "./fix-names.js";
import { offered, offerName } from "./offers/offered.js";

/** What was done last, until the text changes in another way. */
export const fixNotice = new Notice();

/** The text that a fix made: once it is another one, the notice is about the past. */
let made: string | undefined;
// What was said is about the text that was shown.
whenChanged(current, () => fixNotice.clear());
whenChanged(currentText, (text) => {
  if (text !== made) fixNotice.clear();
});

/** Fixes one; tells whether it did. The offsets of edits are right only for the text that was checked: after typing, the issue is looked for again. */
export async function fixOne(issue: Issue, choice?: string, repeats: Issue[] = [issue]): Promise<boolean> {
  const text = current.peek();
  const { report } = await text.whenChecked();
  const found = sameIssue(report?.issues ?? [], issue);
  const all = repeats.flatMap((one) => sameIssue(report?.issues ?? [], one) ?? []);
  const edits = all.flatMap((one) => editsBy(one, choice));
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

/** The edits of a choice, or of the only fix. */
function editsBy(issue: Issue, choice?: string): TextEdit[] {
  if (choice === undefined) return editsOf(issue);
  return issue.suggestion?.choices?.includes(choice) === true ? editsFor(issue.suggestion, choice) : [];
}

/** Does what was offered for an issue, if the text is still the one that it was offered for. */
export function takeOffer(issue: Issue, at: number): boolean {
  const { text, byIssue } = offered.peek();
  const offer = byIssue.get(issue)?.[at];
  const [first] = offer?.edits ?? [];
  if (offer === undefined || first === undefined || text !== current.peek().text.peek()) {
    fixNotice.say(texts.fix.gone);
    return false;
  }
  made = undefined;
  current.peek().edit(offer.edits);
  current.peek().reveal(first);
  sayDone(current.peek(), texts.fix.done(offerName(offer)));
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

/** Makes fixes that were looked at, as one step that undo takes back. Tells whether the text was still the one that they are of. */
export function makeFixes(of: { text: string; message: boolean; edits: TextEdit[]; fixed: number; left: string }): boolean {
  const fixed = current.peek();
  if (fixed.text.peek() !== of.text || fixed.asMessage.peek() !== of.message) {
    fixNotice.say(texts.fix.changed);
    return false;
  }
  made = undefined;
  fixed.edit(of.edits);
  sayDone(fixed, texts.fix.doneAll(of.fixed, of.left));
  return true;
}

function sayDone(of: OpenText, what: string): void {
  // Another one is shown by now, of which it would be wrong.
  if (current.peek() !== of) return;
  made = of.text.peek();
  fixNotice.say(what, <Button label={texts.fix.undo} class="quiet" press={() => of.undo()} />);
}
