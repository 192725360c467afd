/** Texts as UTF-8: also those with half a surrogate pair, which have none by the standard. */

const encoder = new TextEncoder();

/** As many bytes the core reads where nothing else is said. */
export const MAX_BYTES = 64 << 20;

/** How much may be read. */
export interface Length {
  maxBytes?: number | undefined;
}

export function isWellFormed(text: string): boolean {
  // Node 20 and current browsers have it; older ones are answered by a search for half a surrogate pair.
  const string = text as string & { isWellFormed?: () => boolean };
  return string.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}

export function encode(text: string): Uint8Array {
  return isWellFormed(text) ? encoder.encode(text) : encodeWtf8(text);
}

/**
 * UTF-8 that keeps half surrogate pairs as three bytes each. TextEncoder would replace them without a word, and the message that is
 * validated would not be the message that was given.
 */
function encodeWtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  let plain = 0;
  const flush = (end: number) => {
    if (end > plain) at += encoder.encodeInto(text.slice(plain, end), bytes.subarray(at)).written;
    plain = end + 1;
  };
  for (let place = 0; place < text.length; place += 1) {
    const unit = text.charCodeAt(place);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(place + 1);
    if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
      place += 1;
      continue;
    }
    flush(place);
    bytes.set([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)], at);
    at += 3;
  }
  flush(text.length);
  return bytes.subarray(0, at);
}

/**
 * What of a text or its bytes the core looks at where it may read so many bytes: enough to see that it is longer. What is too long is then
 * refused without a copy of all of it. A code unit is a byte at least.
 */
export function within<Given extends string | Uint8Array>(given: Given, maxBytes: number): Given;
export function within(given: string | Uint8Array, maxBytes: number): string | Uint8Array {
  if (given.length <= maxBytes) return given;
  if (typeof given !== "string") return given.subarray(0, maxBytes + 1);
  const cut = given.slice(0, maxBytes + 2);
  // A pair of surrogates stays one.
  return (cut.charCodeAt(cut.length - 1) & 0xfc00) === 0xd800 ? cut.slice(0, -1) : cut;
}

/** The pieces as one. */
export function joinedBytes(pieces: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
