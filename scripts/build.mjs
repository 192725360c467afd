// Builds what npm publishes into pkg/, and the page into www/dist. What is up to date is left alone.

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { setup } from "./setup.mjs";
import { fail, isFresh, isMain, output, packageCommand, root, run, say } from "./steps.mjs";

const TARGET = "wasm32-unknown-unknown";

/**
 * All there is, and what a page needs that only judges. Each has a loader of its own, and a folder in which cargo works: in one folder both
 * would be the same file, and made anew each time.
 */
const MODULES = [
  {
    what: "the core",
    features: [],
    folder: "target",
    cargo: "target/wasm/fhirpost.wasm",
    loader: "src/js/wasm",
    wasm: "pkg/fhirpost_bg.wasm",
  },
  {
    what: "what judges of it",
    features: ["--no-default-features"],
    folder: "target/validate",
    cargo: "target/wasm/validate.wasm",
    loader: "src/js/wasm-validate",
    wasm: "pkg/validate_bg.wasm",
  },
];
export const WASM = MODULES.map(({ wasm }) => wasm);

// What Rust's wasm target turns on by itself; wasm-opt must be told.
const FEATURES = ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "sign-ext", "reference-types", "multivalue"];

// What finds the files of the command's globs.
const BUNDLED = ["tinyglobby", "fdir", "picomatch"];

export function build() {
  for (const module of MODULES) wasm(module);
  library();
}

function wasm({ what, features, folder, cargo, loader, wasm }) {
  const quiet = ["--quiet"];
  const lib = ["--release", "--lib", "--target", TARGET];
  run(`Compiling ${what} to WebAssembly`, "cargo", ["build", ...quiet, ...hidePaths(), ...lib, ...features, "--target-dir", folder]);
  keep(`${folder}/${TARGET}/release/fhirpost.wasm`, cargo);
  if (isFresh([wasm, `${loader}/fhirpost.js`], [cargo, "tools/bindgen", "scripts/build.mjs"])) return;
  run("Writing the loader", "cargo", ["run", ...quiet, "-p", "bindgen", "--", cargo, loader]);
  mkdirSync(join(root, "pkg"), { recursive: true });
  const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
  const allowed = FEATURES.map((name) => `--enable-${name}`);
  // Functions with one caller stay functions: one of 66 kB would cost the engine 50 ms of compiling at the first verdict.
  const inlining = ["--one-caller-inline-max-function-size", "100"];
  // Functions of one module beside each other compress better: 1.5 kB.
  const order = ["--reorder-functions-by-name"];
  run(
    "Optimising the wasm",
    ...packageCommand("wasm-opt", ["-O3", ...inlining, ...order, ...allowed, ...strip, `${loader}/fhirpost_bg.wasm`, "-o", wasm]),
  );
  const bytes = readFileSync(join(root, wasm));
  const size = (length) => `${(length / 1000).toFixed(0)} kB`;
  say(
    `${wasm} is ${size(bytes.length)}; ${size(gzipSync(bytes, { level: 9 }).length)} with gzip, ${size(brotliCompressSync(bytes).length)} with brotli`,
  );
}

/** A copy that would be the same keeps its age. */
function keep(built, copy) {
  const [bytes, path] = [readFileSync(join(root, built)), join(root, copy)];
  if (existsSync(path) && bytes.equals(readFileSync(path))) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/**
 * A panic names its place in the source: that of a dependency would be a path of the machine that builds. What stands in front of its
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

export function library() {
  const outputs = [
    "pkg/node.js",
    "pkg/node.cjs",
    "pkg/worker.js",
    "pkg/cli.js",
    "pkg/cli-licences.txt",
    "pkg/web.js",
    "pkg/validate.js",
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
  run(
    "Bundling for browsers that only judge",
    ...packageCommand("esbuild", ["src/js/validate.ts", "--outfile=pkg/validate.js", "--platform=browser", ...common]),
  );
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
    isFresh(
      ["www/dist/index.html"],
      [
        ...["index.html", "redirect.html", "src", "public", "examples"].map((name) => `www/${name}`),
        ...["vite.config.ts", "rule-pages.ts", "offline-files.ts", "shell.ts"].map((name) => `www/${name}`),
        ...["docs/rules", ...WASM, "pkg/web.js", "pkg/validate.js"],
      ],
    )
  )
    return;
  run("Building the page", ...packageCommand("vite", ["build", "--logLevel", "warn", "www"]));
}

if (isMain(import.meta.url)) {
  setup();
  build();
  buildPage();
}
