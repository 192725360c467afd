/**
 * What is written where people read it. File names, and what a message or a receiver says, come from outside: a terminal obeys some of their
 * characters, and others turn the order of what stands there, so that it reads as something else. They are written as escapes.
 */
const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The same of a text on several lines. */
const OBEYED_BUT_LINE_ENDS = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The text on one line, with nothing in it that a terminal would obey. What JSON says stays the same. */
export function printable(text: string): string {
  return text.replace(OBEYED, escaped);
}

/** One object on one line. */
export function jsonLine(value: object): string {
  return `${printable(JSON.stringify(value))}\n`;
}

/** Says something beside the output. */
export function tell(text: string): void {
  process.stderr.write(`fhirpost: ${printable(text)}\n`);
}

/** The text of a message, as it is; only where a terminal would show it, with escapes, which mean the same in JSON. */
export function shownOn(stream: { isTTY?: boolean }, text: string): string {
  return stream.isTTY ? text.replace(OBEYED_BUT_LINE_ENDS, escaped) : text;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
