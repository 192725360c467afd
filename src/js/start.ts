/** How the entries for browsers load their wasm. */
import { type Loader, type Memory, provide } from "./core.js";

/** A `WebAssembly.Module`. Without the types of a browser that name is unknown, and it says nothing of what is in one. */
type CompiledModule = object;

export interface InitOptions {
  /** Where the wasm is: a URL, a response, bytes or a compiled module (default: the file beside this one). */
  module_or_path?: string | URL | Request | Response | ArrayBuffer | ArrayBufferView | CompiledModule | Promise<Response>;
}

/** A loader, as wasm-bindgen writes it for what may come from afar. */
interface AsyncLoader extends Loader {
  default(options: { module_or_path: NonNullable<InitOptions["module_or_path"]> }): Promise<{ memory: Memory }>;
}

export interface Start {
  /** Loads the wasm. Calling it again waits for the first call; after a failure it tries anew. */
  init(options?: InitOptions): Promise<void>;
  /** Takes bytes or a compiled module that are there already. */
  initSync(options: { module: ArrayBuffer | ArrayBufferView | CompiledModule }): void;
}

/** What a validator that is to be loaded waits for; nothing where the module is there with the import. */
let start: () => Promise<void> = async () => {};

/** The module is loaded, by whatever has begun to load it or by this. */
export const whenReady = (): Promise<void> => start();

export function startOf(wasm: AsyncLoader, usual: () => URL): Start {
  let loading: Promise<void> | undefined;
  const load = async (options: InitOptions): Promise<void> => {
    provide(wasm, (await wasm.default({ module_or_path: options.module_or_path ?? usual() })).memory);
  };
  const init = (options: InitOptions = {}): Promise<void> => {
    loading ??= load(options).catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  start = () => init();
  return {
    init,
    initSync(options) {
      provide(wasm, wasm.initSync(options).memory);
      loading = Promise.resolve();
    },
  };
}
