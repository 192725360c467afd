/**
 * Messages that are answered later: a message is kept, acknowledged with 202, processed, and its answer is posted to the sender's endpoint
 * or to `response-url`. What is left to do outlives the process with the store.
 *
 * Source: R4 page messaging, "Asynchronous Messaging"; OperationDefinition MessageHeader-process-message.
 */
import { parseExactly } from "../json-text.js";
import { limitOf, Places, unlessLate, wait } from "../waiting.js";
import { answerAddress, isAllowed } from "../web-addresses.js";
import { isMessage, lateAnswer, process } from "./answer.js";
import { deliver, keyOf, NOT_TRIED, PostponedSendings, type Tries } from "./delivery.js";
import { NETSMART, type ReceivedMessage } from "./handlers.js";
import { type HandlerMessage, validateMessage, withHandler } from "./message.js";
import type { AsynchronousOptions, ReceiverSettings } from "./options.js";
import { Refusal, Unavailable } from "./refusal.js";
import { knownSending, NO_ANSWER, type ProcessingResult, turnsOf, unlessCommitFails } from "./reliable.js";
import type { Hold } from "./room.js";
import { type AsynchronousStore, type Commit, type OwedAnswer, type Sending, UNTIL_PROCESSED } from "./store.js";

/** So many messages are processed at once; the others wait. */
const AT_ONCE = 16;

const SECOND = 1000;
const LONGEST_DELAY = 300 * SECOND;

/** What waits so long for its next try is kept in the store alone, and read back then. */
const LONG = SECOND;

/** A sending that is being worked on. */
interface Job {
  /** What is owed now: the message at first, then its answer. */
  owed: OwedAnswer;
  /**
   * What is known of the message since it was accepted. Its text is in `owed`; an object of it would take much more memory while it waits.
   */
  accepted: Omit<HandlerMessage, "message" | "text" | "json" | "bundle"> | undefined;
  hold: Hold;
  tries: Tries;
  /** What came of it, until that is kept. */
  processed?: ProcessingResult;
  /** Its answer has arrived, or never will. */
  isDelivered: boolean;
  /** Its handler takes too long, and goes on. */
  isLate: boolean;
  /** Aborted when that has come to its end. */
  late: AbortController;
  settling?: Promise<void>;
}

export class AsynchronousAnswers {
  readonly #options: Required<AsynchronousOptions>;
  readonly #settings: ReceiverSettings;
  readonly #store: AsynchronousStore;
  /** The sendings that are being worked on. */
  readonly #underWay = new Map<string, Job>();
  /** Those that wait for it: they are kept in the store alone. */
  readonly #postponed = new PostponedSendings((sending, tries) => void this.#takeUp(sending, tries));
  readonly #places = new Places(AT_ONCE);

