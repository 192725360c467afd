/** The operation itself: read the message, judge it, and have it processed, once. */
import type { ReceiverSettings } from "../receiver.js";
import { type Judged, judged, NO_ANSWER, process, withHandler } from "./answering.js";
import { readContent } from "./content.js";
import { Refusal } from "./refusal.js";
import { reliably } from "./reliable.js";
import type { Sending } from "./store.js";

/**
 * Gives the body of the answer: that of an earlier time, when the message has been processed before. There is none when the message was
 * accepted, and its answer goes out later; or never, because it is an answer itself.
 */
export async function processMessage(
  request: Request,
  base: string,
  sender: string,
  settings: ReceiverSettings,
): Promise<string | undefined> {
  const content = await readContent(request, settings.maxBytes);
  const message = await judged(content, settings);
  const { route } = message;
  const sending = { sender, messageId: route.messageId ?? "", bundleId: route.bundleId ?? "" };
  if (route.kind === "response") return takeAnswer(message, sending, settings);
  const later = settings.asynchronous;
  if (content.asynchronous && later === undefined) {
    throw new Refusal(400, "not-supported", "Asynchronous processing is not supported: send the message without async.");
  }
  const ready = withHandler(message, settings);
  if (content.asynchronous && later !== undefined) {
    await later.accept(ready, sending, { base, responseUrl: content.responseUrl });
    return undefined;
  }
  return reliably(settings.memory, sending, route.category, clock(settings), () => process(ready, base, settings));
}

/**
 * Hands an answer over, once; it gets none itself. What `onAnswer` throws is answered with 500, so that it comes again.
 *
 * Source: R4, OperationDefinition MessageHeader-process-message: "it may be a response message to accept", and "there is no response message
 * for the response messages".
 */
async function takeAnswer({ bundle, text, route }: Judged, sending: Sending, settings: ReceiverSettings): Promise<undefined> {
  // Whoever sends the same answer with another Bundle.id does no harm by that.
  await reliably(settings.memory, sending, "notification", clock(settings), async () => {
    await settings.onAnswer({ bundle, text, route, now: settings.now() });
    return { body: NO_ANSWER, final: true, failed: () => NO_ANSWER };
  });
}

function clock({ now }: ReceiverSettings): () => number {
  return () => now().getTime();
}
