import { HostError } from "./body.js";
import type { NodeRequest } from "./node-listener.js";

const TAKEN =
  "The body of a request was read before the receiver could read it, by a parser of bodies perhaps. Let the receiver come before that, or " +
  "let it leave the body as bytes (express.raw): an object has lost the digits of its numbers.";

/** The body: what comes in or, where somebody has read that before, what is left of it as text or bytes. */
export function requestBody(incoming: NodeRequest): BodyInit {
  if (!incoming.readableEnded && incoming.readableDidRead !== true && incoming.destroyed !== true) return bodyOf(incoming);
  for (const kept of [incoming.rawBody, incoming.body]) {
    if (typeof kept === "string" || kept instanceof Uint8Array) return kept as BodyInit;
  }
  return new ReadableStream({ pull: (controller) => controller.error(new HostError(TAKEN)) });
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
