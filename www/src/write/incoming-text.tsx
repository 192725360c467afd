/**
 * What comes from elsewhere (an example, a file, the form, a link) takes the place of the text in the editor here, and nowhere else: so
 * that text which someone typed is always one undo away, and the page says so.
 */
import { Button } from "../elements.js";
import { Notice } from "../notices.js";
import type { OpenText } from "../open-text.js";
import { current, currentText, whenChanged } from "../store.js";
import { texts } from "../texts.js";

/** What is said above the editor, until the text changes or someone closes it. */
export const writeNotice = new Notice();

let isReplacing = false;

whenChanged(currentText, (text) => {
  const { arrival } = current.peek();
  if (text === arrival.replaced) arrival.replaced = undefined;
  if (!isReplacing && text !== arrival.text) writeNotice.clear();
});
// What was said is about the text that was shown.
whenChanged(current, () => writeNotice.clear());

/** Whether this text is a person's work that can be had nowhere else: an example or a file that nobody changed can. */
export function isWork({ text, arrival }: OpenText): boolean {
  return text.peek().trim() !== "" && (arrival.isWork === true || text.peek() !== arrival.text);
}

/** Whether closing it would lose work that can be brought back now. */
export const holdsReplaced = ({ arrival, canUndo }: OpenText): boolean => arrival.replaced !== undefined && canUndo.peek();

interface Incoming {
  /** Says so in any case, not only where it replaced someone's work. */
  always?: boolean;
  isWork?: boolean;
  file?: string;
}

/**
 * Puts a text in place.
 * @param said What the page says of it when it replaced someone's work.
 */
export function put(text: string, said: string, { always = false, isWork: isTheirs = false, file }: Incoming = {}): void {
  const target = current.peek();
  const before = target.text.peek();
  const replacesWork = isWork(target);
  isReplacing = true;
  try {
    if (before !== text) target.replace(text);
  } finally {
    isReplacing = false;
  }
  target.file.value = file;
  // As the editor has it: it writes every end of a line in its own way.
  const arrived = target.text.peek();
  Object.assign(target.arrival, { text: arrived, isWork: isTheirs });
  if (replacesWork && before !== arrived) {
    target.arrival.replaced = before;
    writeNotice.say(`${said} ${texts.write.replaced}`, <Button label={texts.write.bringBack} class="quiet" press={() => target.undo()} />);
  } else writeNotice.say(always ? said : "");
  target.focus();
}

/** What begins the fragment of such a link. */
export const LINK_MARK = "#message=";

/** The message of such a link, still packed, if the page was opened by one. It is taken out of the address bar at once: that is what people copy. */
export function takeLink(): string | undefined {
  const { hash } = location;
  if (!hash.startsWith(LINK_MARK)) return undefined;
  history.replaceState(history.state, "", location.pathname + location.search);
  return hash.slice(LINK_MARK.length);
}

/** Opens the message of a link. What unpacks it is loaded only when there is one. */
export async function openLink(packed: string | undefined): Promise<void> {
  if (packed === undefined) return;
  try {
    const { LinkTooBig, MOST_BYTES, unpack } = await import("../share/link.js");
    try {
      put(await unpack(packed), texts.share.opened, { isWork: true, always: true });
    } catch (error) {
      const tooBig = error instanceof LinkTooBig;
      writeNotice.say(tooBig ? texts.share.tooBig(`${MOST_BYTES / 1024 / 1024} MB`) : texts.share.broken);
    }
  } catch {
    writeNotice.say(texts.share.loadFailed);
  }
}
