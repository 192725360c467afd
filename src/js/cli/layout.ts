/** JSON text laid out anew. Numbers, names and texts stay as they are written, which reading and writing them would not promise. */

const INDENT = "  ";
const QUOTE = '"';
const STRUCTURE = "{}[],:";
const SPACE = " \t\n\r";

/** The tokens. By hand: what a pattern for texts costs on one that does not end doubles with each of its characters. */
function* tokensOf(json: string): Generator<string> {
  for (let at = 0; at < json.length; ) {
    const start = at;
    const character = json[at] ?? "";
    at += 1;
    if (SPACE.includes(character)) continue;
    if (character === QUOTE) {
      at = endOfText(json, at);
    } else if (!STRUCTURE.includes(character)) {
      while (at < json.length && !isEnd(json[at] ?? "")) at += 1;
    }
    yield json.slice(start, at);
  }
}

function isEnd(character: string): boolean {
  return character === QUOTE || STRUCTURE.includes(character) || SPACE.includes(character);
}

/** Behind the quote that ends a text; a backslash takes the next character's meaning away. */
function endOfText(json: string, start: number): number {
  for (let at = start; at < json.length; at += 1) {
    if (json[at] === "\\") at += 1;
    else if (json[at] === QUOTE) return at + 1;
  }
  return json.length;
}

/** On as many lines as it has members and items. The text must be JSON. */
export function indented(json: string): string {
  const pieces: string[] = [];
  let depth = 0;
  let opened = false;
  for (const token of tokensOf(json)) {
    const closes = token === "}" || token === "]";
    if (closes) depth -= 1;
    // Nothing stands on lines of its own in what is empty.
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
