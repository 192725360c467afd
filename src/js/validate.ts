/** The entry for pages and bundlers that only validate: a smaller wasm, without fixing, composing, answering, sending and evaluating. */
import type { Bindings } from "./core.js";
import { startOf } from "./start.js";
import * as wasm from "./wasm-validate/fhirpost.js";

export { CoreError } from "./core.js";
export { Message } from "./message.js";
export { toOperationOutcome } from "./operation-outcome.js";
export type { InitOptions } from "./start.js";
export type * from "./types/messages.js";
export type * from "./types/validation.js";
export { SmallValidator as Validator, validateBundle } from "./validator/small.js";

// What this wasm lacks nothing asks for: the functions that would are not exported.
const { init, initSync } = startOf(wasm as typeof wasm & Bindings, () => new URL("./validate_bg.wasm", import.meta.url));
export default init;
export { initSync };
