import { limitOf, unlessLate } from "./limit.js";
import type { OwedAnswer } from "./store.js";
import { isAllowed, type Targets } from "./targets.js";

const TIMEOUT = 30_000;

/** What HTTP says of a request that may succeed at another time, beside all from 500 on. */
const LATER = [408, 425, 429];
const LEAST_SERVER_ERROR = 500;

/**
 * Posts an answer until it has arrived, is refused, or has expired; once in any case. Gives which that was.
 * @param owed What is owed now: asked anew for each try.
 */
export async function deliver(
  owed: () => OwedAnswer,
  options: { targets: Targets; fetch: (request: Request) => Promise<Response>; delay: (attempt: number) => number },
  settings: { now: () => number; tell: (error: unknown) => void },
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const { target, body, expires } = owed();
    const giveUp = (why: string) => {
      settings.tell(new Error(why));
      return body;
    };
    // The list may have changed since the message was accepted.
    if (!(await isAllowed(options.targets, target))) return giveUp("An answer may not be sent to its address any more.");
    const status = await post(target, body, options.fetch).catch(() => LEAST_SERVER_ERROR);
    if (status >= 200 && status < 300) return body;
    if (status < LEAST_SERVER_ERROR && !LATER.includes(status)) return giveUp(`An answer was refused with HTTP ${status}.`);
    await wait(options.delay(attempt));
    if (settings.now() >= expires) return giveUp("An answer could not be delivered in time.");
  }
}

async function post(target: string, body = "", fetch: (request: Request) => Promise<Response>): Promise<number> {
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
    return response.status;
  } finally {
    limit.stop();
  }
}

/** Without holding up the end of the process: what is left to do is in the store. */
export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, milliseconds);
    (timer as { unref?: () => void }).unref?.();
  });
}
