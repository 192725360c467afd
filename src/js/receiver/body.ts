import { Refusal } from "./refusal.js";
import { full, type Hold } from "./room.js";

/** The program around the receiver has made a mistake, not the sender. */
export class HostError extends Error {
  override readonly name = "HostError";
}

/** What is wrong then. */
export const READ_BEFORE =
  "The body of a request was read before the receiver could read it, by a parser of bodies perhaps. Let the receiver come before that, or " +
  "let it leave the body as bytes (express.raw): an object has lost the digits of its numbers.";

/** So much room a body of unknown length gets at first. Twice as much follows, each time that it is full. */
const FIRST = 16 * 1024;

/**
 * Reads the body, and stops as soon as it is known to be too long: `Content-Length` may be absent or a lie. However small the pieces are in
 * which it comes, they take no more memory than their bytes.
 */
export async function readBody(request: Request, maxBytes: number, hold: Hold): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? 0) || 0;
  if (declared > maxBytes) throw tooLong(maxBytes);
  // Nothing would come of it any more, and the sender would be told that its message is empty.
  if (request.bodyUsed || request.body?.locked) throw new HostError(READ_BEFORE);
  const reader = request.body?.getReader();
  let gaveWay = false;
  hold.coming(() => {
    gaveWay = true;
    reader?.cancel().catch(() => {});
  });
  try {
    let body = new Uint8Array(0);
    let length = 0;
    const next = () => reader?.read().catch(cut);
    for (let read = await next(); read?.value !== undefined; read = await next()) {
      const { value } = read;
      if (length + value.byteLength > maxBytes) throw tooLong(maxBytes);
      if (length + value.byteLength > body.byteLength) {
        const atLeast = length + value.byteLength;
        const size = Math.max(atLeast, Math.min(Math.max(FIRST, 2 * body.byteLength), declared > atLeast ? declared : maxBytes));
        hold.grow(size - body.byteLength);
        const longer = new Uint8Array(size);
        longer.set(body.subarray(0, length));
        body = longer;
      }
      body.set(value, length);
      length += value.byteLength;
    }
    if (gaveWay) throw full();
    return body.subarray(0, length);
  } catch (error) {
    // What is left of it is read and dropped.
    reader?.cancel().catch(() => {});
    throw error;
  } finally {
    hold.coming(undefined);
  }
}

/** The connection broke. Whether the sender still hears this or not: it may send the message again. */
function cut(error: unknown): never {
  // What the program around the receiver has done is no fault of the sender.
  if (error instanceof HostError) throw error;
  throw new Refusal(408, "timeout", "The body ended before all of it had come.");
}

function tooLong(maxBytes: number): Refusal {
  return new Refusal(413, "too-long", `The body is longer than the ${maxBytes} bytes that this receiver reads.`);
}
