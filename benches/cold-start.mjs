// Milliseconds from the start of Node to the first verdict, over those of an empty script.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median } from "./timing.mjs";

const child = (name) => fileURLToPath(new URL(`./children/${name}.mjs`, import.meta.url));

/** When a script has written its word, and when its process has ended: V8 may still be compiling in between. */
async function run(script, ...args) {
  const start = performance.now();
  const node = spawn(process.execPath, [child(script), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(node, "close");
  const [word] = await once(node.stdout, "data");
  const spoken = performance.now() - start;
  const [status] = await ended;
  if (status !== 0 || String(word) === "false") throw new Error(`${script}.mjs failed`);
  return { spoken, ended: performance.now() - start };
}

/** In turns, so that a busy moment slows both. */
export async function coldStart(path, rounds) {
  const pairs = [];
  for (let round = -2; round < rounds; round++) {
    const pair = { empty: await run("empty"), verdict: await run("first-verdict", path) };
    // Two rounds until the files are in the cache.
    if (round >= 0) pairs.push(pair);
  }
  const over = (name) => median(pairs.map(({ empty, verdict }) => verdict[name] - empty[name]));
  return { rounds, empty: median(pairs.map(({ empty }) => empty.spoken)), verdict: over("spoken"), end: over("ended") };
}
