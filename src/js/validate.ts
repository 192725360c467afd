/** The entry for pages and bundlers that only validate: a smaller wasm, without fixing, composing, answering, sending and evaluating. */
import { startOf } from "./start.js";
import * as wasm from "./wasm-validate/fhirpost.js";

export { CoreError } from "./core.js";
export { Message } from "./message.js";
export { toOperationOutcome } from "./operation-outcome.js";
export type { InitOptions } from "./start.js";
export type * from "./types/messages.js";
export type * from "./types/validation.js";
export { SmallValidator as Validator, validateBundle } from "./validator/small.js";

const { init, initSync } = startOf(wasm, () => new URL("./validate_bg.wasm", import.meta.url));
export default init;
export { initSync };
