/** Evaluates expressions in a worker of its own, which can be stopped without stopping anything else. Of several, only the newest is answered. */

import type { WorkerError } from "../workers/client.js";
import { newTools } from "../workers.js";
import type { Reason } from "./advice.js";
import type { Hits } from "./hits.js";

/** An expression that takes longer is stopped. */
export const LIMIT = 5000;

export type Evaluation = { hits: Hits } | { problem: string; position?: number } | { stopped: "timeout" | "cancel" };

const worker = newTools();

/** Gives nothing when a newer expression has come. */
export async function evaluateNewest(text: string, expression: string): Promise<Evaluation | undefined> {
  try {
    return { hits: await worker.askNewest("evaluate", [text, expression], LIMIT) };
  } catch (error) {
    const { name, message, fields } = error as WorkerError;
    if (name === "AbortError" && message === "newer") return undefined;
    if (name === "AbortError" && (message === "timeout" || message === "cancel")) return { stopped: message };
    const position = fields?.position;
    return typeof position === "number" ? { problem: message.replace(/^at \d+ of the expression: /, ""), position } : { problem: message };
  }
}

/** Why it gave nothing; nothing when that cannot be told, or is not wanted any more. */
export async function explainNewest(text: string, expression: string): Promise<Reason | undefined> {
  return worker.askNewest("explain", [text, expression], LIMIT).catch(() => undefined);
}

/** Gives up what runs. */
export function cancel(): void {
  if (worker.isBusy) worker.stop("cancel");
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
