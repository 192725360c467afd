/** JSON text laid out anew. Numbers, names and texts stay as they are written, which reading and writing them would not promise. */

const TOKENS = /"(?:[^"\\]+|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const INDENT = "  ";

/** On as many lines as it has members and items. The text must be JSON. */
export function indented(json: string): string {
  const pieces: string[] = [];
  let depth = 0;
  let opened = false;
  for (const [token] of json.matchAll(TOKENS)) {
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
  return (json.match(TOKENS) ?? []).join("");
}
