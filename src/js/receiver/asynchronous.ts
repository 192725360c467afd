/**
 * Messages that are answered later: a message is kept, acknowledged with 202, processed, and its answer is posted to the sender's endpoint
 * or to `response-url`. What is left to do outlives the process with the store.
 *
 * Source: R4 page messaging, "Asynchronous Messaging"; OperationDefinition MessageHeader-process-message.
 */
import type { ReceiverSettings } from "../receiver.js";
import { answerAddress } from "./answer-address.js";
import { judged, type Message, NO_ANSWER, process, withHandler } from "./answering.js";
import { type Delivering, deliver, wait } from "./delivery.js";
import { NETSMART, type ReceivedMessage } from "./handlers.js";
import { Refusal } from "./refusal.js";
import { knownSending, turnsOf, unlessCommitFails } from "./reliable.js";
import { type AsynchronousStore, type OwedAnswer, type Sending, UNTIL_PROCESSED } from "./store.js";
import { isAllowed, type Targets } from "./targets.js";

export interface AsynchronousOptions {
  /**
   * Where answers may be sent: what their addresses begin with (`https://clinic.example.org/fhir/`), or a function that decides. Both the
   * endpoint and the `response-url` of a message are what its sender writes, so without a limit anybody could make this receiver post
   * to the inside of your network. Redirections are not followed.
   */
  targets: Targets;
  /** How answers are posted (default: the global `fetch`). The place to add the credentials that a target asks for. */
  fetch?: (request: Request) => Promise<Response>;
  /** How long to wait before something that failed is tried again, in milliseconds (default: from 1 second, doubled up to 5 minutes). */
  delay?: (attempt: number) => number;
}

/** So many messages are processed at once; the others wait. */
const AT_ONCE = 16;

const SECOND = 1000;
const LONGEST_DELAY = 300 * SECOND;

export class Asynchronous {
  readonly #options: Required<AsynchronousOptions>;
  readonly #settings: ReceiverSettings;
  readonly #store: AsynchronousStore;
  /** The sendings that are being worked on, each with what is owed to it. */
  readonly #underWay = new Map<string, OwedAnswer>();
  /** Those that wait to be processed. */
  readonly #waiting: (() => void)[] = [];
  #processing = 0;

