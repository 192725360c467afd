/** Evaluates expressions in a worker of its own, which can be stopped without stopping anything else. Of several, only the newest is answered. */
import { Tools } from "../tools.js";
import { WorkerError } from "../workers/client.js";
import type { Hits } from "./hits.js";

/** An expression that takes longer is stopped. */
export const LIMIT = 5000;

export type Evaluation = { hits: Hits } | { problem: string; position?: number } | { stopped: "timeout" | "cancel" };

export class Evaluator {
  readonly #tools = new Tools();
  /** The core is loaded: only from then on does the time count. */
  #ready: Promise<unknown> | undefined;
  #stop: ((why: "timeout" | "cancel" | "newer") => void) | undefined;

  /** Gives nothing when a newer expression has come. */
  async evaluate(text: string, expression: string): Promise<Evaluation | undefined> {
    this.#stop?.("newer");
    let stopped: "timeout" | "cancel" | "newer" | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isLoaded = false;
    const stop = (why: typeof stopped) => {
      stopped = why;
      // While the core still loads, nothing of this runs, and it is wanted for the next one.
      if (!isLoaded && why === "newer") return;
      this.#tools.stop("");
      this.#ready = undefined;
    };
    this.#stop = stop;
    try {
      this.#ready ??= this.#tools.ask("evaluate", ["{}", "true"]).catch(ignoreProblem);
      await this.#ready;
      if (stopped !== undefined) return answer(stopped);
      isLoaded = true;
      timer = setTimeout(() => stop("timeout"), LIMIT);
      return { hits: await this.#tools.ask("evaluate", [text, expression]) };
    } catch (error) {
      if (stopped !== undefined) return answer(stopped);
      this.#ready = undefined;
      const { message, fields } = error as WorkerError;
      const position = fields?.position;
      return typeof position === "number"
        ? { problem: message.replace(/^at \d+ of the expression: /, ""), position }
        : { problem: message };
    } finally {
      clearTimeout(timer);
      if (this.#stop === stop) this.#stop = undefined;
    }
  }

  /** Gives up what runs. */
  cancel(): void {
    this.#stop?.("cancel");
  }
}

const answer = (why: "timeout" | "cancel" | "newer"): Evaluation | undefined => (why === "newer" ? undefined : { stopped: why });

/** Only that the core answers matters, not what; what keeps the worker from starting is told by the next question. */
function ignoreProblem(error: unknown): void {
  if (error instanceof WorkerError && error.name !== "FhirPathError") throw error;
}

/** The expressions of this visit, as the up and down keys bring them back. */
export class ExpressionHistory {
  readonly #kept: string[] = [];
  /** Which of them the keys have reached; behind the last one is what is being typed. */
  #at = 0;
  #draft = "";

  keep(expression: string): void {
    const known = this.#kept.indexOf(expression);
    if (known >= 0) this.#kept.splice(known, 1);
    if (expression !== "") this.#kept.push(expression);
    this.#at = this.#kept.length;
  }

  /** The one before or after; none at the ends. */
  step(direction: -1 | 1, typed: string): string | undefined {
    if (this.#at === this.#kept.length) this.#draft = typed;
    // What is shown now does not count as a step.
    const from = direction === -1 && this.#kept[this.#at - 1] === typed ? this.#at - 1 : this.#at;
    const to = from + direction;
    if (to < 0 || to > this.#kept.length) return;
    this.#at = to;
    return to === this.#kept.length ? this.#draft : this.#kept[to];
  }
}
