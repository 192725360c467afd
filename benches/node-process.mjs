// A candidate in a Node process of its own.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const CANDIDATE = fileURLToPath(new URL("./children/candidate.mjs", import.meta.url));
const SET_UP_LIMIT = 60_000;

export class NodeProcess {
  #child;

  constructor({ name, version, peer }) {
    this.name = name;
    this.version = version;
    this.peer = peer;
  }

  verdict(text, limit) {
    return this.#ask({ ask: "verdict", text }, limit);
  }

  verdictOnMessage({ name }, limit) {
    return this.#ask({ ask: "verdictOnMessage", name }, limit);
  }

  sample({ name }, budget, limit) {
    return this.#ask({ ask: "sample", name, budget }, limit);
  }

  async #ask(question, limit) {
    if (!this.#child) {
      this.#child = fork(CANDIDATE, [this.name], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
      await this.#answer(SET_UP_LIMIT).catch((error) => {
        this.stop();
        throw error;
      });
    }
    this.#child.send(question);
    return this.#answer(limit);
  }

  /** The next answer. A child that takes too long is ended; the next question starts another. */
  #answer(limit) {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        child.removeAllListeners();
      };
      const end = (reason) => {
        done();
        this.stop();
        reject(new Error(reason));
      };
      const timer = setTimeout(() => end(`over ${limit / 1000} s`), limit);
      child.on("exit", () => end("its process ended"));
      child.on("message", ({ answer, problem }) => {
        done();
        if (problem) reject(new Error(problem));
        else resolve(answer);
      });
    });
  }

  stop() {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }
}
