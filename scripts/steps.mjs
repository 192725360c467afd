// How the scripts run commands, say what they do and how long it took, and leave out what is done already. Plain Node: this works before
// anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export const root = fileURLToPath(new URL("..", import.meta.url));

export const say = (text) => console.log(`fhirpost: ${text}`);

const SECOND = 1000;

/** The commands under way: what fails ends the others, too. */
const underWay = new Set();

/** Ends the script with one plain sentence. */
export function fail(text) {
  for (const child of underWay) child.kill();
  console.error(`fhirpost: ${text}`);
  process.exit(1);
}

/** Runs a command where the user sees it; says whether it went well. */
export function runs(command, args, options = {}) {
  const { error, status } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  return !error && status === 0;
}

/** Runs a command, or ends the script. Others may run beside it. */
export async function run(what, command, args, options = {}) {
  const started = Date.now();
  const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
  underWay.add(child);
  const status = await new Promise((done) => child.on("error", () => done(undefined)).on("close", done));
  underWay.delete(child);
  if (status !== 0) fail(`This failed: ${[command, ...args].join(" ")}`);
  say(`${what}: ${((Date.now() - started) / SECOND).toFixed(1)} s`);
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

/** The digest of files and folders below the root, by their names and content; undefined when one is not there. */
function digest(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return false;
    if (statSync(full).isDirectory()) {
      return readdirSync(full)
        .sort()
        .every((name) => add(`${path}/${name}`));
    }
    const bytes = readFileSync(full);
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    return true;
  };
  return paths.every(add) ? hash.digest("hex") : undefined;
}

/**
 * Makes something, unless what it is made of and what was made are as they were when it was made last: by their content, since a fresh
 * clone, a copy or another branch changes the times of files that stay the same. `ways` are the ways of making it that are good enough,
 * the first of them the one to make it in.
 */
export async function made({ name, of, gives, ways = [""] }, make) {
  const stamp = join(root, "target/made", `${name}.json`);
  const kept = existsSync(stamp) ? JSON.parse(readFileSync(stamp, "utf8")) : {};
  const now = digest(of);
  if (now !== undefined && kept.of === now && ways.includes(kept.way) && kept.gives === digest(gives)) return;
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ of: now, way: ways[0], gives: digest(gives) }));
}

/** Reads a script's options before anything else is done: `--help` and a wrong option are answered at once. */
export function readOptions(usage, options = {}, more = {}) {
  try {
    const { values, positionals } = parseArgs({ options: { ...options, help: { type: "boolean", short: "h" } }, ...more });
    if (!values.help) return { ...values, positionals };
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`fhirpost: ${error.message.split(". ")[0]}.\n\n${usage}`);
    process.exit(2);
  }
}

/** Whether this file is the one that Node was asked to run. */
export const isMain = (url) => process.argv[1] === fileURLToPath(url);
