// How the scripts run commands and say what they do. Plain Node: this works before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

export const say = (text) => console.log(`fhirpost: ${text}`);

/** Ends the script with one plain sentence. */
export function fail(text) {
  console.error(`fhirpost: ${text}`);
  process.exit(1);
}

/** Runs a command where the user sees it; says whether it went well. */
export function runs(command, args, options = {}) {
  const { error, status } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  return !error && status === 0;
}

/** Runs a command, or ends the script. */
export function run(what, command, args, options) {
  say(what);
  if (!runs(command, args, options)) fail(`This failed: ${[command, ...args].join(" ")}`);
}

/** What a command prints, or undefined when it is not there or fails. */
export function output(command, args) {
  const { error, status, stdout } = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });
  return error || status !== 0 ? undefined : stdout.trim();
}

/** Runs the command of an npm package, with the Node that runs this. */
export function packageCommand(name, args) {
  return [join(root, "node_modules/.bin", process.platform === "win32" ? `${name}.cmd` : name), args];
}

function newest(path) {
  if (!existsSync(path)) return Number.POSITIVE_INFINITY;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Whether all outputs are there and younger than every input (files or folders, below the root). */
export function isFresh(outputs, inputs) {
  const made = outputs.map((path) => join(root, path));
  if (!made.every((path) => existsSync(path))) return false;
  const oldest = Math.min(...made.map((path) => statSync(path).mtimeMs));
  return inputs.every((path) => newest(join(root, path)) <= oldest);
}

/** Whether this file is the one that Node was asked to run. */
export const isMain = (url) => process.argv[1] === fileURLToPath(url);
