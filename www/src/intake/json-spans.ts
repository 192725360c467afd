/** Where the values of a JSON text are, so that they can be taken out as they are written: their numbers keep every digit. */

/** A value in an object or an array. */
export interface Inner {
  /** In an object. */
  name?: string;
  start: number;
  end: number;
}

const BLANKS = /[\s,:]*/y;
const SCALAR = /[^\s,\]}]+/y;

/** Where a value ends that begins here. It looks at strings and brackets only: what is between these may be wrong. */
export function endOfValue(text: string, start: number): number | undefined {
  if (text[start] === '"') return endOfString(text, start);
  if (text[start] !== "{" && text[start] !== "[") return after(SCALAR, text, start) || undefined;
  const marks = /["{}[\]]/g;
  let depth = 0;
  for (let at = start; ; ) {
    marks.lastIndex = at;
    const mark = marks.exec(text);
    if (mark === null) return undefined;
    if (mark[0] === '"') {
      const end = endOfString(text, mark.index);
      if (end === undefined) return undefined;
      at = end;
      continue;
    }
    depth += mark[0] === "{" || mark[0] === "[" ? 1 : -1;
    at = mark.index + 1;
    if (depth === 0) return at;
  }
}

/** The values in the object or array that begins here, as far as they can be told apart. */
export function innerOf(text: string, start: number): Inner[] {
  const found: Inner[] = [];
  const isObject = text[start] === "{";
  for (let at = start + 1; ; ) {
    at = after(BLANKS, text, at);
    const nameEnd = isObject ? endOfString(text, at) : at;
    if (nameEnd === undefined || at >= text.length || text[at] === "]" || text[at] === "}") return found;
    const begin = isObject ? after(BLANKS, text, nameEnd) : at;
    const end = endOfValue(text, begin);
    if (end === undefined) return found;
    found.push({ ...(isObject && { name: text.slice(at + 1, nameEnd - 1) }), start: begin, end });
    at = end;
  }
}

function endOfString(text: string, start: number): number | undefined {
  if (text[start] !== '"') return undefined;
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return undefined;
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : 0;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
