/** The page's end of the layout. Only the newest question matters, and none may take too long. */
import { WorkerClient } from "../workers/client.js";
import type { Layout, LayoutOperations, LayoutQuestion } from "./layout.worker.js";
import workerScript from "./layout.worker.ts?worker&url";

/** Longer than this nobody waits for a picture. */
const LONGEST = 8000;

export class Layouts {
  readonly #client = new WorkerClient<LayoutOperations>(workerScript);
  #running = 0;

  /** Lays out a picture; gives nothing when a newer question came meanwhile, or when it took too long. */
  async ask(question: LayoutQuestion): Promise<Layout | undefined> {
    // What still runs is for a text that is gone.
    if (this.#running > 0) this.#client.stop("there is a newer picture");
    this.#running += 1;
    const timer = setTimeout(() => this.#client.stop("it took too long"), LONGEST);
    try {
      return await this.#client.ask("layout", [question]);
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
      this.#running -= 1;
    }
  }
}
