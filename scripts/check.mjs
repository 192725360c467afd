// `npm run check`: everything that is looked at without running it. Warnings are errors.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { linters } from "./setup.mjs";
import { fail, output, packageCommand, readOptions, root, runs, say } from "./steps.mjs";

readOptions("npm run check\nLooks at formatting, linters, types and documentation. Warnings are errors.");
await linters();
// The types of the loader are made by the build.
await build();

const CRATES = ["--package", "fhirpost", "--package", "fhirpost-wasm"];

function clippyForWasm(...features) {
  const boundary = ["--package", "fhirpost-wasm", "--lib", ...features];
  return ["clippy", "--quiet", ...boundary, "--target", "wasm32-unknown-unknown", "--", "-D", "warnings"];
}

/**
 * The least Rust that Cargo.toml promises: all checks run with it where rust-toolchain.toml has the same. Where that has a later one, it is
 * tried with the least, if that is installed.
 */
function leastRust() {
  const version = (file, name) => new RegExp(`^${name} = "([^"]+)"$`, "m").exec(readFileSync(join(root, file), "utf8"))?.[1];
  const [least, used] = [version("Cargo.toml", "rust-version"), version("rust-toolchain.toml", "channel")];
  if (least === undefined || used === undefined) fail("Cargo.toml has no rust-version, or rust-toolchain.toml no channel.");
  const toolchain = output("rustup", ["toolchain", "list"])?.match(new RegExp(`^${least.replaceAll(".", "\\.")}[.-]\\S+`, "m"))?.[0];
  if (`${used}.`.startsWith(`${least}.`) || toolchain === undefined) return [];
  return [[`The least Rust, ${least}`, "rustup", ["run", toolchain, "cargo", "check", "--quiet", ...CRATES]]];
}

const deny = { ...process.env, RUSTDOCFLAGS: "-D warnings" };
const checks = [
  ["Layers", process.execPath, ["scripts/layers.mjs", "--quiet"]],
  ["Rust formatting", "cargo", ["fmt", "--all", "--check"]],
  [
    "Clippy",
    "cargo",
    [
      "clippy",
      "--quiet",
      "--workspace",
      "--all-targets",
      "--features",
      "fhirpost/compile-definitions,fhirpost-wasm/typescript",
      "--",
      "-D",
      "warnings",
    ],
  ],
  ["Clippy for wasm", "cargo", clippyForWasm()],
  ["Clippy for the wasm that only validates", "cargo", clippyForWasm("--no-default-features")],
  ["Rust documentation", "cargo", ["doc", "--quiet", "--no-deps", "--document-private-items", ...CRATES]],
  ...leastRust(),
  ["The types of Rust for TypeScript", process.execPath, ["scripts/types.mjs", "--check"]],
  ["TypeScript", ...packageCommand("tsc", ["-p", "tsconfig.json"])],
  ["TypeScript of the service worker", ...packageCommand("tsc", ["-p", "tsconfig.service-worker.json"])],
  ["JavaScript linter and formatting", ...packageCommand("biome", ["ci", "--colors=off", "--error-on-warnings", "."])],
];
const failed = checks.filter(([name, command, args]) => {
  say(name);
  return !runs(command, args, { env: deny });
});
if (failed.length > 0) fail(`These checks failed: ${failed.map(([name]) => name).join(", ")}.`);
say("All checks passed.");
