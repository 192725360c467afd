/** The operation itself: read the message, judge it, and have it processed, once. */
import type { ReceiverSettings } from "../receiver.js";
import { type Judged, judged, lateAnswer, NO_ANSWER, type Processed, process, unlessRefused, withHandler } from "./answering.js";
import { readContent } from "./content.js";
import { Unavailable } from "./limit.js";
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
  const hold = settings.room.hold();
  // What is under way when the sender has its answer is held until it has come to its end.
  let underWay: Promise<Processed> | undefined;
  let isHandedOver = false;
  const begin = (work: Promise<Processed>) => {
    underWay = work;
    return work;
  };
  try {
    const content = await readContent(request, settings.maxBytes, hold);
    const message = await judged(content, settings);
    const { route } = message;
    const sending = { sender, messageId: route.messageId ?? "", bundleId: route.bundleId ?? "" };
    if (route.kind === "response") {
      await takeAnswer(message, sending, settings, begin);
      return undefined;
    }
    const later = settings.asynchronous;
    if (content.asynchronous && later === undefined) {
      throw new Refusal(400, "not-supported", "Asynchronous processing is not supported: send the message without async.");
    }
    const ready = withHandler(message, settings);
    if (content.asynchronous && later !== undefined) {
      isHandedOver = await later.accept(ready, sending, { base, responseUrl: content.responseUrl }, hold);
      return undefined;
    }
    const late = { answer: () => unlessRefused(lateAnswer(ready, base, settings, false), false), tell: settings.tell };
    const work = () => begin(process(ready, base, settings, false)).then(unlessTransient);
    return unlessRefused(await reliably(settings.memory, sending, route.category, clock(settings), work, late));
  } finally {
    const release = () => isHandedOver || hold.release();
    if (underWay === undefined) release();
    else underWay.then(release, release);
  }
}

/** What was not processed is not kept: HTTP says so at once, where no message is wanted that would. */
function unlessTransient(processed: Processed): Processed {
  if (!processed.final) unlessRefused(processed.body, false);
  return { ...processed, failed: (error) => unlessRefused(processed.failed(error), false) };
}

/**
 * Hands an answer over, once; it gets none itself. What `onAnswer` throws is answered with 500, so that it comes again, and with 503 where it
 * takes too long: when it has come to its end, the copy that comes then is known.
 *
 * Source: R4, OperationDefinition MessageHeader-process-message: "it may be a response message to accept", and "there is no response message
 * for the response messages".
 */
async function takeAnswer(
  { bundle, text, route }: Judged,
  sending: Sending,
  settings: ReceiverSettings,
  begin: (work: Promise<Processed>) => Promise<Processed>,
): Promise<void> {
  const handOver = async () => {
    await settings.onAnswer({ bundle, text, route, now: settings.now() });
    return { body: NO_ANSWER, final: true, failed: () => NO_ANSWER };
  };
  const answer = () => {
    throw new Unavailable("The receiver is still processing the answer: send it again later.");
  };
  // Whoever sends the same answer with another Bundle.id does no harm by that.
  await reliably(settings.memory, sending, "notification", clock(settings), () => begin(handOver()), { answer, tell: settings.tell });
}

function clock({ now }: ReceiverSettings): () => number {
  return () => now().getTime();
}
