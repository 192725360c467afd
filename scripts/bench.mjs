// `npm run bench`: how fast fhirpost is, beside other validators and JSON.parse, and what each of them catches. Prints Markdown.
//   npm run bench -- [--quick] [--faults]
// --quick takes fewer rounds and less than a minute; --faults lists which faults each candidate catches.
import { existsSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { coldStart } from "../benches/cold-start.mjs";
import { FAULTS, spoil } from "../benches/faults.mjs";
import { memory } from "../benches/memory.mjs";
import { MESSAGES, smallMessage, writeMessages } from "../benches/messages.mjs";
import { buildNative, NativeCandidate, startNative } from "../benches/native.mjs";
import { NodeProcess } from "../benches/node-process.mjs";
import { findFaults, measureMessage } from "../benches/rounds.mjs";
import { faultsTable, memoryTable, messagesTable, startTable, timesTable } from "../benches/tables.mjs";
import { chromium } from "./setup.mjs";
import { fail, isFresh, root, runs, say } from "./steps.mjs";

// Times in milliseconds. `budget`: of half a sample; `allowance`: of one slow candidate on one message.
const FULL = { rounds: 25, budget: 20, warmUp: 500, allowance: 6000, starts: 25, validations: 100_000 };
const QUICK = { rounds: 7, budget: 8, warmUp: 200, allowance: 1500, starts: 15, validations: 10_000 };

const { values: options } = parseArgs({ options: { quick: { type: "boolean" }, faults: { type: "boolean" } } });
const pace = options.quick ? QUICK : FULL;

const wasm = join(root, "pkg/fhirpost_bg.wasm");
if (!existsSync(wasm)) fail("pkg/ is not there: run “npm run build” first.");
await checkMessages();
installPeers();

const target = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "bench");
const paths = writeMessages(target);
const [smallFile, , largeFile] = paths;
const inNode = await nodeCandidates();
const candidates = [...inNode.filter(({ peer }) => !peer), ...(await inChromium()), ...native(), ...inNode.filter(({ peer }) => peer)];

const started = performance.now();
const results = new Map();
for (const message of MESSAGES) {
  say(`Measuring ${message.name}`);
  results.set(message.name, await measureMessage(candidates, message, pace));
}
say("Looking what each catches");
// fhirpost judges a string and its bytes alike.
const judges = inNode.filter(({ name }) => name !== "fhirpost, Uint8Array");
const texts = FAULTS.map((fault) => spoil(smallMessage(), fault));
const found = await findFaults(judges, texts);
for (const candidate of candidates) await candidate.stop();
say("Cold start");
const start = await coldStart(smallFile, pace.starts);
say("Memory");
const grown = memory(smallFile, largeFile, pace.validations);
print();

/** A bench of messages that are not what they should be measures something else. */
async function checkMessages() {
  const { validateBundle } = await import("fhirpost");
  for (const message of MESSAGES) {
    const text = message.write();
    message.bytes = Buffer.byteLength(text);
    const { valid, counts } = validateBundle(text);
    const issues = counts.fatal + counts.error + counts.warning;
    if (valid !== message.valid || issues !== message.issues)
      fail(`${message.name}: valid is ${valid}, with ${issues} errors and warnings.`);
  }
}

/** The other validators, in a folder of their own, so that nobody else has to install them. */
function installPeers() {
  const folder = "benches/peers";
  if (isFresh([`${folder}/node_modules/.package-lock.json`], [`${folder}/package-lock.json`, `${folder}/package.json`])) return;
  say("Installing the validators to compare with");
  const installed = runs("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: join(root, folder) });
  if (!installed) say("They could not be installed: the table says so.");
}

async function nodeCandidates() {
  const { CANDIDATES, version } = await import("../benches/candidates.mjs");
  return CANDIDATES.map((candidate) => new NodeProcess({ ...candidate, version: version(candidate) }));
}

async function inChromium() {
  const executable = chromium();
  if (!executable) return [];
  try {
    const { ChromiumPage } = await import("../benches/chromium.mjs");
    return [await ChromiumPage.start(executable)];
  } catch (error) {
    say(`Chromium could not be started, so it is not measured: ${error.message.split("\n")[0]}`);
    return [];
  }
}

function native() {
  say("Building the native bench");
  const executable = buildNative(root);
  if (!executable) {
    say("It could not be built, so it is not measured.");
    return [];
  }
  const program = startNative(executable, paths);
  return [
    new NativeCandidate(program, "fhirpost", "fhirpost, native"),
    new NativeCandidate(program, "serde_json", "serde_json::Value, native (parses only)"),
  ];
}

function print() {
  const [cpu] = cpus();
  const kilobytes = (statSync(wasm).size / 1000).toFixed(0);
  console.log(`
${cpus().length} cores (${cpu.model}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}; wasm of ${kilobytes} kB; ${((performance.now() - started) / 1000).toFixed(0)} s.

Each figure is the median of ratios to JSON.parse of the same text, which is timed in the same process just before each sample (native: in
Node). fhirpost takes the text; the other validators take what JSON.parse gives, so their time includes it.

${timesTable(MESSAGES, candidates, results, found)}

${messagesTable(MESSAGES, results, candidates[0])}

${startTable(start)}

${memoryTable(grown)}
${options.faults ? `\n${faultsTable(FAULTS, found)}\n` : ""}`);
}
