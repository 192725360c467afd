import { readAnswer } from "../exchange/answer.js";
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
 * where the answer expires meanwhile: then it is tried once more.
 */
export async function deliver(
  owed: OwedAnswer,
  options: { targets: Targets; fetch: (request: Request) => Promise<Response>; delay: (attempt: number) => number },
  { now, tell, postpone }: Delivering,
): Promise<void> {
  if (owed.notBefore !== undefined) await wait(owed.notBefore - now());
  for (let attempt = 1; ; attempt += 1) {
    // The list may have changed since the message was accepted.
    if (!(await isAllowed(options.targets, owed.target))) return tell(new Error("An answer may not be sent to its address any more."));
    const isLast = now() >= owed.expires;
    const { status, after } = await post(owed, options.fetch, now).catch(() => ({ status: LEAST_SERVER_ERROR, after: 0 }));
    if (status >= 200 && status < 300) return;
    if (status < LEAST_SERVER_ERROR && !LATER.includes(status)) return tell(new Error(`An answer was refused with HTTP ${status}.`));
    const tooLate = () => tell(new Error("An answer could not be delivered in time."));
    if (isLast && attempt > 1) return tooLate();
    const delay = options.delay(attempt);
    if (after > delay) await postpone(Math.min(now() + after, Number.MAX_SAFE_INTEGER));
    await wait(Math.max(after, delay));
    if (now() >= owed.expires && after <= delay) return tooLate();
  }
}

/** The status, and for how many milliseconds the target wants to hear nothing. */
async function post(
  owed: OwedAnswer,
  fetch: (request: Request) => Promise<Response>,
  now: () => number,
): Promise<{ status: number; after: number }> {
  const request = new Request(owed.target, {
    method: "POST",
    body: owed.body ?? "",
    headers: { "Content-Type": "application/fhir+json", Accept: "application/fhir+json" },
    // A redirection could lead where no answer may go.
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT),
  });
  const response = await fetch(request);
  await response.body?.cancel();
  const { status, headers } = response;
  const { retryAfter = 0 } = readAnswer(status, headers, "", { now: new Date(now()) });
  return { status, after: retryAfter * SECOND };
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
