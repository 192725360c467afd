// Builds what npm publishes into pkg/, and the page into www/dist. What is up to date is left alone.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { packages, rust } from "./setup.mjs";
import { fail, isMain, made, output, packageCommand, readOptions, root, run, say } from "./steps.mjs";

const USAGE = `npm run build [-- --quick]
Builds what npm publishes into pkg/, and the page into www/dist. What is up to date is left alone.
  --quick  what "npm start" builds: the one module that Node and the page need, sooner compiled and not optimised`;

const TARGET = "wasm32-unknown-unknown";

/**
 * All there is, and what a page needs that only validates. Each has a loader of its own, and a folder in which cargo works: in one folder both
 * would be the same file, and made anew each time.
 */
const CORE = {
  what: "the core",
  features: [],
  folder: "target",
  cargo: "target/wasm/fhirpost.wasm",
  loader: "src/js/wasm",
  wasm: "pkg/fhirpost_bg.wasm",
};
const VALIDATE = {
  what: "the part of it that validates",
  features: ["--no-default-features"],
  folder: "target/validate",
  cargo: "target/wasm/validate.wasm",
  loader: "src/js/wasm-validate",
  wasm: "pkg/validate_bg.wasm",
};
export const WASM = [CORE, VALIDATE].map(({ wasm }) => wasm);

/** How a module was built. */
const [OPTIMISED, QUICK] = ["optimised", "quick"];

// What Rust's wasm target turns on by itself; wasm-opt must be told.
const FEATURES = ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "sign-ext", "reference-types", "multivalue"];

// What finds the files of the command's globs.
const BUNDLED = ["tinyglobby", "fdir", "picomatch"];

/** What is published. */
export async function build() {
  await packages();
  for (const module of [CORE, VALIDATE]) await wasm(module, [OPTIMISED]);
  await library([OPTIMISED]);
}

/** What Node and the page need here: one module, built in the way that takes the least time; one that is optimised is as good. */
export async function buildQuickly() {
  const ways = [QUICK, OPTIMISED];
  await Promise.all([packages(), wasm(CORE, ways)]);
  await library(ways);
}

async function wasm(module, ways) {
  const { loader, wasm } = module;
  const core = readdirSync(join(root, "src")).filter((name) => name !== "js");
  const settings = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml", "scripts/build.mjs"];
  const of = [...settings, "tools/bindgen", "wasm", ...core.map((name) => `src/${name}`)];
  const gives = [wasm, `${loader}/fhirpost.js`, `${loader}/fhirpost.d.ts`];
  await made({ name: wasm.replace("/", "-"), of, gives, ways }, async () => {
    await rust();
    mkdirSync(join(root, "pkg"), { recursive: true });
    await (ways[0] === QUICK ? compileQuickly(module) : compile(module));
    const bytes = readFileSync(join(root, wasm));
    const size = (length) => `${(length / 1000).toFixed(0)} kB`;
    const zipped = `${size(gzipSync(bytes, { level: 9 }).length)} with gzip, ${size(brotliCompressSync(bytes).length)} with brotli`;
    say(ways[0] === QUICK ? `${wasm} is there, not optimised` : `${wasm} is ${size(bytes.length)}; ${zipped}`);
  });
}

// The module alone: where cargo makes a library for Rust along with it, it optimises each crate by itself.
const lib = ["rustc", "--quiet", "--package", "fhirpost-wasm", "--lib", "--crate-type", "cdylib", "--target", TARGET];

/** The module, and beside it the tool that writes its loader: there are processors for both. */
async function compileQuickly({ what, loader, wasm }) {
  await Promise.all([
    run(`Compiling ${what} to WebAssembly`, "cargo", [...lib, "--profile", QUICK]),
    run("Compiling the tool that writes loaders", "cargo", [...BINDGEN, "--quiet"]),
  ]);
  await writeLoader(`target/${TARGET}/${QUICK}/fhirpost_wasm.wasm`, loader);
  cpSync(join(root, loader, "fhirpost_bg.wasm"), join(root, wasm));
}

async function compile({ what, features, folder, cargo, loader, wasm }) {
  const release = ["--release", ...features, "--target-dir", folder];
  await run(`Compiling ${what} to WebAssembly`, "cargo", [...lib, ...hidePaths(), ...release]);
  keep(`${folder}/${TARGET}/release/fhirpost_wasm.wasm`, cargo);
  await run("Compiling the tool that writes loaders", "cargo", [...BINDGEN, "--quiet"]);
  await writeLoader(cargo, loader);
  const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
  const allowed = FEATURES.map((name) => `--enable-${name}`);
  // Functions with one caller stay functions: one of 66 kB would cost the engine 50 ms of compiling at the first verdict.
  const inlining = ["--one-caller-inline-max-function-size", "100"];
  // Functions of one module beside each other compress better: 1.5 kB.
  const order = ["--reorder-functions-by-name"];
  await run(
    "Optimising the wasm",
    ...packageCommand("wasm-opt", [
      "-O3",
      "--converge",
      ...inlining,
      ...order,
      ...allowed,
      ...strip,
      `${loader}/fhirpost_bg.wasm`,
      "-o",
      wasm,
    ]),
  );
}

