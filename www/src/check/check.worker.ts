/** The check, off the main thread: typing never waits for it. */
import {
  type Draft,
  draft,
  type Knowledge,
  learn,
  load,
  type Suppression,
  type TextEdit,
  type ValidationReport,
  validate,
} from "../fhirpost.js";
import { answerCalls } from "../workers/calls.js";

interface Checked {
  report: ValidationReport;
  milliseconds: number;
}

/** The text that is being written, and how the page calls it. There is one: the others have been checked, and nobody types there. */
let kept: { id: number; draft: Draft } | undefined;

function forget(): void {
  kept?.draft.free();
  kept = undefined;
}

function timed(check: () => ValidationReport): Checked {
  const started = performance.now();
  const report = check();
  return { report, milliseconds: performance.now() - started };
}

const operations = {
  learn(knowledge: Knowledge): void {
    forget();
    learn(knowledge);
  },
  /** @param asMessage Whether the text must be a message, which is an error otherwise. */
  check(text: string, asMessage: boolean, suppress: Suppression[]): Checked {
    forget();
    return timed(() => validate(text, asMessage, true, suppress));
  },
  /** The same, of a text in which somebody types: `edit` goes on from here. */
  begin(id: number, text: string, asMessage: boolean, suppress: Suppression[]): Checked {
    forget();
    return timed(() => {
      const made = draft(text, asMessage, suppress);
      if (made === undefined) return validate(text, asMessage, true, suppress);
      kept = { id, draft: made };
      return made.report;
    });
  },
  /** Validates what has changed, and what hangs on that; nothing where that text is not the one that is kept. */
  edit(id: number, edits: TextEdit[]): Checked | undefined {
    if (kept?.id !== id) return undefined;
    const { draft } = kept;
    try {
      return timed(() => draft.edit(edits));
    } catch (error) {
      // What it holds is not certain now.
      kept = undefined;
      throw error;
    }
  },
  forget(id: number): void {
    if (kept?.id === id) forget();
  },
};

export type CheckOperations = typeof operations;

// The first check builds the validator: better before the first text than with it.
answerCalls(
  () => operations,
  load().then(() => validate("{}", false)),
);
