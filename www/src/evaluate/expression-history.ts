/** The expressions of this visit, as the up and down keys bring them back. */
export class ExpressionHistory {
  readonly #kept: string[] = [];
  /** Where the keys have led to; behind the last one is what is being typed. */
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
    // What is shown now is no step.
    const from = direction === -1 && this.#kept[this.#at - 1] === typed ? this.#at - 1 : this.#at;
    const to = from + direction;
    if (to < 0 || to > this.#kept.length) return;
    this.#at = to;
    return to === this.#kept.length ? this.#draft : this.#kept[to];
  }
}
