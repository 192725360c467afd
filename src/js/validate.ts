/** The entry for pages and bundlers that only validate: a smaller wasm, without fixing, composing, answering, sending and evaluating. */
import { startOf } from "./start.js";
import * as wasm from "./wasm-validate/fhirpost.js";

export { routeMessage, rules, toOperationOutcome, validateBundle, validateResource } from "./api.js";
export { CoreError } from "./core.js";
export type { InitOptions } from "./start.js";
export type * from "./types/messages.js";
export type * from "./types/validation.js";

const { init, initSync } = startOf(wasm, () => new URL("./validate_bg.wasm", import.meta.url));
export default init;
export { initSync };
