/**
 * JSON whose numbers keep the digits that they are written with: `JSON.parse` makes 1.5 of `1.50`, 0 of `1e-400` and Infinity of `1e999`, and
 * FHIR's decimals say with their digits how exact they are.
 */
import { randomUuid } from "../response.js";

export interface ExactJson {
  /** As `JSON.parse` gives it: its numbers are those of JavaScript. */
  value: unknown;
  /** As `JSON.stringify`, but a number that still stands in the object in which it was read is written as it was. */
  stringify(value: unknown): string;
}

/**
 * @param text JSON that has been read before: what is none throws.
 * @param value What `JSON.parse` gives of it, where that is there already.
 */
export function parseExactly(text: string, value: unknown = JSON.parse(text)): ExactJson {
  // Nobody who writes a message can know it, so none of its strings is mistaken for a number.
  const mark = randomUuid();
  const marked = markNumbers(text, mark);
  if (marked === undefined) return { value, stringify: (one) => JSON.stringify(one) };
  const written = new WeakMap<object, Map<string, string>>();
  const parsed: unknown = JSON.parse(marked, function (this: object, key: string, one: unknown) {
    if (typeof one !== "string" || !one.startsWith(mark)) return one;
    const digits = one.slice(mark.length);
    if (!written.has(this)) written.set(this, new Map());
    written.get(this)?.set(key, digits);
    return Number(digits);
  });
  const marks = new RegExp(`"${mark}([^"]*)"`, "g");
  return {
    value: parsed,
    stringify(one) {
      const again: string | undefined = JSON.stringify(one, function (this: object, key: string, inner: unknown) {
        const digits = typeof inner === "number" ? written.get(this)?.get(key) : undefined;
        // Another number in its place is the caller's.
        return digits !== undefined && Object.is(Number(digits), inner) ? mark + digits : inner;
      });
      return again?.replace(marks, "$1") as string;
    },
  };
}

/** The text with a marked string in place of each number that JavaScript would write otherwise; nothing where there is none. */
function markNumbers(text: string, mark: string): string | undefined {
  const parts: string[] = [];
  let kept = 0;
  for (const { kind, start, end } of tokens(text)) {
    if (kind !== "number") continue;
    const digits = text.slice(start, end);
    if (String(Number(digits)) === digits) continue;
    parts.push(text.slice(kept, start), `"${mark}${digits}"`);
    kept = end;
  }
  return parts.length === 0 ? undefined : parts.join("") + text.slice(kept);
}

/** Whether an object of the text has two members of one name: readers differ in which of them they take. */
export function hasRepeatedNames(text: string, value: unknown): boolean {
  let [members, left] = [0, [value]];
  for (const { kind } of tokens(text)) if (kind === "colon") members += 1;
  while (left.length > 0) {
    const next: unknown[] = [];
    for (const one of left) {
      if (typeof one !== "object" || one === null) continue;
      const inner = Object.values(one);
      if (!Array.isArray(one)) members -= inner.length;
      for (const item of inner) next.push(item);
    }
    left = next;
  }
  return members !== 0;
}

interface Token {
  kind: "number" | "colon";
  start: number;
  end: number;
}

const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** The numbers of a JSON text, and the colons behind its names. */
function* tokens(text: string): Generator<Token> {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = closingQuote(text, at);
    else if (unit === COLON) yield { kind: "colon", start: at, end: at + 1 };
    else if (unit === MINUS || (unit >= ZERO && unit <= NINE)) {
      const start = at;
      while (/[\d.eE+-]/.test(text.charAt(at + 1))) at += 1;
      yield { kind: "number", start, end: at + 1 };
    }
  }
}

function closingQuote(text: string, opening: number): number {
  for (let at = opening + 1; ; at += 1) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let before = at;
    while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
}
