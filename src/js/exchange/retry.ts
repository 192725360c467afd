/** When a message is sent again, and as what. The rules are the core's. */
import { core } from "../bindings.js";
import { readBytes } from "../input.js";
import { checkRetryOptions } from "./options.js";
import { unlessAborted } from "./signals.js";
import type { Answer, RetryOptions, SendOptions } from "./types.js";

export type Retrying = Required<RetryOptions>;

/** The options with their defaults filled in. */
export function retrying(options: RetryOptions | false | undefined): Retrying {
  const given = checkRetryOptions(options === false ? { attempts: 1 } : options);
  return { attempts: 3, delay: 1000, maxDelay: 30_000, maxRetryAfter: 120_000, ...given };
}

/** How long to wait before the next attempt, after so many failed ones; nothing when there is none. */
export function waitAfter(answer: Answer, failed: number, how: Retrying, random: () => number): number | undefined {
  if (!answer.mayResend) return undefined;
  const { attempts, delay, maxDelay, maxRetryAfter } = how;
  const wait = core().resendAfter(attempts, delay, maxDelay, maxRetryAfter, failed, answer.retryAfter ?? 0, random());
  return wait < 0 ? undefined : wait;
}

/**
 * The message as it is sent again: a consequence as it is, a currency or notification with a new Bundle.id in the place of the old one.
 * MessageHeader.id stays in any case.
 */
export function sentAgain(body: string | Uint8Array, id: string, category: SendOptions["category"]): string | Uint8Array {
  if (typeof id !== "string") throw new TypeError("options.ids must give strings");
  const text = core().sendAgain(readBytes(body, "message"), id, category ?? "");
  if (text === undefined) return body;
  return typeof body === "string" ? text : new TextEncoder().encode(text);
}

/** Waits, unless the signal is aborted. */
export async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await unlessAborted(
      signal,
      () =>
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, milliseconds);
        }),
    );
  } finally {
    clearTimeout(timer);
  }
}
