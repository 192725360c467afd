import { HostError, READ_BEFORE } from "./body.js";
import { limitOf } from "./limit.js";
import type { NodeRequest } from "./node-listener.js";

/** The body: what comes in or, where somebody has read that before, what is left of it as text or bytes. */
export function requestBody(incoming: NodeRequest): BodyInit {
  if (!incoming.readableEnded && incoming.readableDidRead !== true && incoming.destroyed !== true) return bodyOf(incoming);
  for (const kept of [incoming.rawBody, incoming.body]) {
    if (typeof kept === "string" || kept instanceof Uint8Array) return kept as BodyInit;
  }
  return new ReadableStream({ pull: (controller) => controller.error(new HostError(READ_BEFORE)) });
}

/**
 * Not `Readable.toWeb`: its cancel destroys the socket, and a sender whose message is too long would see a broken connection instead
 * of the answer that says so. Here the rest is read and dropped.
 */
function bodyOf(incoming: NodeRequest): ReadableStream<Uint8Array> {
  let cancelled = false;
  return new ReadableStream({
    start(controller) {
      incoming.on("data", (chunk) => {
        if (cancelled) return;
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
      });
      incoming.on("end", () => cancelled || controller.close());
      incoming.on("error", (error) => cancelled || controller.error(error));
      // A sender that hangs up in the middle of a body sends no "end".
      incoming.on("close", () => incoming.complete || cancelled || controller.error(new Error("the request was cut")));
    },
    pull: () => void incoming.resume(),
    cancel() {
      cancelled = true;
      incoming.resume();
    },
  });
}

/** So long a sender may go on with a request that has its answer, in milliseconds. */
const PATIENCE = 5000;

/**
 * Reads and drops what is still to come of a request that was answered before its end. Where the connection is closed in the middle of it, many
 * senders learn only that it broke, and never see the answer.
 */
export async function restOf(request: Request, incoming: NodeRequest): Promise<void> {
  // Whoever has read of it has cancelled that.
  if (request.body?.locked === false) request.body.cancel().catch(() => {});
  const limit = limitOf(PATIENCE, false);
  await new Promise<void>((resolve) => {
    limit.signal.addEventListener("abort", () => resolve());
    incoming.on("end", resolve);
    incoming.on("close", resolve);
    if (incoming.complete || incoming.destroyed === true) resolve();
    incoming.resume();
  });
  limit.stop();
}
