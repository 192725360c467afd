/** One request, one answer: fetch, with everything that can go wrong as a value. */
import { explainNetworkFailure } from "./cors.js";
import { networkCause } from "./network-cause.js";
import { onAbort } from "./signals.js";
import type { ExchangeFailure } from "./types.js";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Received {
  /** 0 when there was no answer. */
  status: number;
  headers: [string, string][];
  /** As far as it was read. */
  body: Uint8Array;
  failure: ExchangeFailure | undefined;
}

export interface Limits {
  signal: AbortSignal | undefined;
  /** For the request and its answer's body, in milliseconds. */
  timeout: number;
  /** The longest body that is read: a server must not be able to fill the memory. */
  maxBytes: number;
}

/** Throws the reason of `limits.signal` when that is aborted, and nothing else. */
export async function exchange(fetch: Fetch, url: string, init: RequestInit, limits: Limits): Promise<Received> {
  limits.signal?.throwIfAborted();
  const timer = startTimer(limits);
  const received: Received = { status: 0, headers: [], body: new Uint8Array(), failure: undefined };
  try {
    const response = await timer.within(
      fetch(url, {
        ...init,
        signal: timer.signal,
        cache: "no-store",
        credentials: "omit",
        referrerPolicy: "no-referrer",
        // Following one would carry the message, and perhaps the token, to a place that nobody named.
        redirect: "manual",
      }),
    );
    // Browsers say nothing more of a redirect; a fetch that followed one all the same has an answer from somewhere else.
    if (response.type === "opaqueredirect" || response.redirected) return { ...received, failure: "redirect" };
    received.status = response.status;
    received.headers = [...response.headers];
    await readInto(received, response, limits.maxBytes, timer);
  } catch (error) {
    // The error itself may quote headers; what it means is said instead.
    limits.signal?.throwIfAborted();
    received.failure = timer.hasRunOut() ? "timeout" : "broken";
    if (received.failure === "broken" && received.status === 0) {
      received.failure = networkCause(error) ?? (await explainNetworkFailure(url, { fetch, signal: timer.signal }));
      limits.signal?.throwIfAborted();
    }
  } finally {
    timer.stop();
  }
  return received;
}

async function readInto(received: Received, response: Response, maxBytes: number, timer: Timer): Promise<void> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (reader !== undefined) {
      const { value } = await timer.within(reader.read());
      if (value === undefined) break;
      length += value.byteLength;
      if (length > maxBytes) {
        received.failure = "too-long";
        // Nobody waits for it: a server that goes on sending would make that long.
        reader.cancel().catch(() => {});
        break;
      }
      chunks.push(value);
    }
  } finally {
    received.body = joined(chunks);
  }
}

function joined(chunks: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

interface Timer {
  /** Aborted when time has run out, or when the caller's signal is. */
  signal: AbortSignal;
  hasRunOut: () => boolean;
  /** Ends waiting when the signal is aborted, also where a fetch does not heed it. */
  within: <T>(work: Promise<T>) => Promise<T>;
  stop: () => void;
}

/** `AbortSignal.any` is too new for some browsers, and a timer that is not stopped keeps Node awake. */
function startTimer({ signal, timeout }: Limits): Timer {
  const controller = new AbortController();
  let hasRunOut = false;
  const timer = setTimeout(() => {
    hasRunOut = true;
    controller.abort();
  }, timeout);
  const stopListening = onAbort(signal, () => controller.abort());
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(new Error("aborted")));
  });
  // Nobody may be waiting for it.
  aborted.catch(() => {});
  return {
    signal: controller.signal,
    hasRunOut: () => hasRunOut,
    within: (work) => Promise.race([work, aborted]),
    stop() {
      clearTimeout(timer);
      stopListening();
    },
  };
}
