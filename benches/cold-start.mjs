// Milliseconds from the start of Node to the first verdict, over those of an empty script.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "./timing.mjs";

const child = (name) => fileURLToPath(new URL(`./children/${name}.mjs`, import.meta.url));

function runTime(script, ...args) {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [child(script), ...args]);
  if (status !== 0) throw new Error(`${script}.mjs failed`);
  return performance.now() - start;
}

/** In turns, so that a busy moment slows both. */
export function coldStart(path, rounds) {
  const empty = [];
  const more = [];
  for (let round = -2; round < rounds; round++) {
    const base = runTime("empty");
    const taken = runTime("first-verdict", path);
    // Two rounds until the files are in the cache.
    if (round < 0) continue;
    empty.push(base);
    more.push(taken - base);
  }
  return { rounds, empty: median(empty), more: median(more) };
}
