// `npm test`: sets up, builds, and runs every test. What a runner prints stays as it is; the closing lines are repeated at the end.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build, buildPage } from "./build.mjs";
import { chromium, databaseDriver, firefoxForCi } from "./setup.mjs";
import { fail, readOptions, root, say } from "./steps.mjs";

readOptions("npm test\nSets up, builds, and runs every test: Rust, JavaScript and, where there is a Chromium, in the browser.");
await build();
await buildPage();
await databaseDriver();
const browser = chromium();
if (!browser && process.env.CI === "true") fail("The browser tests need Chromium, and it could not be installed.");
firefoxForCi();

const closing = [];
let failed = false;

/** Runs a test runner, shows its output, and keeps the lines by which it closes. */
async function suite(name, command, args, closes, env = {}) {
  say(name);
  const runner = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  runner.stdout.on("data", (part) => {
    process.stdout.write(part);
    text += part;
  });
  const code = await new Promise((done) => runner.on("error", () => done(1)).on("close", done));
  failed ||= code !== 0;
  closing.push(`${name}: ${code === 0 ? "passed" : "FAILED"}`, ...text.split("\n").filter((line) => closes.test(line)));
}

const tests = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".test.mjs"))
    .map((name) => `${folder}/${name}`);
const nodeCloses = /^(#|ℹ) (tests|pass|fail|skipped) \d+/;
const node = ["--test", "--test-reporter=tap"];

const crates = [
  "--package",
  "fhirpost",
  "--package",
  "fhirpost-wasm",
  "--features",
  "fhirpost/compile-definitions,fhirpost-wasm/typescript",
];
await suite("Rust tests", "cargo", ["test", ...crates], /^test result: /);
await suite("Rust examples", "cargo", ["test", ...crates, "--examples"], /^test result: /);
await suite("JavaScript tests", process.execPath, [...node, ...tests("tests/js")], nodeCloses);
if (browser) {
  await suite("Browser tests", process.execPath, [...node, "--test-concurrency=1", ...tests("tests/browser")], nodeCloses, {
    CHROMIUM: browser,
  });
}
console.log(`\n${closing.join("\n")}`);
if (failed) fail("Some tests failed.");
say(browser ? "All tests passed." : "All tests passed; those in the browser were left out.");
