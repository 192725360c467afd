/** In the worker: reads a message into the form, and writes back what was changed there. Everything else of its text stays as it is. */
import { findNodeAtLocation, modify, parseTree } from "jsonc-parser";
import { changesOf, readMessage, withDecimals } from "./composition.js";
import type { Change } from "./element-path.js";
import type { Values } from "./field.js";

export function readForm(text: string): Values | undefined {
  try {
    return readMessage(JSON.parse(text));
  } catch {
    return;
  }
}

/** The text with what is another one in the form now. */
export function changeText(text: string, before: Values, now: Values): string {
  const indent = /\n([ \t]+)/.exec(text)?.[1];
  const formatting = indent === undefined ? {} : { formattingOptions: format(indent, text) };
  const changes = changesOf(JSON.parse(text), before, now, () => crypto.randomUUID());
  const changed = changes.reduce((so, change) => edited(so, change, formatting), text);
  return withDecimals(changed);
}

const format = (indent: string, text: string) => ({
  insertSpaces: !indent.startsWith("\t"),
  tabSize: indent.startsWith("\t") ? 1 : indent.length,
  eol: text.includes("\r\n") ? "\r\n" : "\n",
});

function edited(text: string, { path, value }: Change, options: object): string {
  const edits = value === undefined ? (withoutLast(text, path) ?? modify(text, path, value, options)) : modify(text, path, value, options);
  // From behind, so that the others keep their places.
  return edits
    .sort((a, b) => b.offset - a.offset)
    .reduce((so, { offset, length, content }) => so.slice(0, offset) + content + so.slice(offset + length), text);
}

/** The last of several items goes with the comma before it: the library leaves a part of it where there is no white space. */
function withoutLast(text: string, path: Change["path"]): { offset: number; length: number; content: string }[] | undefined {
  const last = path[path.length - 1];
  const root = typeof last === "number" && last > 0 ? parseTree(text) : undefined;
  const { children = [] } = (root && findNodeAtLocation(root, path.slice(0, -1))) ?? {};
  if (typeof last !== "number" || last !== children.length - 1) return;
  const [before, item] = children.slice(-2);
  if (before === undefined || item === undefined) return;
  const offset = before.offset + before.length;
  return [{ offset, length: item.offset + item.length - offset, content: "" }];
}

/** What lies between what two texts have in common at their beginning and at their end. */
export function difference(before: string, after: string): { start: number; end: number; text: string } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < most - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
