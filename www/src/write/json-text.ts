/**
 * JSON text laid out, or on one line. Only what is between tokens changes: digits, escapes, the order of keys and keys that are there
 * there twice are kept, which reading and writing the values anew would not do.
 */
import { createScanner, format, type SyntaxKind, visit } from "jsonc-parser";
import { applyEdits } from "../fhirpost.js";

/** How deep a text may be nested: laid out, each level costs two spaces on every line. The core reads no deeper by default. */
export const MOST_LEVELS = 128;

export type Shape = "format" | "minify";

export interface ShapedText {
  /** Absent when the text is nested too deeply. */
  text?: string;
  /** Where the cursor belongs in it. */
  cursor?: number;
  /** The line, from 1, of what is not JSON. */
  badLine?: number;
}

// As the library numbers them: its enums are ambient, and have no values here.
const OPEN = [1, 3] as SyntaxKind[];
const CLOSE = [2, 4] as SyntaxKind[];
const PUNCTUATION = [1, 2, 3, 4, 5, 6] as SyntaxKind[];
const LINE_COMMENT = 12 as SyntaxKind;
const LINE_BREAK = 14 as SyntaxKind;
const TRIVIA = 15 as SyntaxKind;
const END = 17 as SyntaxKind;

export function shapeJson(text: string, shape: Shape, cursor = 0): ShapedText {
  const { deepest, badEnds } = survey(text);
  if (deepest > MOST_LEVELS) return {};
  const shaped = shape === "minify" ? minified(text) : formatted(text, badEnds);
  const bad = firstError(text);
  return {
    text: shaped,
    cursor: sameToken(text, cursor, shaped),
    ...(bad === undefined ? {} : { badLine: text.slice(0, bad).split("\n").length }),
  };
}

/** The place in the new text that is beside the same character, white space not counted. */
export function sameToken(before: string, cursor: number, after: string): number {
  let left = before.slice(0, cursor).replace(/\s+/g, "").length;
  const solid = /\S+/g;
  for (let run = solid.exec(after); run !== null; run = solid.exec(after)) {
    if (left <= run[0].length) return run.index + left;
    left -= run[0].length;
  }
  return after.length;
}

function formatted(text: string, badEnds: Set<number>): string {
  const edits = format(text, undefined, { tabSize: 2, insertSpaces: true, eol: "\n" });
  // Without the line break after it, a string that does not end would reach into the next line.
  const harmless = edits.filter(({ offset }) => !badEnds.has(offset));
  // The library's own way to apply them copies the whole text for each.
  return applyEdits(
    text,
    harmless.map(({ offset, length, content }) => ({ start: offset, end: offset + length, text: content })),
  );
}

function minified(text: string): string {
  const scanner = createScanner(text);
  const pieces: string[] = [];
  let space = "";
  // Whether the token before must stay apart from the next one, and by what.
  let keep: "" | "space" | "all" = "";
  for (let kind = scanner.scan(); kind !== END; kind = scanner.scan()) {
    const token = text.substr(scanner.getTokenOffset(), scanner.getTokenLength());
    if (kind === TRIVIA || kind === LINE_BREAK) {
      space += token;
      continue;
    }
    const apart = keep === "all" ? space : keep === "space" && space !== "" && !PUNCTUATION.includes(kind) ? " " : "";
    pieces.push(apart, token);
    space = "";
    // After what is not JSON (a string that does not end, a comment up to the end of its line) the next line must stay where it is.
    keep = scanner.getTokenError() !== 0 || kind === LINE_COMMENT ? "all" : PUNCTUATION.includes(kind) ? "" : "space";
  }
  if (keep === "all") pieces.push(space);
  return pieces.join("");
}

/** How deep the text is nested, and where the tokens end that are not those of JSON. */
function survey(text: string): { deepest: number; badEnds: Set<number> } {
  const scanner = createScanner(text, true);
  const badEnds = new Set<number>();
  let [depth, deepest] = [0, 0];
  for (let kind = scanner.scan(); kind !== END; kind = scanner.scan()) {
    if (OPEN.includes(kind)) deepest = Math.max(deepest, ++depth);
    else if (CLOSE.includes(kind)) depth = Math.max(0, depth - 1);
    else if (scanner.getTokenError() !== 0) badEnds.add(scanner.getPosition());
  }
  return { deepest, badEnds };
}

function firstError(text: string): number | undefined {
  let first: number | undefined;
  visit(
    text,
    {
      onError: (_code, offset) => {
        first ??= offset;
      },
    },
    { disallowComments: true },
  );
  return first;
}
