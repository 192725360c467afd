import type { OwedAnswer } from "./store.js";
import { isAllowed, type Targets } from "./targets.js";

const TIMEOUT = 30_000;

/** What HTTP says of a request that may succeed at another time, beside all from 500 on. */
const LATER = [408, 425, 429];
const LEAST_SERVER_ERROR = 500;

/** Posts an answer until it has arrived, is refused, or has expired; once in any case. */
export async function deliver(
  owed: OwedAnswer,
  options: { targets: Targets; fetch: (request: Request) => Promise<Response>; delay: (attempt: number) => number },
  settings: { now: () => number; tell: (error: unknown) => void },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    // The list may have changed since the message was accepted.
    if (!(await isAllowed(options.targets, owed.target)))
      return settings.tell(new Error("An answer may not be sent to its address any more."));
    const status = await post(owed, options.fetch).catch(() => LEAST_SERVER_ERROR);
    if (status >= 200 && status < 300) return;
    if (status < LEAST_SERVER_ERROR && !LATER.includes(status))
      return settings.tell(new Error(`An answer was refused with HTTP ${status}.`));
    await wait(options.delay(attempt));
    if (settings.now() >= owed.expires) return settings.tell(new Error("An answer could not be delivered in time."));
  }
}

async function post(owed: OwedAnswer, fetch: (request: Request) => Promise<Response>): Promise<number> {
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
  return response.status;
}

/** Without holding up the end of the process: what is left to do is in the store. */
export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, milliseconds);
    (timer as { unref?: () => void }).unref?.();
  });
}
