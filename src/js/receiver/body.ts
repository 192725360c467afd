import { Refusal } from "./refusal.js";

/** Reads the body, and stops as soon as it is known to be too long: `Content-Length` may be absent or a lie. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLong(maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
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

function tooLong(maxBytes: number): Refusal {
  return new Refusal(413, "too-long", `The body is longer than the ${maxBytes} bytes that this receiver reads.`);
}
