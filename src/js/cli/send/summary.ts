/** What all results of sending come to, for the closing line. */
import { count, number } from "../numbers.js";
import type { Sent } from "./formats.js";

const GOOD = ["ok", "accepted"];

export class SendSummary {
  readonly #start = performance.now();
  readonly #outcomes = new Map<string, number>();
  #created = 0;
  #messages = 0;
  /** How many the receiver has neither processed nor accepted. */
  notSent = 0;

  add({ result }: Sent): void {
    const outcome = result === "interrupted" ? result : result.outcome;
    this.#messages += 1;
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    if (!GOOD.includes(outcome)) this.notSent += 1;
    if (result !== "interrupted") this.#created += result.answer?.created.length ?? 0;
  }

  /** Such as `3 messages: 2 ok, 1 refused; 2 resources created; 15/s, 0.2 s`. */
  text(): string {
    const seconds = (performance.now() - this.#start) / 1000;
    const outcomes = [...this.#outcomes].map(([outcome, times]) => `${number(times)} ${outcome}`);
    const messages = count(this.#messages, "message");
    const sentences = [
      outcomes.length === 0 ? messages : `${messages}: ${outcomes.join(", ")}`,
      `${count(this.#created, "resource")} created`,
      `${number(this.#messages / seconds)}/s, ${seconds.toFixed(1)} s`,
    ];
    return `${sentences.join("; ")}\n`;
  }
}
