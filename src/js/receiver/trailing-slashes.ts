/**
 * The text without the slashes at its end. A loop: the pattern `\/+$` begins again at every slash of a long row of them that does not end the
 * text, and such a text may come in a message.
 */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end -= 1;
  return text.slice(0, end);
}
