/** A message in the fragment of an address: deflated, in base64 as URLs have it. The fragment never goes to a server. */

/** A few kilobytes can stand for gigabytes of zeros: what comes with a link is not read any further than this. */
export const MOST_BYTES = 32 * 1024 * 1024;

/** Above this, mail and chat programs begin to cut links. */
export const LONG = 8_000;

/** What Chromium opens at most, with a little room for the rest of the address; others open less. */
export const TOO_LONG = 2_000_000;

export class LinkTooBig extends Error {}

/** What is in an address behind the mark of a link. */
export async function pack(text: string): Promise<string> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return base64url(new Uint8Array(await new Response(packed).arrayBuffer()));
}

/**
 * The message of a link.
 * @throws {LinkTooBig} where it is larger than anyone would send so; another error where it cannot be read.
 */
export async function unpack(packed: string, most = MOST_BYTES): Promise<string> {
  const reader = sips(bytes(packed)).pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > most) {
      await reader.cancel();
      throw new LinkTooBig();
    }
    text += decoder.decode(part.value, { stream: true });
  }
  text += decoder.decode();
  if (text.trim() === "") throw new Error("empty");
  return text;
}

/** A browser unpacks all of a chunk before anyone can say that it is enough, and a byte may stand for a thousand. */
const SIP = 4096;

function sips(data: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= data.length) return controller.close();
      controller.enqueue(data.subarray(at, at + SIP));
      at += SIP;
    },
  });
}

function base64url(data: Uint8Array): string {
  const pieces: string[] = [];
  // More arguments at once than a call takes.
  const step = 0x8000;
  for (let at = 0; at < data.length; at += step) pieces.push(String.fromCharCode(...data.subarray(at, at + step)));
  return btoa(pieces.join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]+$/.test(text)) throw new Error("not base64url");
  const characters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const data = new Uint8Array(characters.length);
  for (let at = 0; at < data.length; at++) data[at] = characters.charCodeAt(at);
  return data;
}
