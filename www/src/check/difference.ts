/**
 * The places in which a mended text differs from what it was, so that the cursor and what is folded stay where they are. A general diff
 * looks for the shortest way and takes seconds for a hundred mends of 100 kB. Here it is known how texts are mended: words change, and
 * stretches are added or leave. The edits always lead from the one text to the other; only how few they are depends on that.
 */
import type { TextEdit } from "../message.js";

/** A stretch that came or went is at most so long: what is longer is not moved. */
const LONGEST = 1 << 17;
/** What stands behind such a stretch is told from what merely looks like it by so many characters. */
const CERTAIN = 200;
/** A word that changed is at most so long, and has so many characters behind it that did not change. */
const WORD = 400;
const SURE = 24;
const LIKELY = 64;

export function difference(before: string, after: string): TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let there = 0;
  while (at < before.length || there < after.length) {
    if (at < before.length && before[at] === after[there]) {
      at += 1;
      there += 1;
      continue;
    }
    const [gone, come] = stretch(before, at, after, there);
    edits.push({ start: at, end: at + gone, text: after.slice(there, there + come) });
    at += gone;
    there += come;
  }
  return edits;
}

type Stretch = [gone: number, come: number];

/** How much went here and how much came in its place, until both texts go on alike. */
function stretch(before: string, at: number, after: string, there: number): Stretch {
  const come = find(after, there, before.slice(at, at + CERTAIN), LONGEST);
  const gone = find(before, at, after.slice(there, there + CERTAIN), LONGEST);
  const found = shorter(come < 0 ? undefined : [0, come], gone < 0 ? undefined : [gone, 0]);
  const near = length(found) <= WORD ? found : shorter(found, word(before, at, after, there));
  const any = length(near) <= 2 * WORD ? near : shorter(near, moved(before, at, after, there));
  return any ?? rest(before, at, after, there);
}

const length = (stretch: Stretch | undefined) => (stretch === undefined ? Number.POSITIVE_INFINITY : stretch[0] + stretch[1]);
const shorter = (one: Stretch | undefined, other: Stretch | undefined) => (length(other) < length(one) ? other : one);

/** The shortest one, where a word changed. */
function word(before: string, at: number, after: string, there: number): Stretch | undefined {
  let best: Stretch | undefined;
  for (let skip = 0; skip < Math.min(WORD, length(best)); skip++) {
    const come = find(after, there, before.slice(at + skip, at + skip + SURE), WORD);
    if (come >= 0) best = shorter(best, [skip, come]);
  }
  return best;
}

/** A long one, behind which the first words changed too. */
function moved(before: string, at: number, after: string, there: number): Stretch | undefined {
  let came: Stretch | undefined;
  let went: Stretch | undefined;
  for (let skip = 0; skip < WORD && (came === undefined || went === undefined); skip++) {
    const come = came === undefined ? find(after, there, before.slice(at + skip, at + skip + LIKELY), LONGEST) : -1;
    if (come >= 0) came = [skip, come];
    const gone = went === undefined ? find(before, at, after.slice(there + skip, there + skip + LIKELY), LONGEST) : -1;
    if (gone >= 0) went = [gone, skip];
  }
  return shorter(came, went);
}

/** Where this stands in the text from a place on, within so many characters; -1 where it does not, or says too little. */
function find(text: string, from: number, wanted: string, within: number): number {
  return wanted.length < SURE ? -1 : text.slice(from, from + within + wanted.length).indexOf(wanted);
}

/** Everything up to where both texts end alike. */
function rest(before: string, at: number, after: string, there: number): Stretch {
  let alike = 0;
  const most = Math.min(before.length - at, after.length - there);
  while (alike < most && before[before.length - 1 - alike] === after[after.length - 1 - alike]) alike += 1;
  return [before.length - at - alike, after.length - there - alike];
}
