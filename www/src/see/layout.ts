/** The page's end of the layout. Only the newest question matters, and none may take too long. */

import { ownScript } from "../trusted-types.js";
import type { Layout, LayoutQuestion } from "./layout.worker.js";
import workerScript from "./layout.worker.ts?worker&url";

/** Longer than this nobody waits for a picture. */
const LONGEST = 8000;

export class Layouts {
  #worker: Worker | undefined;
  #lastId = 0;
  #waiting: ((layout: Layout | undefined) => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Lays out a picture; gives nothing when a newer question came meanwhile, or when it took too long. */
  ask(question: Omit<LayoutQuestion, "id">): Promise<Layout | undefined> {
    // What still runs is for a text that is gone.
    if (this.#waiting !== undefined) this.#stop();
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#timer = setTimeout(() => this.#stop(), LONGEST);
      worker.postMessage({ id: ++this.#lastId, ...question } satisfies LayoutQuestion);
    });
  }

  #start(): Worker {
    const worker = new Worker(ownScript(workerScript), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<{ id: number; layout: Layout }>) => {
      if (data.id === this.#lastId) this.#answer(data.layout);
    });
    worker.addEventListener("error", () => this.#stop());
    return worker;
  }

  #stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#answer(undefined);
  }

  #answer(layout: Layout | undefined): void {
    clearTimeout(this.#timer);
    const resolve = this.#waiting;
    this.#waiting = undefined;
    resolve?.(layout);
  }
}
