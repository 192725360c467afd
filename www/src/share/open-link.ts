/** Opens the message of a link that leads to this page. What unpacks it is loaded only when there is one. */
import { texts } from "../texts.js";
import type { Replacing } from "../write/replacing.js";

export const LINK_MARK = "#message=";

export async function openLink(replacing: Replacing): Promise<void> {
  const { hash } = location;
  if (!hash.startsWith(LINK_MARK)) return;
  // At once, whatever becomes of it: the address bar is what people copy, and what is read over a shoulder.
  history.replaceState(history.state, "", location.pathname + location.search);
  try {
    const { LinkTooBig, MOST_BYTES, unpack } = await import("./link.js");
    try {
      replacing.put(await unpack(hash), texts.share.opened, { isWork: true, always: true });
    } catch (error) {
      const tooBig = error instanceof LinkTooBig;
      replacing.say(tooBig ? texts.share.tooBig(`${MOST_BYTES / 1024 / 1024} MB`) : texts.share.broken);
    }
  } catch {
    replacing.say(texts.share.loadFailed);
  }
}
