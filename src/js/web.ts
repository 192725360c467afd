/** The entry for browsers, workers and bundlers. */
import { provide } from "./bindings.js";
import * as wasm from "./wasm/fhirpost.js";

export * from "./public.js";

export interface InitOptions {
  /** Where the wasm is: a URL, a response, bytes or a compiled module (default: `fhirpost_bg.wasm` beside this file). */
  module_or_path?: string | URL | Request | Response | BufferSource | WebAssembly.Module | Promise<Response>;
}

let loading: Promise<void> | undefined;

/** Loads the wasm. Calling it again waits for the first call; after a failure it tries anew. */
export default function init(options: InitOptions = {}): Promise<void> {
  loading ??= load(options).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(options: InitOptions): Promise<void> {
  const source = options.module_or_path ?? new URL("./fhirpost_bg.wasm", import.meta.url);
  await wasm.default({ module_or_path: source });
  provide(wasm);
}

/** Takes bytes or a compiled module that are there already. */
export function initSync(options: { module: BufferSource | WebAssembly.Module }): void {
  wasm.initSync(options);
  provide(wasm);
  loading = Promise.resolve();
}
