// Weighs JSON parsers against the library's own scanner, in wasm and natively, on Bundles of three sizes:
// node benches/json-parsers/run.mjs
// It builds what it needs and prints Markdown. Times are ratios to JSON.parse of the same text, each taken next to a sample of
// JSON.parse in the same run, so that a busy machine slows both.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { messageText } from "./bundle.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(here, "target");
const out = join(target, "bench");

const PARSERS = [
  ["own", "fhirpost's scanner"],
  ["jiter-pull", "jiter, iterator"],
  ["jiter-names", "jiter, iterator, with names and duplicates"],
  ["jsonc", "jsonc-parser, AST"],
  ["spanned", "json-spanned-value"],
  ["raw", "serde_json, RawValue by address"],
  ["jiter-value", "jiter, JsonValue (no positions)"],
  ["value", "serde_json, Value (no positions)"],
];
const TEXTS = [
  { name: "5 kB", bytes: 5_000, times: 200, rounds: 41 },
  { name: "90 kB", bytes: 90_000, times: 20, rounds: 41 },
  { name: "5 MB", bytes: 5_000_000, times: 1, rounds: 15 },
];
// What Rust's wasm target turns on by itself; wasm-opt must be told.
const FEATURES = ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "sign-ext", "reference-types", "multivalue"];

function run(command, args, cwd = here) {
  // The build folder is this bench's own, except for the library's tool, which is mostly there already.
  const env = cwd === here ? { ...process.env, CARGO_TARGET_DIR: target } : process.env;
  const { error, status } = spawnSync(command, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
  if (error || status !== 0) throw new Error(`This failed: ${[command, ...args].join(" ")}`);
}

function findWasmOpt() {
  const installed = join(root, "node_modules/.bin/wasm-opt");
  if (existsSync(installed)) return { wasmOpt: installed };
  const folder = mkdtempSync(join(tmpdir(), "json-parsers-"));
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "binaryen"]);
  return { wasmOpt: join(folder, "node_modules/.bin/wasm-opt"), folder };
}

/** Builds the wasm with one parser, or with none, and gives its size and its loader. */
function buildWasm(feature, wasmOpt) {
  const triple = "wasm32-unknown-unknown";
  const features = feature ? ["--features", feature] : [];
  run("cargo", ["build", "--quiet", "--release", "--lib", "--target", triple, ...features]);
  const folder = join(out, feature ?? "none");
  const built = join(target, triple, "release/json_parsers.wasm");
  run("cargo", ["run", "--quiet", "--package", "bindgen", "--", built, folder], root);
  renameSync(join(folder, "fhirpost.js"), join(folder, "loader.mjs"));
  const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
  const wasm = join(folder, "fhirpost_bg.wasm");
  run(wasmOpt, ["-O3", ...FEATURES.map((name) => `--enable-${name}`), ...strip, wasm, "-o", wasm]);
  const bytes = readFileSync(wasm);
  return { folder, bytes, size: bytes.length, brotli: brotliCompressSync(bytes).length };
}

async function load({ folder, bytes }) {
  const loader = await import(pathToFileURL(join(folder, "loader.mjs")).href);
  const { memory } = await loader.default({ module_or_path: bytes });
  return { Text: loader.Text, receive: loader.receive, memory };
}

