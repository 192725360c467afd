/** Finds for the issues of an answer the lines of the message that was sent, and follows these while the text is changed. */
import type { OperationOutcomeIssue } from "../fhirpost.js";
import type { Span } from "../message.js";
import { newTools } from "../workers.js";

/** Rows beyond these are not shown, so nobody looks for their places. */
export const MOST_ISSUES = 100;
const MOST_EXPRESSIONS = 4;
/** For all of them together; what an evaluation takes longer than that by is ended with its worker. */
const TIME = 1_500;
const GRACE = 1_500;

/** The extensions of HL7's validator. */
const LINE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line";
const COLUMN = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col";

/** For each issue the stretch of the text that it is about, where that can be known. */
export async function placesOf(text: string, issues: OperationOutcomeIssue[]): Promise<(Span | undefined)[]> {
  const shown = issues.slice(0, MOST_ISSUES);
  const wanted = shown.map(({ expression = [], location = [] }) =>
    [...expression, ...location.filter((place) => !isLineAndColumn(place))].slice(0, MOST_EXPRESSIONS),
  );
  const found = wanted.some((places) => places.length > 0) ? await evaluated(text, wanted) : [];
  return shown.map((issue, at) => {
    const span = found[at] ?? written(text, issue);
    return span && onOneLine(text, span);
  });
}

/** In a worker of its own: what a server wants to have evaluated may take for ever, and then goes with its worker. */
async function evaluated(text: string, wanted: string[][]): Promise<(Span | undefined)[]> {
  const tools = newTools();
  try {
    return await tools.askNewest("findPlaces", [text, wanted, TIME], TIME + GRACE);
  } catch {
    return [];
  } finally {
    tools.stop("done");
  }
}

/** Line and column, as an extension or in words: "Line 12, Col 5". */
function written(text: string, { extension = [], location = [], expression = [] }: OperationOutcomeIssue): Span | undefined {
  const value = (url: string) => extension.find((each) => each.url === url)?.valueInteger;
  const inWords = [...location, ...expression].map(isLineAndColumn).find((match) => match !== null);
  const line = value(LINE) ?? Number(inWords?.[1] ?? Number.NaN);
  const column = value(COLUMN) ?? Number(inWords?.[2] ?? 1);
  if (!Number.isInteger(line) || line < 1) return undefined;
  let start = 0;
  for (let before = 1; before < line; before += 1) {
    start = text.indexOf("\n", start) + 1;
    if (start === 0) return undefined;
  }
  const endOfLine = text.indexOf("\n", start);
  const end = endOfLine === -1 ? text.length : endOfLine;
  const at = Number.isInteger(column) ? start + column - 1 : start;
  return at >= start && at < end ? { start: at, end } : { start, end };
}

function isLineAndColumn(place: string): RegExpExecArray | null {
  return /^\W*line\W{0,3}(\d{1,9})\W{1,3}col(?:umn)?\W{0,3}(\d{1,9})\W*$/i.exec(place.slice(0, 100));
}

/** A whole resource would fill the view: its first line says where it is. */
function onOneLine(text: string, { start, end }: Span): Span {
  const newline = text.indexOf("\n", start);
  return { start, end: newline === -1 ? end : Math.min(end, Math.max(newline, start + 1)) };
}

/** Places in a text that is changed: those before and behind a change stay right, those that it touches are gone. */
export class MovingPlaces {
  readonly #original: string;
  readonly #spans: (Span | undefined)[];
  #text: string;
  #now: (Span | undefined)[];

  constructor(text: string, spans: (Span | undefined)[]) {
    this.#original = text;
    this.#spans = spans;
    this.#text = text;
    this.#now = [...spans];
  }

  /** Where they are in the text that is there now. */
  follow(text: string): (Span | undefined)[] {
    if (text === this.#original) {
      this.#now = [...this.#spans];
    } else if (text !== this.#text) {
      const { start, before, after } = changed(this.#text, text);
      this.#now = this.#now.map((span) => {
        if (span === undefined || span.end <= start) return span;
        return span.start >= before ? { start: span.start + after - before, end: span.end + after - before } : undefined;
      });
    }
    this.#text = text;
    return this.#now;
  }
}

/** What of the old text, from `start` to `before`, another stretch from `start` to `after` has replaced. */
function changed(old: string, text: string): { start: number; before: number; after: number } {
  const shorter = Math.min(old.length, text.length);
  let start = 0;
  while (start < shorter && old.charCodeAt(start) === text.charCodeAt(start)) start += 1;
  let same = 0;
  while (same < shorter - start && old.charCodeAt(old.length - 1 - same) === text.charCodeAt(text.length - 1 - same)) same += 1;
  return { start, before: old.length - same, after: text.length - same };
}
