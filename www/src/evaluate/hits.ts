/** In the worker: evaluates an expression, and gives of the results what is shown. All of them may be longer than the message many times over. */
import { type FhirPathError, type FhirPathItem, validator } from "../fhirpost.js";
import type { Span } from "../message.js";

/** More than anyone reads. */
const LISTED = 200;
const MARKED = 2000;
const LONGEST_VALUE = 300;

export interface Hit {
  type: string;
  /** Its text, or its JSON; cut where it is long. */
  value: string;
  /** Where it is in the message; absent where it is computed. */
  place?: Span & { expression: string; line: number };
}

export interface Hits {
  /** How many there are. */
  count: number;
  /** Whether `spans` are not all of the places. */
  cut: boolean;
  /** The first of them. */
  hits: Hit[];
  /** Where they are. */
  spans: Span[];
}

export function evaluate(text: string, expression: string): Hits {
  checkSyntax(expression);
  // Counting gives no values, which of an expression such as descendants() are what takes time. The line break ends a comment.
  const [counted] = validator.evaluate(text, `(${expression}\n).count()`);
  const count = Number(counted?.value);
  const cut = count > MARKED;
  const items = validator.evaluate(text, cut ? `(${expression}\n).take(${MARKED})` : expression);
  const lines = new Lines(text);
  const placed = items.filter((item): item is FhirPathItem & Span => item.start !== undefined && item.end !== undefined);
  return {
    count,
    cut,
    hits: items.slice(0, LISTED).map((item) => hit(item, lines)),
    spans: placed.map(({ start, end }) => ({ start, end })),
  };
}

/** Problems are said of the expression as it was typed, and nothing passes that is one only in brackets. */
function checkSyntax(expression: string): void {
  try {
    validator.evaluate("{}", expression);
  } catch (error) {
    if ((error as FhirPathError).position !== undefined) throw error;
  }
}

function hit({ type, text, value, expression = "", start, end }: FhirPathItem, lines: Lines): Hit {
  const shown = text ?? JSON.stringify(value) ?? "";
  return {
    type,
    value: shown.length > LONGEST_VALUE ? `${shown.slice(0, LONGEST_VALUE)}…` : shown,
    ...(start === undefined || end === undefined ? {} : { place: { start, end, expression, line: lines.at(start) } }),
  };
}

/** Counts lines: results mostly come in the order of the text, so it goes on from where it was. */
class Lines {
  #offset = 0;
  #line = 1;

  constructor(readonly text: string) {}

  at(offset: number): number {
    if (offset < this.#offset) {
      this.#offset = 0;
      this.#line = 1;
    }
    for (let next = this.text.indexOf("\n", this.#offset); next >= 0 && next < offset; next = this.text.indexOf("\n", this.#offset)) {
      this.#offset = next + 1;
      this.#line += 1;
    }
    return this.#line;
  }
}
