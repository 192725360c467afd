/** Work that shares a key is done one after the other; whoever has waited too long for its turn leaves the queue. */

interface Turn {
  keys: Set<string>;
  /** Tells it that its turn has come. */
  begin: (() => void) | undefined;
}

export class Turns {
  /** Who waits for a key, first of all the one whose turn it is. */
  readonly #queues = new Map<string, Set<Turn>>();

  /**
   * Does the work when all earlier work with one of the keys is done. All keys are taken at once, so nobody waits in a circle.
   * @param limit When it is aborted before the turn has come the work is not done, and its reason is thrown.
   */
  async take<T>(keys: string[], work: () => Promise<T>, limit?: AbortSignal): Promise<T> {
    const turn: Turn = { keys: new Set(keys), begin: undefined };
    for (const key of turn.keys) this.#queue(key).add(turn);
    try {
      await this.#come(turn, limit);
      return await work();
    } finally {
      this.#leave(turn);
    }
  }

  #queue(key: string): Set<Turn> {
    const queue = this.#queues.get(key) ?? new Set();
    this.#queues.set(key, queue);
    return queue;
  }

  /** Nothing of a turn that was waited for in vain stays behind: a handler that hangs gathers no copies of its message. */
  async #come(turn: Turn, limit: AbortSignal | undefined): Promise<void> {
    if (this.#isFirst(turn)) return;
    limit?.throwIfAborted();
    let giveUp = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        turn.begin = resolve;
        giveUp = () => reject(limit?.reason);
        limit?.addEventListener("abort", giveUp);
      });
    } finally {
      turn.begin = undefined;
      limit?.removeEventListener("abort", giveUp);
    }
  }

  #isFirst(turn: Turn): boolean {
    return [...turn.keys].every((key) => this.#first(key) === turn);
  }

  #first(key: string): Turn | undefined {
    const [first] = this.#queues.get(key) ?? [];
    return first;
  }

  #leave(turn: Turn): void {
    for (const key of turn.keys) {
      const queue = this.#queue(key);
      queue.delete(turn);
      if (queue.size === 0) this.#queues.delete(key);
    }
    for (const key of turn.keys) {
      const next = this.#first(key);
      if (next !== undefined && this.#isFirst(next)) next.begin?.();
    }
  }
}
