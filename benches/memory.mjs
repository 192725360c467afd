// What a large message needs at its peak, and whether many small ones leave anything behind.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./children/memory.mjs", import.meta.url));
const RUNS = 3;

function run(...args) {
  const { status, stdout } = spawnSync(process.execPath, ["--expose-gc", CHILD, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`memory.mjs ${args.join(" ")} failed`);
  return JSON.parse(stdout);
}

/** The run in the middle: how high the peak is depends on when V8 collects garbage. */
function medianRun(...args) {
  const runs = Array.from({ length: RUNS }, () => run(...args));
  return runs.toSorted((a, b) => a.process - b.process)[RUNS >> 1];
}

/** `small` and `large` are files with messages. */
export function memory(small, large, times) {
  return {
    validate: medianRun("validate", small, large),
    parse: medianRun("parse", small, large),
    many: run("many", small, large, String(times)),
  };
}
