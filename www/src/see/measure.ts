/** How wide texts are, before they are drawn. */
const context = document.createElement("canvas").getContext("2d");
const widths = new Map<string, number>();

const FONT = { title: "600 12px", detail: "10.5px", label: "11px", cell: "11px" } as const;
type Kind = keyof typeof FONT;

// Looked up once: it makes the browser work out styles.
const styles = getComputedStyle(document.documentElement);
const FAMILY = { text: styles.getPropertyValue("--font-text"), code: styles.getPropertyValue("--font-code") };

export function widthOf(text: string, kind: Kind): number {
  const key = `${kind} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (context === null) return text.length * 7;
  context.font = `${FONT[kind]} ${kind === "detail" ? FAMILY.code : FAMILY.text}`;
  const width = Math.ceil(context.measureText(text).width);
  // Every key typed may make a new text.
  if (widths.size > 5000) widths.clear();
  widths.set(key, width);
  return width;
}

/** The text, cut where it would get too wide. */
export function fitted(text: string, kind: Kind, most: number): string {
  if (widthOf(text, kind) <= most) return text;
  const characters = Array.from(text);
  while (characters.length > 1 && widthOf(`${characters.join("")}…`, kind) > most) characters.pop();
  return `${characters.join("")}…`;
}
