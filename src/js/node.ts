/** The entry for Node: the wasm lies beside this file and is ready as soon as the import is done. */
import { readFileSync } from "node:fs";
import { provide } from "./bindings.js";
import * as wasm from "./wasm/fhirpost.js";

export * from "./public.js";

wasm.initSync({ module: readFileSync(new URL("./fhirpost_bg.wasm", import.meta.url)) });
provide(wasm);

/** Does nothing in Node, where the module is ready at once; one snippet then runs on every platform. */
export default async function init(): Promise<void> {}

/** Does nothing in Node. */
export function initSync(): void {}
