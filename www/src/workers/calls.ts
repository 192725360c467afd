/**
 * The worker's end of the page's questions: what is called by name is answered, in whatever order that takes. Arguments, results and errors
 * are copied between the threads, so no functions.
 */

/** What a worker can be asked for, by name. */
export type Operations<Names extends PropertyKey = string> = Record<Names, (...args: never[]) => unknown>;

/** What is answered as soon as the worker is ready. */
export const READY = "ready";

export type Call = { id: number } & ({ name: string; args: unknown[] } | { abort: true });
export type Reply = { id: number } & ({ result: unknown } | { progress: unknown } | { failure: Failure; isAborted: boolean });

/** An Error crosses with its name and message; the fields of its own would be lost, so they go along. */
export interface Failure {
  name: string;
  message: string;
  [field: string]: unknown;
}

/** What a call brings besides its arguments. */
export interface CallHooks<Progress> {
  signal: AbortSignal;
  report: (progress: Progress) => void;
}

/** @param ready What every call waits for, such as the core. */
export function answerCalls<Progress>(operationsOf: (hooks: CallHooks<Progress>) => Operations, ready?: Promise<unknown>): void {
  const running = new Map<number, AbortController>();
  const answer = (reply: Reply) => self.postMessage(reply);
  self.addEventListener("message", async ({ data }: MessageEvent<Call>) => {
    const { id } = data;
    if ("abort" in data) return running.get(id)?.abort();
    const controller = new AbortController();
    running.set(id, controller);
    const { signal } = controller;
    try {
      await ready;
      if (data.name === READY) return answer({ id, result: undefined });
      const operations: Operations = operationsOf({ signal, report: (progress) => answer({ id, progress }) });
      const result = await (operations[data.name] as (...args: unknown[]) => unknown)(...data.args);
      answer({ id, result });
    } catch (error) {
      answer({ id, failure: failureOf(error), isAborted: signal.aborted });
    } finally {
      running.delete(id);
    }
  });
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  return { ...error, name: error.name, message: error.message };
}