  constructor(options: AsynchronousOptions, settings: ReceiverSettings, store: AsynchronousStore) {
    const { targets, fetch = (request) => globalThis.fetch(request) } = options;
    this.#options = { targets, fetch, delay: (attempt) => delayOf(attempt, options.delay) };
    this.#settings = settings;
    this.#store = store;
    // A turn later, when the handlers are there that `on` gives.
    setTimeout(() => this.#resume().catch(settings.tell), 0);
  }

  /**
   * Keeps a message that may be processed, and has it worked off. When it is done the message is not lost any more.
   * @param hold What of the room is the message's. Gives whether it is needed any longer.
   */
  async accept(
    message: HandlerMessage,
    sending: Sending,
    from: { base: string; responseUrl: string | undefined },
    hold: Hold,
  ): Promise<boolean> {
    if (message.route.event?.system === NETSMART) {
      throw new Refusal(400, "not-supported", "This event is synchronous only: send the message without async.");
    }
    const target = await this.#target(message.bundle, from.responseUrl);
    const { turns, keep } = this.#settings.memory;
    const limit = limitOf(this.#timeout);
    const work = async () => {
      const now = this.#now();
      const known = knownSending(await this.#store.find(sending, now), sending, message.route.category);
      // It was accepted before; and whoever waits for its answer still gets it.
      if (known !== undefined && (known.body === undefined || this.#isStillDue(sending))) return false;
      const what = known?.body === undefined ? { request: message.text } : { body: known.body };
      // One that is not processed yet is known for as long as that takes.
      const expires = known === undefined ? UNTIL_PROCESSED : now + keep;
      const owed = { ...sending, target, base: from.base, ...what, expires };
      await this.#store.owe(owed, now);
      // That it was told of its transient error later is known already.
      this.#postponed.drop(sending);
      const { message: _, text: __, json: ___, bundle: ____, ...accepted } = message;
      this.#start(owed, hold, accepted);
      return true;
    };
    try {
      return await turns.take(turnsOf(sending), work, limit.signal);
    } catch (error) {
      // What has come too late before is still at work.
      throw error === limit.signal.reason ? new Unavailable("The receiver is still processing the message: send it again later.") : error;
    } finally {
      limit.stop();
    }
  }

  async #target(bundle: ReceivedMessage["bundle"], responseUrl: string | undefined): Promise<string> {
    // A message that was not validated may have none of it.
    const source = bundle.entry?.[0]?.resource?.source as { endpoint?: unknown } | undefined;
    const target = answerAddress(source?.endpoint, responseUrl);
    if (target !== undefined && (await isAllowed(this.#options.targets, target))) return target;
    throw new Refusal(422, "business-rule", "This receiver sends no answers to the address that the message asks for.");
  }

  #isStillDue(sending: Sending): boolean {
    return this.#postponed.has(sending) || this.#underWay.get(keyOf(sending))?.isDelivered === false;
  }

  /** What its target has put off before waits on; the rest is taken up as soon as there is room for it. */
  async #resume(): Promise<void> {
    const all = await (this.#store.owedSendings?.() ?? this.#store.owed());
    const now = this.#now();
    for (const sending of all) {
      if (this.#underWay.has(keyOf(sending)) || this.#postponed.has(sending)) continue;
      this.#postponed.put(sending, (sending.notBefore ?? 0) - now, NOT_TRIED);
    }
  }

  /** In turn with `accept`, which may have taken it up meanwhile. */
  async #takeUp(sending: Sending, tries: Tries): Promise<void> {
    const takeUp = async () => {
      if (!this.#postponed.has(sending)) return;
      const owed = await this.#owedTo(sending);
      const hold = this.#settings.room.hold();
      if (owed !== undefined) hold.takeUp(sizeOf(owed));
      this.#postponed.drop(sending);
      if (owed !== undefined) this.#start(owed, hold, undefined, tries);
    };
    try {
      await this.#settings.memory.turns.take(turnsOf(sending), takeUp);
    } catch (error) {
      if (!(error instanceof Unavailable)) this.#settings.tell(error);
      this.#postponed.put(sending, Math.max(SECOND, this.#options.delay(1)), tries);
    }
  }

  async #owedTo(sending: Sending): Promise<OwedAnswer | undefined> {
    if (this.#store.owedTo !== undefined) return this.#store.owedTo(sending);
    return (await this.#store.owed()).find((owed) => keyOf(owed) === keyOf(sending));
  }

  #start(owed: OwedAnswer, hold: Hold, accepted?: Job["accepted"], tries = NOT_TRIED): void {
    const job: Job = { owed, accepted, hold, tries, isDelivered: false, isLate: false, late: new AbortController() };
    this.#underWay.set(keyOf(owed), job);
    hold.become(sizeOf(owed));
    void this.#work(job).finally(() => {
      if (!job.isLate) hold.release();
      if (this.#isUnderWay(job)) this.#underWay.delete(keyOf(owed));
    });
  }

  /** A sending that comes again while it is told of its transient error is owed a new answer. */
  #isUnderWay(job: Job): boolean {
    return this.#underWay.get(keyOf(job.owed)) === job;
  }

  /**
   * Never throws. What fails is tried again, and what was done before that is not done again; what cannot be processed any more, for want
   * of its handler, is left for a restart. Ends also where the next try is far away: then it is among those that are postponed.
   */
  async #work(job: Job): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (job.owed.body === undefined && job.processed === undefined) await this.#process(job);
        if (job.processed !== undefined) await this.#keep(job, job.processed);
        while (!job.isDelivered) {
          const { body = NO_ANSWER } = job.owed;
          const sent = isMessage(body) ? await this.#deliver(job) : { body };
          if (sent === undefined) return;
          // A late answer may have taken its place meanwhile.
          job.isDelivered = sent.body === job.owed.body;
        }
        await this.#settle(job);
        return;
      } catch (error) {
        this.#settings.tell(error);
        if (error instanceof Refusal) return;
        await wait(this.#options.delay(attempt));
      }
    }
  }

  #deliver(job: Job): Promise<{ body: string | undefined } | undefined> {
    const delivering = {
      now: () => this.#now(),
      tell: this.#settings.tell,
      postpone: (until: number) => this.#postpone(job, until),
      pause: (milliseconds: number, tries: Tries) => this.#pause(job, milliseconds, tries),
    };
    return deliver(() => job.owed, this.#options, delivering, job.tries);
  }

  /** What is late holds its message in any case, and is postponed when it has come to its end. */
  async #pause(job: Job, milliseconds: number, tries: Tries): Promise<boolean> {
    job.tries = tries;
    const begun = performance.now();
    if (milliseconds < LONG || job.isLate) await wait(milliseconds, milliseconds < LONG ? undefined : job.late.signal);
    const left = milliseconds - (performance.now() - begun);
    if (milliseconds < LONG || left <= 0) return true;
    // A sending that has come again meanwhile has a job of its own.
    if (this.#isUnderWay(job)) this.#postponed.put(job.owed, left, tries);
    return false;
  }

  /**
   * Keeps the moment before which the target wants to hear nothing, in turn with `accept`. What is late has the turn, and what comes of it
   * takes the place of what is owed now: then the moment is known as long as the process lives.
   */
  async #postpone(job: Job, notBefore: number): Promise<void> {
    const postpone = async () => {
      job.owed = { ...job.owed, notBefore };
      if (!job.isLate && this.#isUnderWay(job)) await this.#store.owe(job.owed, this.#now());
    };
    await (job.isLate ? postpone() : this.#settings.memory.turns.take(turnsOf(job.owed), postpone));
  }

  /** In turn with `accept`: what that keeps meanwhile is not settled. What is late has the turn itself. */
  #settle(job: Job): Promise<void> {
    const settle = async () => {
      if (this.#isUnderWay(job)) await this.#store.settle(job.owed);
    };
    if (!job.isLate) return this.#settings.memory.turns.take(turnsOf(job.owed), settle);
    job.settling = settle();
    return job.settling;
  }

  /** Has it processed. The job has then what is to be kept, or the answer that it takes too long. */
  async #process(job: Job): Promise<void> {
    const free = await this.#places.take();
    const limit = limitOf(this.#timeout, { awake: false });
    // Whatever it is that hangs, the others go on.
    limit.signal.addEventListener("abort", free);
    try {
      const message = await this.#messageOf(job);
      const work = process(message, job.owed.base, this.#settings, true);
      const processed = await unlessLate<ProcessingResult | undefined>(work, limit, () => undefined);
      if (processed === undefined) await this.#goOn(job, message, work);
      else job.processed = processed;
    } finally {
      limit.stop();
      free();
    }
  }

  async #messageOf({ owed: { request: text = "" }, accepted }: Job): Promise<HandlerMessage> {
    const value = JSON.parse(text);
    const message = this.#settings.validator.read(text);
    if (accepted === undefined) return withHandler(await validateMessage({ message, text, value }, this.#settings), this.#settings);
    const json = parseExactly(text, value);
    return { ...accepted, message, text, json, bundle: json.value as ReceivedMessage["bundle"] };
  }

  async #keep(job: Job, { body, final, commit, failed }: ProcessingResult): Promise<void> {
    await unlessCommitFails(
      (error) => this.#owe(job, failed(error), true),
      () => this.#owe(job, body, !final, commit),
    );
    delete job.processed;
  }

  /** Keeps the answer, in place of the message. */
  async #owe(job: Job, body: string, again: boolean, commit?: Commit): Promise<void> {
    const now = this.#now();
    const { request: _, ...rest } = job.owed;
    const owed = { ...rest, body, again, expires: now + this.#settings.memory.keep };
    await this.#store.owe(owed, now, again ? undefined : commit);
    job.owed = owed;
    if (!job.isLate) job.hold.become(sizeOf(owed));
  }

  /**
   * The sender is told that it takes too long, and may send again; what was begun goes on. Nothing of the same message is begun before it
   * has come to its end: it has the turn. Done as soon as there is something to do for the job.
   */
  #goOn(job: Job, message: HandlerMessage, work: Promise<ProcessingResult>): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = async () => {
        job.isLate = true;
        try {
          const isTold = await this.#tellLate(job, message);
          if (isTold) resolve();
          const processed = await work;
          if (!isTold) job.processed = processed;
          else if (processed.final) await this.#keepLate(job, processed);
        } finally {
          await job.settling?.catch(() => {});
          job.isLate = false;
          job.late.abort();
          if (this.#isUnderWay(job)) job.hold.become(sizeOf(job.owed));
          else job.hold.release();
        }
      };
      this.#settings.memory.turns.take(turnsOf(job.owed), late).then(resolve, (error) => {
        // Nobody waits for it when the sender was told.
        if (job.owed.body !== undefined) this.#settings.tell(error);
        reject(error);
      });
    });
  }

