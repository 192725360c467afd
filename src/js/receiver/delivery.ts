import { readAnswer } from "../exchange/answer.js";
import { limitOf, unlessLate } from "./limit.js";
import { LONGEST_TIMER, type Tries } from "./postponed.js";
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
  /** Waits. Gives `false` where that takes so long that somebody else goes on after it. */
  pause: (milliseconds: number, tries: Tries) => Promise<boolean>;
}

/**
 * Posts an answer until it has arrived, is refused, or has expired; once in any case. A target that asks for time (`Retry-After`) gets it, also
 * where the answer expires meanwhile: then it is tried once more. Gives which answer that was, or nothing when others go on.
 * @param owed What is owed now: asked anew for each try.
 */
export async function deliver(
  owed: () => OwedAnswer,
  options: { targets: Targets; fetch: (request: Request) => Promise<Response>; delay: (attempt: number) => number },
  { now, tell, postpone, pause }: Delivering,
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

/** Without holding up the end of the process: what is left to do is in the store. Ends with the signal, too. */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  for (let left = milliseconds; left > 0 && signal?.aborted !== true; left -= LONGEST_TIMER) {
    await new Promise<void>((resolve) => {
      const timer: unknown = setTimeout(end, Math.min(left, LONGEST_TIMER));
      (timer as { unref?: () => void }).unref?.();
      signal?.addEventListener("abort", end);
      function end(): void {
        clearTimeout(timer as number);
        signal?.removeEventListener("abort", end);
        resolve();
      }
    });
  }
}
