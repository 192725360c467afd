/** The page's end of the worker that does what the core does besides judging. It starts when it is first asked. */
import type { Answered, Asked, Operations } from "./tools.worker.js";
import workerScript from "./tools.worker.ts?worker&url";
import { ownScript } from "./trusted-types.js";

/** What an operation threw, or why there was no answer. */
export class ToolError extends Error {
  constructor(readonly fields: { name?: string; message: string; [field: string]: unknown }) {
    super(fields.message);
    this.name = fields.name ?? "ToolError";
  }
}

export class Tools {
  #worker: Worker | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: ToolError) => void }>();

  ask<Name extends keyof Operations>(name: Name, ...args: Parameters<Operations[Name]>): Promise<Awaited<ReturnType<Operations[Name]>>> {
    const worker = this.#started();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, args } satisfies Asked);
    });
  }

  /** Gives up what runs, however long it would take: everyone who waits is told, and the next question starts anew. */
  stop(reason: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new ToolError({ name: "AbortError", message: reason }));
    this.#waiting.clear();
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(ownScript(workerScript), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Answered>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("failure" in data) waiting?.reject(new ToolError(data.failure as ToolError["fields"]));
      else waiting?.resolve(data.result as never);
    });
    worker.addEventListener("error", (event) => this.stop(event.message));
    this.#worker = worker;
    return worker;
  }
}
