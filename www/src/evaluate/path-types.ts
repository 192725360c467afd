/** Which types the parts of an expression have, as far as that can be told without evaluating it: what may follow, and which name nothing has. */
import { type Element, type ElementType, elementsOf, isResource } from "./element-types.js";

/** Nothing where it is not known. */
export type Types = ElementType[] | undefined;

/** A name in the expression and what it was asked of. */
export interface Asked {
  name: string;
  start: number;
  of: ElementType[];
  isFirst: boolean;
}

/** The type that a function or an operator is given. */
export interface AskedType {
  name: string;
  start: number;
}

export interface Walked {
  /** Names that no type has to which they are applied. */
  unknown: Asked[];
  types: AskedType[];
  /** Where the first path has a step behind it, outside of brackets. */
  steps: number[];
  /** What is at the end: names of these types may follow, or the name of a type. */
  end: { of: Types; after: "dot" | "start" | "type" | "nothing"; partial: string };
}

interface Token {
  text: string;
  start: number;
  kind: "name" | "value" | "mark";
}

const TOKENS =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(`[^`]*`?|[A-Za-z_]\w*)|('(?:[^'\\]|\\.)*'?|@[\w:.+-]*|%(?:`[^`]*`|'[^']*'|\w+)|\$\w+|\d+(?:\.\d+)?)|([\s\S])/g;
const WORDS = new Set(["and", "or", "xor", "implies", "div", "mod", "in", "contains", "true", "false"]);
const SAME = new Set(["where", "first", "last", "tail", "skip", "take", "single", "distinct", "trace", "exclude", "intersect", "sort"]);
const TYPED = new Set(["ofType", "as", "is"]);

function tokens(expression: string): Token[] {
  const found: Token[] = [];
  for (const { 1: name, 2: value, 3: mark, index: start } of expression.matchAll(TOKENS)) {
    if (name !== undefined) found.push({ text: name.replaceAll("`", ""), start, kind: "name" });
    else if (value !== undefined) found.push({ text: value, start, kind: "value" });
    else if (mark !== undefined) found.push({ text: mark, start, kind: "mark" });
  }
  return found;
}

/**
 * Walks an expression, which may be unfinished.
 * @param root What it is evaluated on. @param inMessage The types of the resources that there are: what `Bundle.entry.resource` may be.
 */
export function walk(expression: string, root: Types, inMessage: string[]): Walked {
  return new Walk(expression, root, inMessage).walked;
}

/** What is inside of a bracket, and what is around it. */
interface Level {
  this: Types;
  /** What stands before the bracket, and the function that it is of. */
  before: Types;
  called?: string;
}

class Walk {
  readonly walked: Walked;
  readonly #levels: Level[];
  readonly #inMessage: string[];
  /** What the path gives so far; it begins anew behind an operator. */
  #now: Types;
  constructor(expression: string, root: Types, inMessage: string[]) {
    this.#inMessage = inMessage;
    this.#levels = [{ this: root, before: undefined }];
    this.#now = root;
    this.walked = { unknown: [], types: [], steps: [], end: { of: root, after: "start", partial: "" } };
    const all = tokens(expression);
    for (const [at, token] of all.entries()) this.#take(token, all[at - 1], all[at + 1], expression.length);
  }

