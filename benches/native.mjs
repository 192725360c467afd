// The native bench program (benches/native.rs), measured against JSON.parse of this process.
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { MESSAGES } from "./messages.mjs";
import { callTime, warmUp } from "./timing.mjs";

/** Builds the program; undefined where that fails, which cargo has explained by then. */
export function buildNative(root) {
  const { status, stdout } = spawnSync("cargo", ["bench", "--quiet", "--bench", "native", "--no-run", "--message-format=json"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) return undefined;
  const built = stdout.split("\n").filter((line) => line.startsWith("{"));
  return built.map((line) => JSON.parse(line)).find(({ executable, target }) => executable && target.name === "native")?.executable;
}

/** Starts the program on the files of the messages. It answers one question at a time. */
export function startNative(executable, paths) {
  const child = spawn(executable, ["--answer", ...paths], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    stop: () => child.kill(),
    ask: async (question) => {
      child.stdin.write(`${question}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("its process ended");
      return Number(value);
    },
  };
}

export class NativeCandidate {
  #native;
  #asked;
  #text;

  constructor(native, asked, name) {
    this.#native = native;
    this.#asked = asked;
    this.name = name;
  }

  async sample({ name }, budget) {
    const index = MESSAGES.findIndex((message) => message.name === name);
    if (this.#text?.name !== name) this.#text = { name, text: MESSAGES[index].write() };
    const { text } = this.#text;
    const parseText = () => JSON.parse(text);
    warmUp(parseText);
    const parse = callTime(parseText, budget);
    const call = await this.#native.ask(`${this.#asked} ${index} ${budget}`);
    return { ratio: call / parse, parse, call };
  }

  stop() {
    this.#native.stop();
  }
}
