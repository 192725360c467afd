/** Answers that are posted to another address: trying until one has arrived, and waiting in between. */
import { LONGEST_TIMER } from "../arguments.js";
import { readAnswer } from "../exchange/request-and-answer.js";
import { limitOf } from "../waiting.js";
import { isAllowed, type Targets } from "../web-addresses.js";
import type { OwedAnswer, Sending } from "./store.js";

const TIMEOUT = 30_000;
const SECOND = 1000;

/** What HTTP says of a request that may succeed at another time, beside all from 500 on. */
const LATER = [408, 425, 429];
const LEAST_SERVER_ERROR = 500;

/** What an answer is delivered with. */
interface DeliveryHooks {
  now: () => number;
  tell: (error: unknown) => void;
  /** Keeps the moment before which the target wants to hear nothing: it holds after a restart, too. */
  postpone: (until: number) => Promise<void>;
  /** Waits. Gives `false` where that takes so long that somebody else goes on after it. */
  pause: (milliseconds: number, tries: Tries) => Promise<boolean>;
}

/**
 * Posts an answer until it has arrived, is refused, or has expired; once in any case. A target that asks for time (`Retry-After`) gets it,
 * also where the answer expires meanwhile: then it is tried once more. Gives which answer that was, or nothing when others go on.
 * @param owed What is owed now: asked anew for each try.
 */
export async function deliver(
  owed: () => OwedAnswer,
  options: { targets: Targets; fetch: (request: Request) => Promise<Response>; delay: (attempt: number) => number },
  { now, tell, postpone, pause }: DeliveryHooks,
  tries: Tries,
): Promise<{ body: string | undefined } | undefined> {
  for (let { failed, asked } = tries; ; ) {
    const { target, body, expires } = owed();
    const giveUp = (why: string) => {
      tell(new Error(why));
      return { body };
    };
    const isExpired = failed > 0 && now() >= expires;
    if (isExpired && !asked) return giveUp(TOO_LATE);
    // The list may have changed since the message was accepted.
    if (!(await isAllowed(options.targets, target))) return giveUp("An answer may not be sent to its address any more.");
    const { status, after } = await post(target, body, options.fetch, now).catch(() => ({ status: LEAST_SERVER_ERROR, after: 0 }));
    if (status >= 200 && status < 300) return { body };
    if (status < LEAST_SERVER_ERROR && !LATER.includes(status)) return giveUp(`An answer was refused with HTTP ${status}.`);
    if (isExpired) return giveUp(TOO_LATE);
    failed += 1;
    const delay = options.delay(failed);
    asked = after > delay;
    if (asked) await postpone(Math.min(now() + after, Number.MAX_SAFE_INTEGER));
    if (!(await pause(Math.max(after, delay), { failed, asked }))) return undefined;
  }
}

const TOO_LATE = "An answer could not be delivered in time.";

/** The status, and for how many milliseconds the target wants to hear nothing. */
async function post(
  target: string,
  body = "",
  fetch: (request: Request) => Promise<Response>,
  now: () => number,
): Promise<{ status: number; after: number }> {
  const limit = limitOf(TIMEOUT, { awake: false });
  try {
    const request = new Request(target, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/fhir+json", Accept: "application/fhir+json" },
      // A redirection could go where no answer may go.
      redirect: "manual",
      signal: limit.signal,
    });
    const response = await limit.within(fetch(request));
    // What it says beyond its status is not waited for.
    response.body?.cancel().catch(() => {});
    const { status, headers } = response;
    const { retryAfter = 0 } = readAnswer(status, headers, "", { now: new Date(now()) });
    return { status, after: retryAfter * SECOND };
  } finally {
    limit.stop();
  }
}

/** What is known of an answer whose delivery has failed. */
export interface Tries {
  /** How often it was tried. */
  failed: number;
  /** Whether its target has asked for time: then it is tried again, also when the answer has expired. */
  asked: boolean;
}

export const NOT_TRIED: Tries = { failed: 0, asked: false };

interface WaitingSending {
  sending: Sending;
  tries: Tries;
  timer: unknown;
}

/** Sendings that wait for their turn to be taken up: the store alone has their texts, so a wait takes no room, however long it is. */
export class PostponedSendings {
  readonly #waiting = new Map<string, WaitingSending>();
  readonly #takeUp: (sending: Sending, tries: Tries) => void;

  /** @param takeUp Called when the time has come; the sending is among those that wait until it is dropped. */
  constructor(takeUp: (sending: Sending, tries: Tries) => void) {
    this.#takeUp = takeUp;
  }

  has(sending: Sending): boolean {
    return this.#waiting.has(keyOf(sending));
  }

  put({ sender, messageId, bundleId }: Sending, milliseconds: number, tries: Tries): void {
    const waiting: WaitingSending = { sending: { sender, messageId, bundleId }, tries, timer: undefined };
    this.drop(waiting.sending);
    this.#waiting.set(keyOf(waiting.sending), waiting);
    this.#wait(waiting, milliseconds);
  }

  drop(sending: Sending): void {
    clearTimeout(this.#waiting.get(keyOf(sending))?.timer as number | undefined);
    this.#waiting.delete(keyOf(sending));
  }

  #wait(waiting: WaitingSending, milliseconds: number): void {
    // A timer keeps nobody awake; what is due now is not to wait for one.
    if (milliseconds <= 0) {
      this.#takeUp(waiting.sending, waiting.tries);
      return;
    }
    const now = Math.min(milliseconds, LONGEST_TIMER);
    waiting.timer = setTimeout(() => this.#wait(waiting, milliseconds - now), now);
    // What is left to do is in the store.
    (waiting.timer as { unref?: () => void }).unref?.();
  }
}

export function keyOf({ sender, bundleId }: Sending): string {
  return JSON.stringify([sender, bundleId]);
}
