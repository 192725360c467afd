import { Refusal } from "./refusal.js";

/** The program around the receiver has made a mistake, not the sender. */
export class HostError extends Error {
  override readonly name = "HostError";
}

/** Reads the body, and stops as soon as it is known to be too long: `Content-Length` may be absent or a lie. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLong(maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  const next = () => reader?.read().catch(cut);
  for (let read = await next(); read?.value !== undefined; read = await next()) {
    length += read.value.byteLength;
    if (length > maxBytes) {
      await reader?.cancel();
      throw tooLong(maxBytes);
    }
    chunks.push(read.value);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
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
