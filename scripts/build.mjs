// Builds what npm publishes into pkg/, and the page into www/dist. What is up to date is left alone.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { setup } from "./setup.mjs";
import { isFresh, isMain, packageCommand, root, run, say } from "./steps.mjs";

const TARGET = "wasm32-unknown-unknown";
const BUILT = `target/${TARGET}/release/fhirpost.wasm`;
const LOADER = "src/js/wasm";
const WASM = "pkg/fhirpost_bg.wasm";

// What Rust's wasm target turns on by itself; wasm-opt must be told.
const FEATURES = ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "sign-ext", "reference-types", "multivalue"];

// What finds the files of the command's globs.
const BUNDLED = ["tinyglobby", "fdir", "picomatch"];

export function build() {
  wasm();
  library();
}

function wasm() {
  const quiet = ["--quiet"];
  // Panics name the source file: without this, where the packages lie on the machine that built it.
  const home = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const remap = `target.${TARGET}.rustflags=[${JSON.stringify(`--remap-path-prefix=${home}=cargo`)}]`;
  run("Compiling the core to WebAssembly", "cargo", ["build", ...quiet, "--config", remap, "--release", "--lib", "--target", TARGET]);
  if (isFresh([WASM, `${LOADER}/fhirpost.js`], [BUILT, "tools/bindgen", "scripts/build.mjs"])) return;
  run("Writing the loader", "cargo", ["run", ...quiet, "-p", "bindgen", "--", BUILT, LOADER]);
  mkdirSync(join(root, "pkg"), { recursive: true });
  const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
  const features = FEATURES.map((name) => `--enable-${name}`);
  // Functions with one caller stay functions: one of 66 kB would cost the engine 50 ms of compiling at the first verdict.
  const inlining = ["--one-caller-inline-max-function-size", "100"];
  run(
    "Optimising the wasm",
    ...packageCommand("wasm-opt", ["-O3", ...inlining, ...features, ...strip, `${LOADER}/fhirpost_bg.wasm`, "-o", WASM]),
  );
  const bytes = readFileSync(join(root, WASM));
  const size = (length) => `${(length / 1000).toFixed(0)} kB`;
  say(
    `The wasm is ${size(bytes.length)}; ${size(gzipSync(bytes, { level: 9 }).length)} with gzip, ${size(brotliCompressSync(bytes).length)} with brotli`,
  );
}

function library() {
  const outputs = [
    "pkg/node.js",
    "pkg/node.cjs",
    "pkg/worker.js",
    "pkg/cli.js",
    "pkg/cli-licences.txt",
    "pkg/web.js",
    "pkg/types/node.d.ts",
    "pkg/types-cjs/node.d.ts",
  ];
  if (isFresh(outputs, ["src/js", "scripts/build.mjs", "tsconfig.json", "tsconfig.types.json", "package.json"])) return;
  const common = ["--bundle", "--format=esm", "--target=es2022", "--sourcemap", "--sources-content=true", "--log-level=warning"];
  run("Bundling for Node", ...packageCommand("esbuild", ["src/js/node.ts", "--outfile=pkg/node.js", "--platform=node", ...common]));
  // CommonJS has no import.meta: the same line reads the file's own address instead.
  const here = "const __here = require('node:url').pathToFileURL(__filename).href;";
  run(
    "Bundling for Node, CommonJS",
    ...packageCommand("esbuild", [
      "src/js/node.ts",
      "--outfile=pkg/node.cjs",
      "--platform=node",
      ...common,
      "--format=cjs",
      "--define:import.meta.url=__here",
      `--banner:js=${here}`,
    ]),
  );
  // The threads of validateMany run it as a file of its own, whichever of the two started them.
  run(
    "Bundling the worker",
    ...packageCommand("esbuild", ["src/js/many/worker.ts", "--outfile=pkg/worker.js", "--platform=node", ...common]),
  );
  run("Bundling the command", ...packageCommand("esbuild", ["src/js/cli/main.ts", "--outfile=pkg/cli.js", "--platform=node", ...common]));
  writeFileSync(join(root, "pkg/cli-licences.txt"), licences());
  run("Bundling for browsers", ...packageCommand("esbuild", ["src/js/web.ts", "--outfile=pkg/web.js", "--platform=browser", ...common]));
  for (const folder of ["pkg/types", "pkg/types-cjs"]) rmSync(join(root, folder), { recursive: true, force: true });
  run("Writing the types", ...packageCommand("tsc", ["-p", "tsconfig.types.json"]));
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
  if (
    isFresh(["www/dist/index.html"], ["www/index.html", "www/src", "www/public", "www/examples", "www/vite.config.ts", WASM, "pkg/web.js"])
  )
    return;
  run("Building the page", ...packageCommand("vite", ["build", "--logLevel", "warn", "www"]));
}

if (isMain(import.meta.url)) {
  setup();
  build();
  buildPage();
}
