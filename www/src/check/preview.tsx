/** All fixes before they are made: a tick for each, and what they change in the text. Loaded when it is first asked for. */
import { ChangeSet, Text } from "@codemirror/state";
import { batch, computed, signal } from "@preact/signals";
import { Button } from "../elements.js";
import type { Issue, TextEdit } from "../fhirpost.js";
import { Dialog, DialogHandle } from "../notices.js";
import { current } from "../store.js";
import { countsInWords, texts } from "../texts.js";
import { tools } from "../workers.js";
import { Comparison } from "../write/comparison.js";
import { choicesOf, editsOf, fixName, isCertain } from "./fix-names.js";
import { fixNotice, makeFixes } from "./fixer.js";

const { preview } = texts.fix;

interface Proposal {
  edits: TextEdit[];
  fixed: number;
  left: string;
  after: string;
}

const handle = new DialogHandle();
const subject = signal<{ text: string; message: boolean; issues: Issue[] }>({ text: "", message: false, issues: [] });
const ticked = signal<ReadonlySet<Issue>>(new Set());
const proposal = signal<Proposal | undefined>(undefined);
/** What is not certain, and still says what would be right. */
const likely = computed(() => subject.value.issues.filter((issue) => !isCertain(issue) && isLikely(issue)));

const isLikely = (issue: Issue) => choicesOf(issue).length === 0 || issue.suggestion?.value !== undefined;

let made = () => {};
export function whenMade(then: () => void): void {
  made = then;
}

export async function open(): Promise<void> {
  const { text, message = false, report } = await current.peek().whenChecked();
  const issues = (report?.issues ?? []).filter((issue) => editsOf(issue).length > 0 && (isCertain(issue) || isLikely(issue)));
  batch(() => {
    subject.value = { text, message, issues };
    proposal.value = undefined;
  });
  tick(issues.filter(isCertain));
  handle.open();
}

let turn = 0;

/** What these fixes make of the text. Where all that are certain are ticked, what they bring to light is fixed as well. */
function tick(chosen: Iterable<Issue>): void {
  ticked.value = new Set(chosen);
  const mine = ++turn;
  const { text, message, issues } = subject.peek();
  const isAll = issues.every((issue) => !isCertain(issue) || ticked.peek().has(issue));
  const own = issues.filter((issue) => ticked.peek().has(issue) && !(isAll && isCertain(issue)));
  const edits = apart(own.map(editsOf));
  tools.ask("fixChosen", [text, message, edits, isAll]).then(
    ({ edits: more, fixed, counts }) => {
      if (mine !== turn) return;
      const first = changeSet(edits, text.length);
      const all = first.compose(changeSet(more, first.newLength));
      proposal.value = {
        edits: editsIn(all),
        fixed: fixed + own.length,
        left: countsInWords(counts) || texts.check.noIssues,
        after: all.apply(Text.of(text.split("\n"))).toString(),
      };
    },
    () => {
      handle.close();
      fixNotice.say(texts.fix.failed);
    },
  );
}

/** Fixes that would change the same stretch cannot be made together: the first of them is. */
function apart(fixes: TextEdit[][]): TextEdit[] {
  const taken: TextEdit[] = [];
  for (const edits of fixes) {
    const isFree = edits.every((edit) => taken.every((other) => edit.end <= other.start || other.end <= edit.start));
    if (isFree) taken.push(...edits);
  }
  return taken.sort((a, b) => a.start - b.start || a.end - b.end);
}

const changeSet = (edits: TextEdit[], length: number) =>
  ChangeSet.of(
    edits.map(({ start, end, text }) => ({ from: start, to: end, insert: text })),
    length,
    "\n",
  );

function editsIn(changes: ChangeSet): TextEdit[] {
  const edits: TextEdit[] = [];
  changes.iterChanges((start, end, _from, _to, inserted) => edits.push({ start, end, text: inserted.toString() }), true);
  return edits;
}

function make(): void {
  const { text, message } = subject.peek();
  const proposed = proposal.peek();
  handle.close();
  proposal.value = undefined;
  if (proposed !== undefined && makeFixes({ text, message, ...proposed })) made();
}

export function View() {
  const { issues } = subject.value;
  const open = likely.value.filter((issue) => !ticked.value.has(issue));
  const toggle = (issue: Issue) => {
    const next = new Set(ticked.peek());
    if (!next.delete(issue)) next.add(issue);
    tick(next);
  };
  return (
    <Dialog handle={handle} name="preview" heading={preview.heading}>
      <div class="preview-body">
        <p class="hint muted">{preview.hint}</p>
        <ul class="preview-changes" aria-label={preview.changes}>
          {issues.map((issue) => (
            <li key={issue}>
              <label>
                <input type="checkbox" checked={ticked.value.has(issue)} onChange={() => toggle(issue)} />
                <span>{preview.change(issue.line ?? 0, issue.rule, fixName(issue))}</span>
              </label>
            </li>
          ))}
        </ul>
        <div class="preview-diff" role="region" aria-label={preview.diff}>
          {proposal.value && <Comparison before={subject.value.text} after={proposal.value.after} label={preview.diff} />}
        </div>
      </div>
      <div class="preview-foot">
        <Button label={preview.likely(open.length)} hidden={open.length === 0} press={() => tick([...ticked.peek(), ...open])} />
        <Button label={preview.cancel} press={() => handle.close()} />
        <Button
          label={preview.make(ticked.value.size)}
          class="primary"
          disabled={proposal.value === undefined || proposal.value.edits.length === 0}
          press={make}
        />
      </div>
    </Dialog>
  );
}