/** A folder of its own: cargo then works on it while it compiles the core, and no other profile makes it anew. */
const BINDGEN = ["build", "--package", "bindgen", "--profile", "tool", "--target-dir", "target/tools"];

const writeLoader = (wasm, loader) => run("Writing the loader", join(root, "target/tools/tool/bindgen"), [wasm, loader]);

/** A copy that would be the same keeps its age. */
function keep(built, copy) {
  const [bytes, path] = [readFileSync(join(root, built)), join(root, copy)];
  if (existsSync(path) && bytes.equals(readFileSync(path))) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/**
 * A panic names its place in the source: that of a dependency would be a path of the machine that builds. What is in front of its
 * folder, the address of a mirror perhaps, is cut off, and the toolchain's own sources, where rustup has them, are named alike everywhere.
 */
function hidePaths() {
  const metadata = JSON.parse(output("cargo", ["metadata", "--format-version=1", "--filter-platform", TARGET]) ?? "{}");
  const sysroot = output("rustc", ["--print", "sysroot"]);
  if (!metadata.packages || !sysroot) fail("cargo does not say where the sources of the dependencies are.");
  const dependencies = metadata.packages.filter(({ source }) => source !== null);
  const folders = new Set(dependencies.map((one) => dirname(dirname(one.manifest_path))));
  const hidden = [...folders].map((folder) => `--remap-path-prefix=${join(folder, "/")}=`);
  const flags = [...hidden, `--remap-path-prefix=${join(sysroot, "lib/rustlib/src/rust/")}=rust/`];
  return ["--config", `target.${TARGET}.rustflags=${JSON.stringify(flags)}`];
}

export async function library(ways) {
  const quick = ways[0] === QUICK;
  const scripts = ["node.js", "worker.js", "cli.js", "web.js"];
  const published = ["node.cjs", "validate.js", "cli-licences.txt", "types/node.d.ts", "types-cjs/node.d.ts"];
  const gives = (quick ? scripts : [...scripts, ...published]).map((name) => `pkg/${name}`);
  const of = ["src/js", "scripts/build.mjs", "tsconfig.json", "tsconfig.types.json", "package.json"];
  await made({ name: "pkg-library", of, gives, ways }, async () => {
    const node = ["--platform=node"];
    await Promise.all([
      bundle("Bundling for Node", "node.ts", "node.js", node),
      // The threads of validateMany run it as a file of its own, whichever of the two started them.
      bundle("Bundling the worker", "many/worker.ts", "worker.js", node),
      bundle("Bundling the command", "cli/main.ts", "cli.js", node),
      bundle("Bundling for browsers", "web.ts", "web.js", ["--platform=browser"]),
    ]);
    if (!quick) await publishedLibrary(node);
  });
}

function bundle(what, from, to, more) {
  const common = ["--bundle", "--format=esm", "--target=es2022", "--sourcemap", "--sources-content=true", "--log-level=warning"];
  return run(what, ...packageCommand("esbuild", [`src/js/${from}`, `--outfile=pkg/${to}`, ...common, ...more]));
}

async function publishedLibrary(node) {
  // CommonJS has no import.meta: the same line reads the file's own address instead.
  const here = "const __here = require('node:url').pathToFileURL(__filename).href;";
  const commonJs = [...node, "--format=cjs", "--define:import.meta.url=__here", `--banner:js=${here}`];
  await bundle("Bundling for Node, CommonJS", "node.ts", "node.cjs", commonJs);
  await bundle("Bundling for browsers that only validate", "validate.ts", "validate.js", ["--platform=browser"]);
  writeFileSync(join(root, "pkg/cli-licences.txt"), licences());
  for (const folder of ["pkg/types", "pkg/types-cjs"]) rmSync(join(root, folder), { recursive: true, force: true });
  await run("Writing the types", ...packageCommand("tsc", ["-p", "tsconfig.types.json"]));
  // TypeScript takes a .d.ts for the module kind of the nearest package.json: CommonJS users need theirs apart.
  cpSync(join(root, "pkg/types"), join(root, "pkg/types-cjs"), { recursive: true });
  writeFileSync(join(root, "pkg/types-cjs/package.json"), '{ "type": "commonjs" }\n');
}

/** The licences of what is bundled into the command ask to be handed on with it. */
function licences() {
  const texts = BUNDLED.map((name) => `${name}\n\n${readFileSync(join(root, "node_modules", name, "LICENSE"), "utf8").trim()}\n`);
  return `pkg/cli.js holds these packages.\n\n${texts.join("\n\n")}`;
}

/** The page, as `npm start` serves it. */
export function buildPage() {
  const sources = ["index.html", "redirect.html", "src", "public", "examples", "vite.config.ts"];
  const plugins = ["element-texts.ts", "rule-pages.ts", "offline-files.ts", "shell.ts"];
  const of = [...[...sources, ...plugins].map((name) => `www/${name}`), "docs/rules", "src/js", CORE.wasm, "package-lock.json"];
  return made({ name: "page", of, gives: ["www/dist"] }, () =>
    run("Building the page", ...packageCommand("vite", ["build", "--logLevel", "warn", "www"])),
  );
}

if (isMain(import.meta.url)) {
  const { quick } = readOptions(USAGE, { quick: { type: "boolean", default: false } });
  await (quick ? buildQuickly() : build());
  await buildPage();
}
