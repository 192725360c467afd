/** The page's end of the worker that sends. */

import { ownScript } from "../trusted-types.js";
import type { Arguments, Asked, Operations, Progress, Told } from "./send.worker.js";
import workerScript from "./send.worker.ts?worker&url";

/** Thrown when the signal was aborted. */
export class Cancelled extends Error {}

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
  onProgress: ((progress: Progress) => void) | undefined;
}

export class Sender {
  #worker: Worker | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();

  async ask<Name extends keyof Operations>(
    name: Name,
    args: Arguments<Name>,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: Progress) => void } = {},
  ): Promise<Awaited<ReturnType<Operations[Name]>>> {
    if (signal?.aborted) throw new Cancelled();
    const worker = this.#started();
    const id = ++this.#lastId;
    const abort = () => worker.postMessage({ id, abort: true } satisfies Asked);
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise<Awaited<ReturnType<Operations[Name]>>>((resolve, reject) => {
        this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject, onProgress });
        worker.postMessage({ id, name, args } satisfies Asked);
      });
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(ownScript(workerScript), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Told>) => {
      const waiting = this.#waiting.get(data.id);
      if ("progress" in data) return waiting?.onProgress?.(data.progress);
      this.#waiting.delete(data.id);
      if ("result" in data) waiting?.resolve(data.result as never);
      else waiting?.reject(data.aborted ? new Cancelled() : new Error(data.failure));
    });
    // Its script did not load: nothing will ever answer, so everyone who waits is told, and the next question tries anew.
    worker.addEventListener("error", (event) => {
      this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(new Error(event.message));
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }
}
