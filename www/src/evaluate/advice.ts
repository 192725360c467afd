/** In the worker: why an expression gives nothing, and what may be written at a place of it. */
import { nearest, validator } from "../fhirpost.js";
import { allTypes, elementsOf, isResource } from "./element-types.js";
import { functions } from "./functions.js";
import { type Asked, type Types, type Walked, walk } from "./path-types.js";

/** Why there is no result, as data: the page has the words. `instead` is the expression that was perhaps meant. */
export type Reason = (
  | { kind: "root"; written: string; root: string }
  | { kind: "element"; written: string; of: string[]; meant?: string }
  | { kind: "choice"; written: string; meant: string }
  | { kind: "type"; written: string; meant?: string }
  | { kind: "absent"; written: string; there: string[] }
  | { kind: "step"; before: string; count: number; step: string }
) & { instead?: string };

export interface Proposal {
  label: string;
  detail: string;
  /** What is put in, and where the cursor is then. */
  text: string;
  cursor: number;
}

export interface Proposals {
  start: number;
  items: Proposal[];
}

const MOST = 200;

/** The type of a text, and those of the resources in it: what is in strings may only add to them. */
function typesIn(text: string): { root: Types; inMessage: string[] } {
  const first = /^\s*\{\s*"resourceType"\s*:\s*"([A-Za-z]+)"/.exec(text)?.[1] ?? rootOf(text);
  const found = [...text.matchAll(/"resourceType"\s*:\s*"([A-Za-z]+)"/g)].map(([, name]) => name as string);
  // The resource itself is none of those in it.
  found.splice(Math.max(0, found.indexOf(first ?? "")), 1);
  return { root: first === undefined ? undefined : [{ name: first }], inMessage: [...new Set(found)].filter(isResource) };
}

function rootOf(text: string): string | undefined {
  try {
    return validator.evaluate(text, "$this.type().name")[0]?.text;
  } catch {
    return undefined;
  }
}

const put = (expression: string, start: number, length: number, text: string) =>
  expression.slice(0, start) + text + expression.slice(start + length);

/** Why an expression has no result, or no meaning; nothing where that cannot be told. */
export function explain(text: string, expression: string): Reason | undefined {
  const { root, inMessage } = typesIn(text);
  const walked = walk(expression, root, inMessage);
  const misspelt = walked.types.find(({ name }) => !allTypes().includes(name));
  if (misspelt !== undefined) {
    const meant = nearest(misspelt.name, allTypes());
    const { name, start } = misspelt;
    return { kind: "type", written: name, ...(meant && { meant, instead: put(expression, start, name.length, meant) }) };
  }
  const [unknown] = walked.unknown;
  if (unknown !== undefined) return ofUnknown(expression, unknown, inMessage);
  const absent = walked.types.find(({ name }) => isResource(name) && !inMessage.includes(name));
  if (absent !== undefined) return { kind: "absent", written: absent.name, there: inMessage };
  return lastStep(text, expression, walked);
}

function ofUnknown(expression: string, { name, start, of, isFirst }: Asked, inMessage: string[]): Reason {
  const replaced = (by: string) => put(expression, start, name.length, by);
  const root = of[0]?.name ?? "";
  if (isFirst && /^[A-Z]/.test(name)) {
    const known = allTypes();
    const meant = known.includes(name) ? name : nearest(name, known);
    if (meant === undefined || !isResource(meant)) return { kind: "root", written: name, root };
    if (meant === root) return { kind: "type", written: name, meant, instead: replaced(meant) };
    if (root !== "Bundle" || !inMessage.includes(meant)) return { kind: "root", written: name, root };
    return { kind: "root", written: name, root, instead: replaced(`Bundle.entry.resource.ofType(${meant})`) };
  }
  const known = of.flatMap((type) => [...(elementsOf(type) ?? [])]);
  for (const [choice, { written, types }] of known) {
    const at = written.indexOf(name);
    if (at >= 0) return { kind: "choice", written: name, meant: choice, instead: replaced(`${choice}.ofType(${types[at]?.name})`) };
  }
  const meant = nearest(
    name,
    known.map(([one]) => one),
  );
  const types = [...new Set(of.map((type) => type.name))];
  return { kind: "element", written: name, of: types, ...(meant && { meant, instead: replaced(meant) }) };
}

/** The longest beginning that gives something. */
function lastStep(text: string, expression: string, { steps }: Walked): Reason | undefined {
  let end = expression.length;
  for (const at of [...steps].reverse()) {
    const before = expression.slice(0, at).trim();
    try {
      const count = Number(validator.evaluate(text, `(${before}\n).count()`)[0]?.value);
      if (count > 0) return { kind: "step", before, count, step: expression.slice(at + 1, end).trim() };
    } catch {
      return;
    }
    end = at;
  }
  return;
}

/** What may be written where the cursor is. */
export function propose(text: string, expression: string, cursor: number): Proposals {
  const typed = expression.slice(0, cursor);
  const { root, inMessage } = typesIn(text);
  const { of, after, partial } = walk(typed, root, inMessage).end;
  const items: Proposal[] = [];
  if (after === "type") {
    const there = new Set(inMessage);
    const types = allTypes().sort((a, b) => Number(there.has(b)) - Number(there.has(a)));
    for (const name of types) items.push({ label: name, detail: "", text: name, cursor: name.length });
  } else if (after !== "nothing") {
    const names = new Map<string, Set<string>>();
    if (after === "start") for (const { name } of of ?? []) names.set(name, new Set([""]));
    for (const type of of ?? []) {
      for (const [name, { types }] of elementsOf(type) ?? []) {
        const known = names.get(name) ?? new Set();
        for (const one of types) known.add(one.name);
        names.set(name, known);
      }
    }
    for (const [name, types] of names) items.push({ label: name, detail: [...types].join(" | "), text: name, cursor: name.length });
    if (after === "dot") for (const one of functions) items.push(ofFunction(one.name, one.arguments));
  }
  const wanted = partial.toLowerCase();
  const rank = ({ label }: Proposal) => (label.toLowerCase().startsWith(wanted) ? 0 : 1);
  const meant = items.filter(({ label }) => label.toLowerCase().includes(wanted) && label !== partial);
  return { start: cursor - partial.length, items: meant.sort((a, b) => rank(a) - rank(b)).slice(0, MOST) };
}

function ofFunction(name: string, given: string): Proposal {
  const text = `${name}()`;
  return { label: name, detail: `(${given})`, text, cursor: given === "" ? text.length : text.length - 1 };
}
