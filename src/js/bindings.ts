import type { Route, Rule } from "./types.js";

/** The functions of the wasm module, as `src/wasm.rs` exports them. Options are JSON text, or nothing; what is a string here is JSON text. */
export interface Bindings {
  validate(bytes: Uint8Array, utf16: boolean, options: string): string;
  route(bytes: Uint8Array, options: string): Route;
  evaluateFhirPath(resource: Uint8Array, expression: string, variables: string, now: string, strict: boolean, bytes: boolean): string;
  buildResponse(request: Uint8Array, input: string, options: string): string;
  toOperationOutcome(report: string): string;
  rules(): Rule[];
}

let bindings: Bindings | undefined;

/** Makes the module ready; each platform's entry file calls this when its wasm is loaded. */
export function provide(loaded: Bindings): void {
  bindings = loaded;
}

export function core(): Bindings {
  if (bindings === undefined) throw new Error("fhirpost is not ready: call and await init() first.");
  return bindings;
}
