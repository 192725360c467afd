// Gets what building and testing need: the Rust toolchain with the wasm target, the npm packages, the database driver and, for the tests, a
// browser. Each where it is needed first, so that nobody waits for what is not used.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fail, made, output, root, run, runs, say } from "./steps.mjs";

const LEAST_NODE = 20;
const TARGET = "wasm32-unknown-unknown";
const DRIVER = "node_modules/better-sqlite3/build/Release/better_sqlite3.node";

/** rust-toolchain.toml names the toolchain. rustup does not always install by itself what is missing. */
export async function rust() {
  if (output("rustup", ["--version"]) === undefined) {
    fail("Rust is needed, installed with rustup: see https://rustup.rs");
  }
  if (output("rustc", ["--version"]) === undefined) {
    await run("Installing the Rust toolchain of rust-toolchain.toml", "rustup", ["toolchain", "install"]);
  }
  if (!output("rustup", ["target", "list", "--installed"])?.includes(TARGET)) {
    await run("Installing Rust's target for WebAssembly", "rustup", ["target", "add", TARGET]);
  }
}

/** What only the checks need of the toolchain. */
export async function linters() {
  await rust();
  const components = output("rustup", ["component", "list", "--installed"]) ?? "";
  if (["clippy", "rustfmt"].some((name) => !components.includes(name))) {
    await run("Installing Rust's linter and formatter", "rustup", ["component", "add", "clippy", "rustfmt"]);
  }
}

/** The npm packages, but without what they would compile: `databaseDriver` does that. */
export async function packages() {
  if (Number(process.versions.node.split(".")[0]) < LEAST_NODE) {
    fail(`Node ${LEAST_NODE} or later is needed; this is ${process.versions.node}.`);
  }
  await packagesOf(".", "Installing the npm packages");
}

/** Those of a folder. Their scripts do not run: none of these packages needs them, but for the database driver. */
export function packagesOf(folder, what) {
  const of = [`${folder}/package-lock.json`, `${folder}/package.json`];
  // npm writes this file last, so it tells whether an installation was finished.
  return made({ name: `packages-${folder.replaceAll("/", "-")}`, of, gives: [`${folder}/node_modules/.package-lock.json`] }, () =>
    run(what, "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"], { cwd: join(root, folder) }),
  );
}

/** SQLite's driver for Node is C++: compiling it takes minutes, and only tests and `--store` use it. */
export async function databaseDriver() {
  await packages();
  if (existsSync(join(root, DRIVER))) return;
  await run("Building the driver of SQLite", "npm", ["rebuild", "better-sqlite3", "--loglevel=error", "--foreground-scripts=false"]);
}

/** The path of a Chromium for the browser tests; undefined, with a word why, where there is none. */
export function chromium() {
  const found = findChromium();
  if (found) return found;
  installPackage("chromium", "Chromium for the browser tests");
  const installed = findChromium();
  if (!installed) say("There is no Chromium here: install one, or name it in the variable CHROMIUM, to run the browser tests.");
  return installed;
}

/** One test runs in Firefox, too, where there is one; only CI installs it for that. */
export function firefoxForCi() {
  if (process.env.CI === "true" && output("firefox-esr", ["--version"]) === undefined)
    installPackage("firefox-esr", "Firefox for its test");
}

/** valgrind, which counts instructions; whether it is there. */
export function valgrind() {
  if (output("valgrind", ["--version"]) !== undefined) return true;
  installPackage("valgrind", "valgrind");
  return output("valgrind", ["--version"]) !== undefined;
}

/** Installs a package of Debian's where that is allowed. */
function installPackage(name, what) {
  if (process.getuid?.() !== 0 || output("apt-get", ["--version"]) === undefined) return;
  say(`Installing ${what}`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, stdio: ["ignore", "ignore", "inherit"] };
  if (runs("apt-get", ["update", "-qq"], options)) runs("apt-get", ["install", "-y", "-qq", name], options);
}

function findChromium() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [process.env.CHROMIUM, ...folders.flatMap((folder) => names.map((name) => join(folder, name)))];
  return candidates.find((path) => path && existsSync(path));
}
