// How much memory grows, in a process of its own: `memory.mjs <what> <small file> <large file> [<times>]`, with --expose-gc.
import { readFileSync } from "node:fs";

// The package does not show its memory; this sees it when the module is started.
let wasm;
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    wasm = this.exports.memory;
  }
};
const { validateBundle } = await import("fhirpost");

const [what, smallFile, largeFile, times] = process.argv.slice(2);
const small = readFileSync(smallFile, "utf8");
const wasmBytes = () => wasm.buffer.byteLength;

function heapBytes() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const measures = {
  /** One large text: how far the wasm memory, and the whole process at its peak, grow. */
  large(validate) {
    const text = readFileSync(largeFile, "utf8");
    validateBundle(small);
    heapBytes();
    const before = { wasm: wasmBytes(), process: process.memoryUsage().rss };
    validate(text);
    const peak = process.resourceUsage().maxRSS * 1024;
    return { text: Buffer.byteLength(text), wasm: wasmBytes() - before.wasm, process: peak - before.process };
  },
  /** Many small ones: what is left of them. */
  many(times) {
    for (let i = 0; i < 1000; i++) validateBundle(small);
    const before = { wasm: wasmBytes(), heap: heapBytes() };
    for (let i = 0; i < times; i++) validateBundle(small);
    return { times, wasm: wasmBytes() - before.wasm, heap: heapBytes() - before.heap };
  },
};

const run = {
  validate: () => measures.large(validateBundle),
  parse: () => measures.large(JSON.parse),
  many: () => measures.many(Number(times)),
};
console.log(JSON.stringify(run[what]()));
