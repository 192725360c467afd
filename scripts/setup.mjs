// Gets everything that building and testing need: the Rust toolchain with the wasm target, the npm packages and, for the tests, a browser.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fail, isFresh, output, run, runs, say } from "./steps.mjs";

const LEAST_NODE = 20;

export function setup() {
  if (Number(process.versions.node.split(".")[0]) < LEAST_NODE) {
    fail(`Node ${LEAST_NODE} or later is needed; this is ${process.versions.node}.`);
  }
  rust();
  packages();
}

function rust() {
  if (output("rustup", ["--version"]) === undefined) {
    fail("Rust is needed, installed with rustup: see https://rustup.rs");
  }
  // rust-toolchain.toml names the toolchain, its components and the wasm target. rustup does not always install them by itself.
  const targets = output("rustup", ["target", "list", "--installed"]) ?? "";
  const components = output("rustup", ["component", "list", "--installed"]) ?? "";
  const complete =
    output("rustc", ["--version"]) !== undefined &&
    targets.includes("wasm32-unknown-unknown") &&
    components.includes("clippy") &&
    components.includes("rustfmt");
  if (!complete) run("Installing the Rust toolchain of rust-toolchain.toml", "rustup", ["toolchain", "install"]);
}

function packages() {
  // npm writes this file last, so it tells whether an installation was finished, and when.
  if (!isFresh(["node_modules/.package-lock.json"], ["package-lock.json", "package.json"])) {
    run("Installing the npm packages", "npm", ["ci", "--no-audit", "--no-fund"]);
  }
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
