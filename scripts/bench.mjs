// `npm run bench`: how fast fhirpost is, beside other validators and JSON.parse, and what each of them catches. Prints Markdown.
//   npm run bench -- [--quick] [--faults]
// --quick takes fewer rounds and less than a minute; --faults lists which faults each candidate catches.
import { existsSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { coldStart } from "../benches/cold-start.mjs";
import { FAULTS, spoil } from "../benches/faults.mjs";
import { memory } from "../benches/memory.mjs";
import { MESSAGES, smallMessage, writeMessages } from "../benches/messages.mjs";
import { buildNative, NativeCandidate, startNative } from "../benches/native.mjs";
import { NodeProcess } from "../benches/node-process.mjs";
import { findFaults, measureMessage, settle } from "../benches/rounds.mjs";
import { faultsTable, memoryTable, messagesTable, startTable, timesTable } from "../benches/tables.mjs";
import { build } from "./build.mjs";
import { chromium, packagesOf } from "./setup.mjs";
import { fail, readOptions, root, say } from "./steps.mjs";

// Times in milliseconds. `budget`: of half a sample; `allowance`: of one slow candidate on one message. The other validators are left out
// where a message has more than `peerBytes`.
const FULL = {
  rounds: 25,
  budget: 20,
  warmUp: 500,
  allowance: 9000,
  peerBytes: Number.POSITIVE_INFINITY,
  starts: 25,
  validations: 100_000,
};
const QUICK = { rounds: 7, budget: 8, warmUp: 120, allowance: 900, peerBytes: 1_000_000, starts: 15, validations: 10_000 };

const USAGE = `npm run bench [-- options]
  --quick   fewer rounds, less than a minute
  --faults  lists which faults each candidate catches`;
const options = readOptions(USAGE, { quick: { type: "boolean" }, faults: { type: "boolean" } });
const pace = options.quick ? QUICK : FULL;

const wasm = join(root, "pkg/fhirpost_bg.wasm");
if (!existsSync(wasm)) fail("pkg/ is not there: run “npm run build” first.");
const notes = [];
// What "npm start" builds is not optimised.
await build();
// The other validators have a folder of their own, so that nobody else has to install them.
await packagesOf("benches/peers", "Installing the validators to compare with");
const program = nativeProgram();
const paths = writeMessages(join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "bench"));
const [smallFile, , largeFile] = paths;

const started = performance.now();
// First, while nothing else runs: not even this process's own wasm, which V8 goes on compiling.
say("Cold start");
const start = await coldStart(smallFile, pace.starts);
say("Memory");
const grown = memory(smallFile, largeFile, pace.validations);

await checkMessages();
const inNode = await nodeCandidates();
const candidates = [...inNode.filter(({ peer }) => !peer), ...(await inChromium()), ...native(), ...inNode.filter(({ peer }) => peer)];
say("Starting the candidates");
await settle(candidates, MESSAGES[0], pace);
const results = new Map();
for (const message of MESSAGES) {
  say(`Measuring ${message.name}`);
  results.set(message.name, await measureMessage(candidates, message, pace));
}
say("Looking what each catches");
// fhirpost says the same of a string and its bytes.
const asked = inNode.filter(({ name }) => name !== "fhirpost, Uint8Array");
const texts = FAULTS.map((fault) => spoil(smallMessage(), fault));
const found = await findFaults(asked, texts);
for (const candidate of candidates) await candidate.stop();
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

async function nodeCandidates() {
  const { CANDIDATES, version } = await import("../benches/candidates.mjs");
  return CANDIDATES.map((candidate) => new NodeProcess({ ...candidate, version: version(candidate) }));
}

async function inChromium() {
  const executable = chromium();
  if (!executable) {
    notes.push("There is no Chromium here, so it was not measured.");
    return [];
  }
  try {
    const { ChromiumPage } = await import("../benches/chromium.mjs");
    return [await ChromiumPage.start(executable)];
  } catch (error) {
    notes.push(`Chromium could not be started, so it was not measured: ${error.message.split("\n")[0]}`);
    return [];
  }
}

function nativeProgram() {
  say("Building the native bench: a minute when it is not there yet");
  const program = buildNative(root);
  if (!program) notes.push("The native bench could not be built, so it was not measured.");
  return program;
}

function native() {
  if (!program) return [];
  const running = startNative(program, paths);
  return [
    new NativeCandidate(running, "fhirpost", "fhirpost, native"),
    new NativeCandidate(running, "serde_json", "serde_json::Value, native (parses only)"),
  ];
}

function print() {
  const [cpu] = cpus();
  const kilobytes = (statSync(wasm).size / 1000).toFixed(0);
  console.log(`
${cpus().length} cores (${cpu.model}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}; wasm of ${kilobytes} kB; ${((performance.now() - started) / 1000).toFixed(0)} s.

Each figure is the median of ratios to JSON.parse of the same text, which is timed in the same process just before each sample (native: in
Node). fhirpost takes the text; the other validators take what JSON.parse gives, so their time includes it. Some of them stop at the first fault.
Of the faults, ${FAULTS.length} alone in the message of 5 kB, one is caught where the verdict is "not valid".
The list is fhirpost's own, and names what it was made to find: it shows what the others leave out, not what fhirpost does.

${timesTable(MESSAGES, candidates, results, found)}

${notes.map((note) => `${note}\n\n`).join("")}${messagesTable(MESSAGES, results, candidates[0])}

${startTable(start)}

${memoryTable(grown)}
${options.faults ? `\n${faultsTable(FAULTS, found)}\n` : ""}`);
}
