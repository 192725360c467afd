// `npm run check`: everything that is looked at without running it. Warnings are errors.
import { build } from "./build.mjs";
import { linters } from "./setup.mjs";
import { fail, packageCommand, readOptions, runs, say } from "./steps.mjs";

readOptions("npm run check\nLooks at formatting, linters, types and documentation. Warnings are errors.");
await linters();
// The types of the loader are made by the build.
await build();

const deny = { ...process.env, RUSTDOCFLAGS: "-D warnings" };
const checks = [
  ["Layers", process.execPath, ["scripts/layers.mjs", "--quiet"]],
  ["Rust formatting", "cargo", ["fmt", "--all", "--check"]],
  [
    "Clippy",
    "cargo",
    ["clippy", "--quiet", "--workspace", "--all-targets", "--features", "fhirpost/compile-definitions", "--", "-D", "warnings"],
  ],
  ["Clippy for wasm", "cargo", ["clippy", "--quiet", "--lib", "--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]],
  ["Rust documentation", "cargo", ["doc", "--quiet", "--no-deps", "--document-private-items"]],
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
