/** Opens the message of a link that leads to this page. What unpacks it is loaded only when there is one. */
import { texts } from "../texts.js";
import type { Replacing } from "../write/replacing.js";

export const LINK_MARK = "#message=";

/** The fragment of such a link, if the page was opened by one. It is taken out of the address bar at once: that is what people copy. */
export function takeLink(): string | undefined {
  const { hash } = location;
  if (!hash.startsWith(LINK_MARK)) return undefined;
  history.replaceState(history.state, "", location.pathname + location.search);
  return hash;
}

export async function openLink(fragment: string | undefined, replacing: Replacing): Promise<void> {
  if (fragment === undefined) return;
  try {
    const { LinkTooBig, MOST_BYTES, unpack } = await import("./link.js");
    try {
      replacing.put(await unpack(fragment), texts.share.opened, { isWork: true, always: true });
    } catch (error) {
      const tooBig = error instanceof LinkTooBig;
      replacing.say(tooBig ? texts.share.tooBig(`${MOST_BYTES / 1024 / 1024} MB`) : texts.share.broken);
    }
  } catch {
    replacing.say(texts.share.loadFailed);
  }
}
