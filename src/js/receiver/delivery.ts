import { readAnswer } from "../exchange/answer.js";
import { limitOf, unlessLate } from "./limit.js";
import type { OwedAnswer } from "./store.js";
import { isAllowed, type Targets } from "./targets.js";

const TIMEOUT = 30_000;
const SECOND = 1000;

/** What HTTP says of a request that may succeed at another time, beside all from 500 on. */
const LATER = [408, 425, 429];
const LEAST_SERVER_ERROR = 500;

/** What an answer is delivered with. */
export interface Delivering {
  now: () => number;
  tell: (error: unknown) => void;
  /** Keeps the moment before which the target wants to hear nothing: it holds after a restart, too. */
  postpone: (until: number) => Promise<void>;
}

/**
 * Posts an answer until it has arrived, is refused, or has expired; once in any case. A target that asks for time (`Retry-After`) gets it, also
 * where the answer expires meanwhile: then it is tried once more. Gives which answer that was.
 * @param owed What is owed now: asked anew for each try.
 */
export async function deliver(
  owed: () => OwedAnswer,
  options: { targets: Targets; fetch: (request: Request) => Promise<Response>; delay: (attempt: number) => number },
  { now, tell, postpone }: Delivering,
): Promise<string | undefined> {
  await wait((owed().notBefore ?? 0) - now());
  for (let attempt = 1; ; attempt += 1) {
    const { target, body, expires } = owed();
    const giveUp = (why: string) => {
      tell(new Error(why));
      return body;
    };
    // The list may have changed since the message was accepted.
    if (!(await isAllowed(options.targets, target))) return giveUp("An answer may not be sent to its address any more.");
    const isLast = attempt > 1 && now() >= expires;
    const { status, after } = await post(target, body, options.fetch, now).catch(() => ({ status: LEAST_SERVER_ERROR, after: 0 }));
    if (status >= 200 && status < 300) return body;
    if (status < LEAST_SERVER_ERROR && !LATER.includes(status)) return giveUp(`An answer was refused with HTTP ${status}.`);
    const delay = options.delay(attempt);
    if (!isLast) {
      if (after > delay) await postpone(Math.min(now() + after, Number.MAX_SAFE_INTEGER));
      await wait(Math.max(after, delay));
    }
    if (isLast || (now() >= expires && after <= delay)) return giveUp("An answer could not be delivered in time.");
  }
}

/** The status, and for how many milliseconds the target wants to hear nothing. */
async function post(
  target: string,
  body = "",
  fetch: (request: Request) => Promise<Response>,
  now: () => number,
): Promise<{ status: number; after: number }> {
  const limit = limitOf(TIMEOUT, false);
  try {
    const request = new Request(target, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/fhir+json", Accept: "application/fhir+json" },
      // A redirection could lead where no answer may go.
      redirect: "manual",
      signal: limit.signal,
    });
    // A fetch may not heed the signal.
    const response = await unlessLate(fetch(request), limit, () => Promise.reject(limit.signal.reason));
    // What it says beyond its status is not waited for.
    response.body?.cancel().catch(() => {});
    const { status, headers } = response;
    const { retryAfter = 0 } = readAnswer(status, headers, "", { now: new Date(now()) });
    return { status, after: retryAfter * SECOND };
  } finally {
    limit.stop();
  }
}

/** Timers take no more. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Without holding up the end of the process: what is left to do is in the store. */
export async function wait(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= LONGEST_TIMER) {
    await new Promise<void>((resolve) => {
      const timer: unknown = setTimeout(resolve, Math.min(left, LONGEST_TIMER));
      (timer as { unref?: () => void }).unref?.();
    });
  }
}
