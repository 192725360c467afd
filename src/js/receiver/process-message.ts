/** The operation itself: read the message, judge it, and have it processed, once. */
import type { ReceiverSettings } from "../receiver.js";
import { accept, lateAnswer, type Processed, process } from "./answering.js";
import { readContent } from "./content.js";
import { Refusal } from "./refusal.js";
import { reliably } from "./reliable.js";

/**
 * Gives the body of the answer: that of an earlier time, when the message has been processed before. There is none when the message was
 * accepted, and its answer goes out later.
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
  try {
    const { input, bundle, asynchronous, responseUrl } = await readContent(request, settings.maxBytes, hold);
    const later = settings.asynchronous;
    if (asynchronous && later === undefined) {
      throw new Refusal(400, "not-supported", "Asynchronous processing is not supported: send the message without async.");
    }
    const message = await accept(input, bundle, settings);
    const sending = { sender, messageId: message.route.messageId ?? "", bundleId: message.route.bundleId ?? "" };
    if (asynchronous && later !== undefined) {
      isHandedOver = await later.accept(message, sending, { base, responseUrl }, hold);
      return undefined;
    }
    const now = () => settings.now().getTime();
    const begin = () => {
      underWay = process(message, base, settings);
      return underWay;
    };
    const late = { answer: () => lateAnswer(message, base, settings), tell: settings.tell };
    return await reliably(settings.memory, sending, message.route.category, now, begin, late);
  } finally {
    const release = () => isHandedOver || hold.release();
    if (underWay === undefined) release();
    else underWay.then(release, release);
  }
}
