import type { OperationOutcome, Route, Rule, ValidationReport } from "./types.js";

/** The functions of the wasm module, as `src/wasm.rs` exports them. */
export interface Bindings {
  validateText(text: string, options?: object): ValidationReport;
  validateBytes(bytes: Uint8Array, options?: object): ValidationReport;
  routeText(text: string, options?: object): Route;
  routeBytes(bytes: Uint8Array, options?: object): Route;
  evaluateFhirPath(resource: Uint8Array, expression: string, variables: string, now: string, strict: boolean, bytes: boolean): string;
  buildResponse(request: Uint8Array, input: string, options?: object): string;
  toOperationOutcome(report: object): OperationOutcome;
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
