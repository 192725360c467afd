/**
 * JSON as text: its numbers keep the digits that they are written with, and its names and strings stay as they are, which reading and
 * writing would not promise. `JSON.parse` makes 1.5 of `1.50`, 0 of `1e-400` and Infinity of `1e999`; FHIR's decimals say with their digits
 * how exact they are.
 */
import { randomUuid } from "./parts.js";

export interface ExactJson {
  /** As `JSON.parse` gives it: its numbers are those of JavaScript. */
  value: unknown;
  /** As `JSON.stringify`, but a number that is still in the object in which it was read is written as it was. */
  stringify(value: unknown): string;
}

/**
 * @param text JSON that has been read before: what is not JSON throws.
 * @param value What `JSON.parse` gives of it, where that is there already.
 */
export function parseExactly(text: string, value: unknown = JSON.parse(text)): ExactJson {
  // Nobody who writes a message can know it, so none of its strings is mistaken for a number.
  const mark = randomUuid();
  const marked = mayChangeNumbers(text) ? markNumbers(text, mark) : undefined;
  if (marked === undefined) return { value, stringify: (one) => JSON.stringify(one) };
  const root: unknown[] = [JSON.parse(marked)];
  const written = new Map<object, Map<string, string>>();
  readMarks(root, mark, written);
  const marks = new RegExp(`"${mark}([^"]*)"`, "g");
  return {
    value: root[0],
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

/** Puts the numbers where they were marked, and notes how they are written there. */
function readMarks(holder: object, mark: string, written: Map<object, Map<string, string>>): void {
  for (const [key, inner] of Object.entries(holder)) {
    if (typeof inner === "object" && inner !== null) readMarks(inner, mark, written);
    else if (typeof inner === "string" && inner.startsWith(mark)) {
      const digits = inner.slice(mark.length);
      const there = written.get(holder);
      if (there === undefined) written.set(holder, new Map([[key, digits]]));
      else there.set(key, digits);
      put(holder as Record<string, unknown>, key, Number(digits));
    }
  }
}

/** An assignment to this name would change the prototype instead. */
function put(holder: Record<string, unknown>, key: string, value: number): void {
  if (key === "__proto__") Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
  else holder[key] = value;
}

/** Whether JavaScript writes it as it is written here. */
function isKept(digits: string): boolean {
  return String(Number(digits)) === digits;
}

/** Whether there may be a number that JavaScript would write otherwise. Most messages have none, and this tells it soonest. */
function mayChangeNumbers(text: string): boolean {
  for (const [, digits = ""] of text.matchAll(/[[:,\s](-?\d[\d.eE+-]*)(?=[\s,\]}])/g)) if (!isKept(digits)) return true;
  return false;
}

/** The text with a marked string in place of each number that JavaScript would write otherwise; nothing where there is none. */
function markNumbers(text: string, mark: string): string | undefined {
  const parts: string[] = [];
  let kept = 0;
  readTokens(text, (start, end) => {
    const digits = text.slice(start, end);
    if (isKept(digits)) return;
    parts.push(text.slice(kept, start), `"${mark}${digits}"`);
    kept = end;
  });
  return parts.length === 0 ? undefined : parts.join("") + text.slice(kept);
}

/** Whether an object of the text has two members of one name: readers differ in which of them they take. */
export function hasRepeatedNames(text: string, value: unknown): boolean {
  let members = readTokens(text, () => {});
  let left: unknown[] = [value];
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

const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LOWER_E = 0x65;
const UPPER_E = 0x45;

const isDigit = (unit: number) => unit >= ZERO && unit <= NINE;
const isOfNumber = (unit: number) =>
  isDigit(unit) || unit === POINT || unit === MINUS || unit === PLUS || unit === LOWER_E || unit === UPPER_E;

/** Tells where the numbers of a JSON text are, and gives how many names it has. */
function readTokens(text: string, number: (start: number, end: number) => void): number {
  let names = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = closingQuote(text, at);
    else if (unit === COLON) names += 1;
    else if (unit === MINUS || isDigit(unit)) {
      const start = at;
      while (isOfNumber(text.charCodeAt(at + 1))) at += 1;
      number(start, at + 1);
    }
  }
  return names;
}

/**
 * Where the string ends that begins there; the end of the text where it does not. A pattern would cost twice as much with each character.
 */
function closingQuote(text: string, opening: number): number {
  for (let at = opening + 1; ; at += 1) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let before = at;
    while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
}

const INDENT = "  ";
const STRUCTURE = "{}[],:";
const SPACE = " \t\n\r";

function* tokensOf(json: string): Generator<string> {
  for (let at = 0; at < json.length; ) {
    const start = at;
    const character = json[at] ?? "";
    at += 1;
    if (SPACE.includes(character)) continue;
    if (character === '"') {
      at = closingQuote(json, start) + 1;
    } else if (!STRUCTURE.includes(character)) {
      while (at < json.length && !isEnd(json[at] ?? "")) at += 1;
    }
    yield json.slice(start, at);
  }
}

function isEnd(character: string): boolean {
  return character === '"' || STRUCTURE.includes(character) || SPACE.includes(character);
}

/** On as many lines as it has members and items. The text must be JSON. */
export function indented(json: string): string {
  const pieces: string[] = [];
  let depth = 0;
  let opened = false;
  for (const token of tokensOf(json)) {
    const closes = token === "}" || token === "]";
    if (closes) depth -= 1;
    // What is empty has no lines of its own.
    if (opened !== closes) pieces.push(opened || closes ? `\n${INDENT.repeat(depth)}` : "");
    opened = token === "{" || token === "[";
    if (opened) depth += 1;
    if (token === ",") pieces.push(`,\n${INDENT.repeat(depth)}`);
    else pieces.push(token === ":" ? ": " : token);
  }
  return pieces.join("");
}

/** On one line. The text must be JSON. */
export function compact(json: string): string {
  return [...tokensOf(json)].join("");
}
