/** In the worker: fixes a message until nothing is left to fix, and says which places that changed. */
import { diff } from "@codemirror/merge";
import { type ValidationReport, validateBundle } from "fhirpost";
import type { TextEdit } from "../message.js";

/** One mend can bring up the next, but none is made for ever. */
const ROUNDS = 10;

export interface AllFixed {
  /** From the text as it was to the text as it is mended. */
  edits: TextEdit[];
  /** How many issues were fixed. */
  fixed: number;
  /** What is left. */
  counts: ValidationReport["counts"];
}

export function fixAll(text: string): AllFixed {
  let mended = text;
  let fixed = 0;
  let report = judge(mended);
  for (let round = 0; round < ROUNDS; round++) {
    const { edits, issues } = together(report);
    if (edits.length === 0) break;
    mended = applied(mended, edits);
    fixed += issues;
    report = judge(mended);
  }
  return { edits: difference(text, mended), fixed, counts: report.counts };
}

const judge = (text: string) => validateBundle(text, { message: true });

/** The edits of as many issues as can be fixed at once: those of two may overlap, and the later one then waits for the next round. */
function together({ issues }: ValidationReport): { edits: TextEdit[]; issues: number } {
  const chosen: TextEdit[] = [];
  let count = 0;
  for (const { suggestion } of issues) {
    const edits = suggestion?.edits ?? [];
    if (edits.length === 0 || edits.some((edit) => chosen.some((other) => overlaps(edit, other)))) continue;
    chosen.push(...edits);
    count += 1;
  }
  return { edits: chosen.sort((a, b) => a.start - b.start), issues: count };
}

const overlaps = (a: TextEdit, b: TextEdit) => a.start <= b.end && b.start <= a.end;

function applied(text: string, edits: TextEdit[]): string {
  let at = 0;
  let result = "";
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** The places that differ, so that the cursor and what is folded stay where they are. */
function difference(before: string, after: string): TextEdit[] {
  // What differs much is found less exactly, rather than after a long time.
  const changes = diff(before, after, { scanLimit: 1000, timeout: 1000 });
  return changes.map(({ fromA, toA, fromB, toB }) => ({ start: fromA, end: toA, text: after.slice(fromB, toB) }));
}
