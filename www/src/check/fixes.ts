/** The fixes that the core suggests: what each is called, and making one of them, or all that are certain. */
import { element } from "../dom.js";
import { editsFor, type Issue, type TextEdit } from "../fhirpost.js";
import type { OpenMessage } from "../message.js";
import { Notice } from "../notices.js";
import { countsInWords, texts } from "../texts.js";
import type { Tools } from "../tools.js";

/** The edits that make an issue go away, for who asks for just these; none where nobody can know what is right. */
export const editsOf = (issue: Issue): TextEdit[] => issue.suggestion?.edits ?? [];

/** Whether it is fixed together with all others: what could change the meaning is not. */
const isCertain = (issue: Issue): boolean => editsOf(issue).length > 0 && issue.suggestion?.certain !== false;

/** "Fix: rename to “authoredOn”"; where that is not certain: "If meant so: leave it out". */
export function fixName(issue: Issue): string {
  return isCertain(issue) ? name(issue) : texts.fix.ifMeant(name(issue));
}

function name({ suggestion }: Issue): string {
  const { action = "", value, edits = [] } = suggestion ?? {};
  const name = texts.fix.action[action];
  // What is added has no value of its own, or one without the name that it gets: the text itself says both.
  const added = action === "insert" ? edits.map(({ text }) => text.replace(/^[\s,]+|[\s,]+$/g, "")).join(" … ") : undefined;
  return name === undefined ? texts.fix.other : name((added || value) ?? "");
}

/** One of several values that may be there, and what it is called. */
export interface Choice {
  readonly value: string;
  readonly name: string;
}

/** Where a few values may be there, nobody knows which: each is a fix of its own. */
export const choicesOf = ({ suggestion }: Issue): Choice[] =>
  suggestion?.edits === undefined ? [] : (suggestion.choices ?? []).map((value) => ({ value, name: texts.fix.choose(value) }));

/** The issue that says the same of the same place, in a check of a text that has changed since. */
export function sameIssue(issues: Issue[], { rule, pointer, message }: Issue): Issue | undefined {
  return issues.find((other) => other.rule === rule && other.pointer === pointer && other.message === message);
}

/** Makes the fixes that the core is certain of: one of them, or all. Says in sight and aloud what was done, with the way back. */
export class Fixer {
  /** What was done last, until the text changes in another way. */
  readonly #notice = new Notice("fix-notice");
  readonly notice = this.#notice.element;
  readonly all = element("button", { type: "button", class: "fix-all", title: texts.fix.allHint });
  readonly #message: OpenMessage;
  readonly #tools: Tools;
  readonly #undo = element("button", { type: "button", class: "quiet" }, texts.fix.undo);
  /** The text that a fix made: once it is another one, the notice is about the past. */
  #made: string | undefined;

  constructor(message: OpenMessage, tools: Tools) {
    this.#message = message;
    this.#tools = tools;
    this.#undo.addEventListener("click", () => message.undo());
    message.onChange((text) => {
      if (text !== this.#made) this.#notice.clear();
    });
    this.count([], false);
  }

  /** How many can be fixed; the button says so. */
  count(issues: Issue[], truncated: boolean): void {
    const fixable = issues.filter(isCertain).length;
    this.all.hidden = fixable === 0;
    this.all.textContent = texts.fix.all(fixable, truncated);
  }

  /** Fixes one; tells whether it did. The offsets of edits are right only for the text that was checked: after typing, the issue is looked for again. */
  async one(issue: Issue, choice?: string): Promise<boolean> {
    const { report } = await this.#message.checked();
    const found = sameIssue(report?.issues ?? [], issue);
    const suggestion = found?.suggestion;
    const isChosen = choice !== undefined && suggestion?.choices?.includes(choice) === true;
    const edits = isChosen ? editsFor(suggestion, choice) : found === undefined || choice !== undefined ? [] : editsOf(found);
    if (found === undefined || edits.length === 0) {
      this.#notice.say(texts.fix.gone);
      return false;
    }
    this.#made = undefined;
    this.#message.edit(edits);
    const [first] = edits;
    if (first !== undefined) this.#message.reveal(first);
    this.#done(texts.fix.done(choice === undefined ? fixName(found) : texts.fix.choose(choice)));
    return true;
  }

  /** Fixes the issue at the cursor, or else the first one on its line. */
  async atCursor(): Promise<void> {
    const { report, text } = await this.#message.checked();
    const { cursor } = this.#message;
    const fixable = (report?.issues ?? []).filter(isCertain);
    const from = text.lastIndexOf("\n", cursor - 1) + 1;
    const to = text.indexOf("\n", cursor) < 0 ? text.length : text.indexOf("\n", cursor);
    const at = fixable.findLast(({ start = 0, end = 0 }) => start <= cursor && cursor <= end && start >= from);
    const found = at ?? fixable.find(({ start = 0 }) => start >= from && start <= to);
    if (found === undefined) this.#notice.say(texts.fix.none);
    else await this.one(found);
  }

  /** Fixes all, again until nothing is left to fix, as one step that undo takes back. Tells whether it did. */
  async everything(): Promise<boolean> {
    const { text, asMessage } = this.#message;
    this.all.disabled = true;
    this.#notice.say(texts.fix.fixing);
    try {
      const { edits, fixed, counts } = await this.#tools.ask("fixAll", [text, asMessage]);
      if (this.#message.text !== text || this.#message.asMessage !== asMessage) {
        this.#notice.say(texts.fix.changed);
        return false;
      }
      if (edits.length === 0) {
        this.#notice.say(texts.fix.doneAll(0, countsInWords(counts) || texts.check.noIssues));
        return false;
      }
      this.#message.edit(edits);
      this.#done(texts.fix.doneAll(fixed, countsInWords(counts) || texts.check.noIssues));
      return true;
    } catch {
      this.#notice.say(texts.fix.failed);
      return false;
    } finally {
      this.all.disabled = false;
    }
  }

  #done(what: string): void {
    this.#made = this.#message.text;
    this.#notice.say(what, this.#undo);
  }
}
