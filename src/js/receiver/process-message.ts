/** The operation itself: read the message, judge it, and have it processed, once. */
import type { ReceiverSettings } from "../receiver.js";
import { type Judged, judged, lateAnswer, NO_ANSWER, type Processed, process, withHandler } from "./answering.js";
import { readContent } from "./content.js";
import { Unavailable } from "./limit.js";
import { Refusal } from "./refusal.js";
import { type Late, reliably } from "./reliable.js";
import type { Hold } from "./room.js";
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
  const work = new Work(hold);
  try {
    const content = await readContent(request, settings.maxBytes, hold);
    const message = await judged(content, settings);
    const { route } = message;
    const sending = { sender, messageId: route.messageId ?? "", bundleId: route.bundleId ?? "" };
    if (route.kind === "response") return await takeAnswer(message, sending, settings, work);
    const later = settings.asynchronous;
    if (content.asynchronous && later === undefined) {
      throw new Refusal(400, "not-supported", "Asynchronous processing is not supported: send the message without async.");
    }
    const ready = withHandler(message, settings);
    if (content.asynchronous && later !== undefined) {
      work.isHandedOver = await later.accept(ready, sending, { base, responseUrl: content.responseUrl }, hold);
      return undefined;
    }
    const begin = () => work.begin(process(ready, base, settings));
    const late = { answer: () => lateAnswer(ready, base, settings), tell: settings.tell };
    return await reliably(settings.memory, sending, route.category, clock(settings), begin, late);
  } finally {
    work.leave();
  }
}

/** What holds room for a message: also when its sender has its answer, as long as it is under way. */
class Work {
  /** Another holds it. */
  isHandedOver = false;
  readonly #hold: Hold;
  #underWay: Promise<Processed> | undefined;

  constructor(hold: Hold) {
    this.#hold = hold;
  }

  begin(work: Promise<Processed>): Promise<Processed> {
    this.#underWay = work;
    return work;
  }

  leave(): void {
    const release = () => {
      if (!this.isHandedOver) this.#hold.release();
    };
    if (this.#underWay === undefined) release();
    else this.#underWay.then(release, release);
  }
}

/**
 * Hands an answer over, once; it gets none itself. What `onAnswer` throws is answered with 500, so that it comes again.
 *
 * Source: R4, OperationDefinition MessageHeader-process-message: "it may be a response message to accept", and "there is no response message
 * for the response messages".
 */
async function takeAnswer({ bundle, text, route }: Judged, sending: Sending, settings: ReceiverSettings, work: Work): Promise<undefined> {
  const hand = async (): Promise<Processed> => {
    await settings.onAnswer({ bundle, text, route, now: settings.now() });
    return { body: NO_ANSWER, final: true, failed: () => NO_ANSWER };
  };
  const late: Late = {
    answer() {
      throw new Unavailable("The receiver is still processing the message: send it again later.");
    },
    tell: settings.tell,
  };
  // Whoever sends the same answer with another Bundle.id does no harm by that.
  await reliably(settings.memory, sending, "notification", clock(settings), () => work.begin(hand()), late);
}

function clock({ now }: ReceiverSettings): () => number {
  return () => now().getTime();
}
