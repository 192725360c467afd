/** What all results come to, for the closing line. */
import type { ValidationReport } from "../../types.js";
import type { LeastSeverity } from "../arguments.js";
import { count, number } from "../numbers.js";

export class Summary {
  readonly #start = performance.now();
  readonly #counts = { error: 0, warning: 0, information: 0 };
  #texts = 0;
  #truncated = 0;
  #incomplete = 0;
  #mended = 0;
  invalid = 0;

  /** @param mended How many issues were mended before it is as the report says. */
  add({ valid, counts, truncated, complete }: ValidationReport, mended = 0): void {
    this.#mended += mended;
    this.#texts += 1;
    if (!valid) this.invalid += 1;
    if (truncated) this.#truncated += 1;
    else if (!complete) this.#incomplete += 1;
    this.#counts.error += counts.fatal + counts.error;
    this.#counts.warning += counts.warning;
    this.#counts.information += counts.information;
  }

  /**
   * Such as `3 texts: 2 valid, 1 not; 1 error, 0 warnings, 2 information (not shown); 15/s, 0.2 s`: messages, or whichever resources they are.
   * @param mended What has become of the issues that can be mended, where that was asked for.
   */
  text(shown: LeastSeverity, mended?: string): string {
    const seconds = (performance.now() - this.#start) / 1000;
    const { error, warning, information } = this.#counts;
    const hidden = (count: number, isShown: boolean) => (count > 0 && !isShown ? " (not shown)" : "");
    const issues = [
      count(error, "error"),
      `${count(warning, "warning")}${hidden(warning, shown !== "error")}`,
      `${number(information)} information${hidden(information, shown === "information")}`,
    ];
    const sentences = [
      `${count(this.#texts, "text")}: ${number(this.#texts - this.invalid)} valid, ${number(this.invalid)} not`,
      issues.join(", "),
      ...(mended === undefined ? [] : [`${number(this.#mended)} ${mended}`]),
      ...(this.#truncated > 0 ? [`${count(this.#truncated, "text")} not judged to the end, for too many issues`] : []),
      ...(this.#incomplete > 0 ? [`${count(this.#incomplete, "text")} not judged to the end, for too much work`] : []),
      `${number(this.#texts / seconds)}/s, ${seconds.toFixed(1)} s`,
    ];
    return `${sentences.join("; ")}\n`;
  }
}
