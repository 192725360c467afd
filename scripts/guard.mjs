// `npm run guard`: the library may not grow slower or larger by more than 3 % unnoticed. It counts the instructions of native validations
// with valgrind's callgrind, which gives the same number on a busy machine, and the bytes of the wasm; benches/figures.json has the
// figures to compare with. `npm run guard -- --update` writes them anew. More than 3 % needs a word: a line under "Unreleased" in
// CHANGELOG.md that begins with "- Figures:" and names the figure with its new value, up to which it may grow.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { MESSAGES } from "../benches/messages.mjs";
import { buildNative } from "../benches/native.mjs";
import { build, WASM } from "./build.mjs";
import { valgrind } from "./setup.mjs";
import { fail, readOptions, root, runs, say } from "./steps.mjs";

const FIGURES = join(root, "benches/figures.json");
const TOLERANCE = 0.03;
const COUNTED = ["5 kB", "90 kB", "5 kB, faulty"];
/** Another kind of processor has other instructions. */
const FIGURES_ARE_OF = "x64";
/** One validation is the difference between so many and one, by their number: the start of the program falls out. */
const ROUNDS = 11;

const { update } = readOptions(
  "npm run guard [-- --update]\nFails where the library has grown slower or larger; --update writes new figures.",
  {
    update: { type: "boolean", default: false },
  },
);
await build();
const figures = Object.fromEntries(
  WASM.map((wasm) => [`${wasm}, bytes after brotli`, brotliCompressSync(readFileSync(join(root, wasm))).length]),
);
if (process.arch === FIGURES_ARE_OF && valgrind()) {
  say("Counting instructions");
  Object.assign(figures, instructions());
} else if (process.arch !== FIGURES_ARE_OF) {
  say(`The instructions in benches/figures.json are those of ${FIGURES_ARE_OF}: only the size of the wasm is looked at.`);
} else if (process.env.CI === "true") {
  fail("The guard needs valgrind, and it could not be installed.");
} else {
  say("There is no valgrind here: only the size of the wasm is looked at.");
}
compare(figures);

function instructions() {
  const program = buildNative(root) ?? fail("The native bench could not be built.");
  const folder = mkdtempSync(join(tmpdir(), "fhirpost-"));
  try {
    return Object.fromEntries(
      COUNTED.map((name) => {
        const path = join(folder, "message.json");
        writeFileSync(path, MESSAGES.find((message) => message.name === name).write());
        const [one, many] = [1, ROUNDS].map((rounds) => count(program, rounds, path, join(folder, "callgrind.out")));
        return [`${name}, instructions`, Math.round((many - one) / (ROUNDS - 1))];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(program, rounds, path, out) {
  // The C library chooses its copying loops by the processor; without these features every machine takes the same.
  const env = { ...process.env, GLIBC_TUNABLES: "glibc.cpu.hwcaps=-AVX2,-AVX512F,-AVX512VL,-ERMS,-FSRM" };
  const args = ["--tool=callgrind", `--callgrind-out-file=${out}`, program, "--count", String(rounds), path];
  if (!runs("valgrind", args, { env, stdio: "ignore" })) fail("valgrind could not run the native bench.");
  const [, total] = /^(?:summary|totals): (\d+)/m.exec(readFileSync(out, "utf8")) ?? fail("callgrind gave no figure.");
  return Number(total);
}

function compare(now) {
  const before = JSON.parse(readFileSync(FIGURES, "utf8"));
  const rows = Object.entries(now).map(([name, figure]) => ({ name, figure, before: before[name], growth: figure / before[name] - 1 }));
  console.log("\n| figure | committed | now | growth |\n| --- | --: | --: | --: |");
  for (const { name, figure, before: old, growth } of rows) {
    console.log(`| ${name} | ${old ?? "none"} | ${figure} | ${Number.isNaN(growth) ? "" : `${(growth * 100).toFixed(1)} %`} |`);
  }
  console.log();
  if (update) {
    writeFileSync(FIGURES, `${JSON.stringify({ ...before, ...now }, undefined, 2)}\n`);
    say("benches/figures.json has the new figures.");
    return;
  }
  const words = readFileSync(join(root, "CHANGELOG.md"), "utf8")
    .split(/^## /m)
    .find((part) => part.startsWith("Unreleased"))
    ?.split("\n")
    .filter((line) => line.startsWith("- Figures:"));
  const admitted = (name) => Math.max(0, ...(words ?? []).map((line) => Number(/^\D*(\d+)/.exec(line.split(name)[1] ?? "")?.[1] ?? 0)));
  const grown = rows.filter(({ name, figure, before: old }) => figure > Math.max(old ?? 0, admitted(name)) * (1 + TOLERANCE));
  if (grown.length > 0) {
    const line = grown.map(({ name, figure }) => `${name}: ${figure}`).join("; ");
    fail(`Grown by more than 3 %. If it is worth it, say why in the changelog, under "Unreleased": "- Figures: ${line}; since …".`);
  }
  say("Nothing has grown by more than 3 %.");
}