/** Asks the native program one question at a time. */
function startNative(paths) {
  const child = spawn(join(target, "release/native"), paths, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (question) => {
    child.stdin.write(`${question}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`The native program ended at: ${question}`);
    return value;
  };
  return { ask, end: () => child.stdin.end() };
}

function time(task, times) {
  const start = performance.now();
  for (let i = 0; i < times; i++) task();
  return (performance.now() - start) / times;
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Median of the ratios, each of a sample and the sample of JSON.parse taken just before it. */
async function compare(text, tasks, { times, rounds }) {
  const ratios = new Map(tasks.map(([name]) => [name, []]));
  const parse = [];
  for (let round = -2; round < rounds; round++) {
    for (const [name, task] of tasks) {
      const base = time(() => JSON.parse(text), times);
      const taken = await task(times);
      // Two rounds to warm up.
      if (round < 0) continue;
      parse.push(base);
      ratios.get(name).push(taken / base);
    }
  }
  return { parse: median(parse), ratios: new Map([...ratios].map(([name, all]) => [name, median(all)])) };
}

const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map((_, i) => (i ? "--:" : "---"))), ...rows.map(row)].join("\n");

mkdirSync(out, { recursive: true });
const texts = TEXTS.map((text) => ({ ...text, text: messageText(text.bytes), path: join(out, `${text.name.replace(" ", "")}.json`) }));
for (const { path, text } of texts) writeFileSync(path, text);

run("cargo", ["build", "--quiet", "--release", "--features", "all", "--bin", "native"]);
const { wasmOpt, folder: installed } = findWasmOpt();
const none = buildWasm(undefined, wasmOpt);
const builds = new Map(PARSERS.map(([feature]) => [feature, buildWasm(feature, wasmOpt)]));
if (installed) rmSync(installed, { recursive: true });
const { receive } = await load(none);
const loaded = new Map();
for (const [feature, build] of builds) loaded.set(feature, await load(build));

const native = startNative(texts.map(({ path }) => path));
const results = [];
for (const [index, text] of texts.entries()) {
  const tasks = [["receive", (times) => time(() => receive(text.text), times)]];
  for (const [feature] of PARSERS) {
    const held = new (loaded.get(feature).Text)(Buffer.from(text.text));
    if (!held.parse()) throw new Error(`${feature} refuses the Bundle of ${text.name}`);
    tasks.push([`wasm ${feature}`, (times) => time(() => held.parse(), times)]);
    tasks.push([`native ${feature}`, async (times) => Number(await native.ask(`time ${feature} ${index} ${times}`))]);
  }
  results.push(await compare(text.text, tasks, text));
}
const probes = (await native.ask("probe")).split(";").map((line) => line.split("|"));
const spans = new Map((await native.ask("spans 1")).split(";").map((line) => line.split(" ")));
native.end();

const ratio = (index, task) => results[index].ratios.get(task).toFixed(2);
const sizes = texts.map(({ name }) => name);
console.log(`Node ${process.version}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}.`);
console.log("Time as a multiple of JSON.parse (median of the ratios within a round; smaller is faster).\n");
console.log(
  table(
    ["", ...sizes.map((size) => `wasm ${size}`), ...sizes.map((size) => `native ${size}`), "wasm adds, brotli", "wasm memory after 5 MB"],
    PARSERS.map(([feature, name]) => [
      name,
      ...sizes.map((_, i) => ratio(i, `wasm ${feature}`)),
      ...sizes.map((_, i) => ratio(i, `native ${feature}`)),
      `${((builds.get(feature).brotli - none.brotli) / 1000).toFixed(1)} kB`,
      `${(loaded.get(feature).memory.buffer.byteLength / 1e6).toFixed(0)} MB`,
    ]),
  ),
);
console.log("");
for (const [i, { name, text }] of texts.entries()) {
  const bytes = Buffer.byteLength(text);
  const { parse } = results[i];
  console.log(
    `- ${name}: ${bytes} bytes; JSON.parse takes ${parse.toFixed(3)} ms (${(bytes / parse / 1000).toFixed(0)} MB/s); ` +
      `handing the string to the wasm costs ${ratio(i, "receive")} of that, whatever parses it.`,
  );
}
console.log("\nOdd texts, and how many spans of values and keys in the Bundle of 90 kB are those of the scanner:\n");
const odd = probes[0].slice(1).map((answer) => answer.split("=")[0]);
console.log(
  table(
    ["", ...odd, "spans"],
    PARSERS.map(([feature, name]) => {
      const answers = probes.find(([parser]) => parser === feature).slice(1);
      return [name, ...answers.map((answer) => answer.split("=")[1]), spans.get(feature)];
    }),
  ),
);