  get #level(): Level {
    return this.#levels[this.#levels.length - 1] as Level;
  }

  #ends(of: Types, after: Walked["end"]["after"], partial = ""): void {
    this.walked.end = { of, after, partial };
  }

  #take({ text, start, kind }: Token, before: Token | undefined, next: Token | undefined, length: number): void {
    const isCall = next?.text === "(" && kind === "name";
    // After a dot a word is a name, whatever it means elsewhere.
    const isWord = kind === "name" && before !== undefined && before.text !== "." && !isCall;
    if (isWord && (text === "is" || text === "as")) this.#ends(undefined, "type");
    else if (isWord && WORDS.has(text)) this.#restart();
    else if (kind === "name") this.#name(text, start, before?.text === ".", isCall, next === undefined && start + text.length === length);
    else if (kind === "mark") this.#mark(text, start, before);
    else {
      this.#now = text === "$this" ? this.#level.this : undefined;
      this.#ends(undefined, "nothing");
    }
  }

  #name(text: string, start: number, isAfterDot: boolean, isCall: boolean, isLast: boolean): void {
    if (this.walked.end.after === "type") {
      this.#typeNamed(text, start, isLast);
      return;
    }
    const of = isAfterDot ? this.#now : this.#level.this;
    if (isCall) this.#now = of;
    else this.#member(text, start, !isAfterDot);
    if (isLast) this.#ends(of, isAfterDot ? "dot" : "start", text);
    else this.#ends(undefined, "nothing");
  }

  #mark(text: string, start: number, before: Token | undefined): void {
    if (text === ".") {
      if (this.#levels.length === 1) this.walked.steps.push(start);
      // Behind the name of a namespace, as in FHIR.Patient, a type follows.
      if (this.walked.end.after !== "type") this.#ends(this.#now, "dot");
    } else if (text === "(" || text === "[") {
      const called = text === "(" && before?.kind === "name" ? before.text : undefined;
      const inner = called === undefined || text === "[" ? this.#level.this : this.#now;
      this.#levels.push({ this: inner, before: this.#now, ...(called === undefined ? {} : { called }) });
      this.#now = inner;
      this.#ends(inner, called !== undefined && TYPED.has(called) ? "type" : "start");
    } else if (text === ")" || text === "]") {
      const closed = this.#levels.length > 1 ? this.#levels.pop() : undefined;
      this.#now = closed === undefined ? undefined : this.#given(closed, text === "]");
      this.#ends(undefined, "nothing");
    } else this.#restart(text === ",");
  }

  #given({ before, called }: Level, isIndex: boolean): Types {
    if (isIndex) return before;
    if (called === undefined) return this.#now;
    if (SAME.has(called)) return before;
    if (called === "select" || called === "repeat") return this.#now;
    if (called === "ofType" || called === "as") {
      const last = this.walked.types.at(-1);
      return last === undefined ? undefined : [{ name: last.name }];
    }
    return called === "resolve" ? this.#inMessage.map((name) => ({ name })) : undefined;
  }

  #restart(isArgument = false): void {
    // What was before does not begin a path that could be shortened.
    if (!isArgument && this.#levels.length === 1) this.walked.steps = [];
    this.#now = this.#level.this;
    this.#ends(this.#level.this, "start");
  }

  #typeNamed(name: string, start: number, isLast: boolean): void {
    if ((name === "FHIR" || name === "System") && !isLast) return;
    this.walked.types.push({ name, start });
    if (isLast) this.#ends(undefined, "type", name);
    else this.#ends(undefined, "nothing");
    if (!TYPED.has(this.#level.called ?? "")) this.#now = [{ name }];
  }

  #member(name: string, start: number, isFirst: boolean): void {
    const of = isFirst ? this.#level.this : this.#now;
    if (isFirst && /^[A-Z]/.test(name)) {
      // A path may begin with the name of the type.
      const isKnown = of === undefined || ["Resource", "DomainResource"].includes(name) || of.some((type) => type.name === name);
      if (!isKnown && of !== undefined) this.walked.unknown.push({ name, start, of, isFirst });
      this.#now = isKnown ? of : undefined;
      return;
    }
    this.#now = this.#elements(of, name, start, isFirst);
  }

  #elements(of: Types, name: string, start: number, isFirst: boolean): Types {
    if (of === undefined || of.length === 0) return;
    const known = of.map((type) => elementsOf(type));
    const found = known.flatMap((elements) => elements?.get(name) ?? []);
    if (found.length === 0) {
      if (known.every((elements) => elements !== undefined)) this.walked.unknown.push({ name, start, of, isFirst });
      return;
    }
    const types = found.flatMap((element: Element) => element.types);
    return types.some((type) => type.name === "Resource") ? this.#resources(types) : unique(types);
  }

  #resources(types: ElementType[]): ElementType[] {
    const others = types.filter((type) => type.name !== "Resource");
    return [...others, ...this.#inMessage.filter(isResource).map((name) => ({ name }))];
  }
}

function unique(types: ElementType[]): ElementType[] {
  const seen = new Set<string>();
  return types.filter(({ name, within = "" }) => !seen.has(`${name} ${within}`) && seen.add(`${name} ${within}`));
}
