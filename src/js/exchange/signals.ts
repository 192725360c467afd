/** Waiting that an AbortSignal ends. */

interface Listening {
  callbacks: Set<() => void>;
  tell: () => void;
}

const listening = new WeakMap<AbortSignal, Listening>();

/**
 * Calls back when the signal is aborted, until what it gives is called. However many messages are sent with one signal, it has one listener:
 * Node warns of a leak from the eleventh on.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => {};
  const { callbacks, tell } = listening.get(signal) ?? listen(signal);
  callbacks.add(callback);
  return () => {
    // A signal that still has a listener may be kept alive by it.
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    listening.delete(signal);
    signal.removeEventListener("abort", tell);
  };
}

function listen(signal: AbortSignal): Listening {
  const callbacks = new Set<() => void>();
  const tell = () => {
    for (const callback of [...callbacks]) callback();
  };
  listening.set(signal, { callbacks, tell });
  signal.addEventListener("abort", tell);
  return { callbacks, tell };
}

/** What work gives, unless the signal is aborted before: then its reason is thrown, and nobody waits for the work any more. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: () => T | Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = onAbort(signal, () => reject(signal?.reason));
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    stop();
  }
}
