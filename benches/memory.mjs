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

export function memory(times) {
  return { validate: run("validate"), parse: run("parse"), many: run("many", String(times)) };
}
