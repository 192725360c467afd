// What a large message needs at its peak, and whether many small ones leave anything behind.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./children/memory.mjs", import.meta.url));

function run(...args) {
  const { status, stdout } = spawnSync(process.execPath, ["--expose-gc", CHILD, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`memory.mjs ${args.join(" ")} failed`);
  return JSON.parse(stdout);
}

/** `small` and `large` are files with messages. */
export function memory(small, large, times) {
  const measure = (what) => run(what, small, large, String(times));
  return { validate: measure("validate"), parse: measure("parse"), many: measure("many") };
}