  async #tellLate(job: Job, message: HandlerMessage): Promise<boolean> {
    try {
      await this.#owe(job, lateAnswer(message, job.owed.base, this.#settings, true), true);
      return true;
    } catch (error) {
      // Then it waits for its answer a little longer.
      this.#settings.tell(error);
      return false;
    }
  }

  /** For the sender that sends again, or in place of what it was told when that has not arrived yet. */
  async #keepLate(job: Job, { body, commit, failed }: ProcessingResult): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await unlessCommitFails(
          (error) => void failed(error),
          () => (job.isDelivered ? this.#save(job, body, commit) : this.#owe(job, body, false, commit)),
        );
        // What it was told has arrived meanwhile: this waits for the next copy.
        if (job.isDelivered) await this.#store.settle(job.owed);
        return;
      } catch (error) {
        this.#settings.tell(error);
        await wait(this.#options.delay(attempt));
      }
    }
  }

  async #save({ owed: { sender, messageId, bundleId } }: Job, body: string, commit: Commit | undefined): Promise<void> {
    const now = this.#now();
    await this.#store.save({ sender, messageId, bundleId, body, expires: now + this.#settings.memory.keep }, now, commit);
  }

  get #timeout(): number {
    return this.#settings.memory.timeout ?? Number.POSITIVE_INFINITY;
  }

  #now(): number {
    return this.#settings.now().getTime();
  }
}

/** About the bytes that it takes in memory. */
function sizeOf({ request = "", body = "" }: OwedAnswer): number {
  return request.length + body.length;
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