  constructor(options: AsynchronousOptions, settings: ReceiverSettings, store: AsynchronousStore) {
    const { targets, fetch = (request) => globalThis.fetch(request) } = options;
    this.#options = { targets, fetch, delay: (attempt) => delayOf(attempt, options.delay) };
    this.#settings = settings;
    this.#store = store;
    // A turn later, when the handlers are there that `on` gives.
    setTimeout(() => this.#resume().catch(settings.tell), 0);
  }

  /** Keeps a message that may be processed, and has it worked off. When it is done the message is not lost any more. */
  async accept(message: Message, sending: Sending, from: { base: string; responseUrl: string | undefined }): Promise<void> {
    if (message.route.event?.system === NETSMART) {
      throw new Refusal(400, "not-supported", "This event is synchronous only: send the message without async.");
    }
    const target = await this.#target(message.bundle, from.responseUrl);
    const { turns, keep } = this.#settings.memory;
    await turns.take(turnsOf(sending), async () => {
      const now = this.#now();
      const known = knownSending(await this.#store.find(sending, now), sending, message.route.category);
      // It was accepted before; and whoever waits for its answer still gets it.
      if (known !== undefined && (known.body === undefined || this.#underWay.has(keyOf(sending)))) return;
      const what = known?.body === undefined ? { request: message.text } : { body: known.body };
      // One that is not processed yet is known for as long as that takes.
      const expires = known === undefined ? UNTIL_PROCESSED : now + keep;
      const owed = { ...sending, target, base: from.base, ...what, expires };
      await this.#store.owe(owed, now);
      this.#start(owed, message);
    });
  }

  async #target(bundle: ReceivedMessage["bundle"], responseUrl: string | undefined): Promise<string> {
    // A message that was not validated may have none of it.
    const source = bundle.entry?.[0]?.resource?.source as { endpoint?: unknown } | undefined;
    const target = answerAddress(source?.endpoint, responseUrl);
    if (target !== undefined && (await isAllowed(this.#options.targets, target))) return target;
    throw new Refusal(422, "business-rule", "This receiver sends no answers to the address that the message asks for.");
  }

  async #resume(): Promise<void> {
    for (const owed of await this.#store.owed()) if (!this.#underWay.has(keyOf(owed))) this.#start(owed);
  }

  #start(owed: OwedAnswer, message?: Message): void {
    this.#underWay.set(keyOf(owed), owed);
    void this.#work(owed, message).finally(() => this.#isOwed(owed) && this.#underWay.delete(keyOf(owed)));
  }

  /** A sending that comes again while it is told of its transient error is owed a new answer. */
  #isOwed(owed: OwedAnswer): boolean {
    return this.#underWay.get(keyOf(owed)) === owed;
  }

  /** Never throws. What cannot be kept is tried again; what cannot be processed any more, for want of its handler, is left for a restart. */
  async #work(owed: OwedAnswer, message: Message | undefined): Promise<void> {
    // What has been processed is not processed again when only the rest fails.
    let answered = owed.body === undefined ? undefined : owed;
    for (let attempt = 1; ; attempt += 1) {
      try {
        answered ??= await this.#process(owed, message);
        if (answered.body !== NO_ANSWER) await deliver(answered, this.#options, this.#delivering(owed, answered));
        await this.#settle(owed);
        return;
      } catch (error) {
        this.#settings.tell(error);
        if (error instanceof Refusal) return;
        await wait(this.#options.delay(attempt));
      }
    }
  }

  #delivering(owed: OwedAnswer, answered: OwedAnswer): Delivering {
    return {
      now: () => this.#now(),
      tell: this.#settings.tell,
      // In turn with `accept`, too: what that keeps meanwhile stays.
      postpone: (notBefore) =>
        this.#settings.memory.turns.take(turnsOf(owed), async () => {
          if (this.#isOwed(owed)) await this.#store.owe({ ...answered, notBefore }, this.#now());
        }),
    };
  }

  /** In turn with `accept`: what that keeps meanwhile is not settled. */
  #settle(owed: OwedAnswer): Promise<void> {
    return this.#settings.memory.turns.take(turnsOf(owed), async () => {
      if (this.#isOwed(owed)) await this.#store.settle(owed);
    });
  }

  async #process(owed: OwedAnswer, message: Message | undefined): Promise<OwedAnswer> {
    while (this.#processing >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#processing += 1;
    try {
      const { request = "", ...rest } = owed;
      const accepted = message ?? (await this.#accepted(request));
      const { body, final, commit, failed } = await process(accepted, owed.base, this.#settings);
      const keep = async (text: string, again: boolean): Promise<OwedAnswer> => {
        const now = this.#now();
        const answered = { ...rest, body: text, again, expires: now + this.#settings.memory.keep };
        await this.#store.owe(answered, now, again ? undefined : commit);
        return answered;
      };
      return await unlessCommitFails(
        (error) => keep(failed(error), true),
        () => keep(body, !final),
      );
    } finally {
      this.#processing -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #accepted(text: string): Promise<Message> {
    return withHandler(await judged({ input: text, text, value: JSON.parse(text) }, this.#settings), this.#settings);
  }

  #now(): number {
    return this.#settings.now().getTime();
  }
}

function keyOf({ sender, bundleId }: Sending): string {
  return JSON.stringify([sender, bundleId]);
}

/** How long to wait, as the option has it where that gives a number. */
function delayOf(attempt: number, given: AsynchronousOptions["delay"]): number {
  try {
    const delay = given?.(attempt);
    if (typeof delay === "number" && delay >= 0) return delay;
  } catch {
    // Waiting goes on nevertheless.
  }
  return Math.min(SECOND * 2 ** (attempt - 1), LONGEST_DELAY);
}
