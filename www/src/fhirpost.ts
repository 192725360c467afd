/**
 * fhirpost as this page uses it: built from the package's own sources, so that nothing of them is written again here. Besides what the
 * package publishes there are the parts that it has for itself and the page needs as well.
 */
import { startOf } from "../../src/js/start.js";
import * as wasm from "../../src/js/wasm/fhirpost.js";

export { isLoopback } from "../../src/js/exchange/cors.js";
export { exchange } from "../../src/js/exchange/transport.js";
export * from "../../src/js/public.js";
export { randomUuid } from "../../src/js/response.js";

export const { init } = startOf(wasm, () => new URL("../../pkg/fhirpost_bg.wasm", import.meta.url));
