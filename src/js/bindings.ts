/** The functions of the wasm module, as `src/wasm.rs` exports them. Options are JSON text, or nothing; what is a string here is JSON text. */
export interface Bindings {
  /** Where in the memory a text of at most so many bytes is to be written, for `validate` to take it. */
  room(bytes: number): number;
  /** Makes UTF-8 of so many bytes of Latin-1 at the end of the room, which has as many as that becomes. */
  latin1(bytes: number): void;
  /** Judges the first so many bytes of that text. */
  validate(bytes: number, utf16: boolean, options: string): string;
  /** Mends that text; else as `validate`. */
  fix(bytes: number, utf16: boolean, options: string): string;
  route(bytes: Uint8Array, options: string): string;
  /** Outlines the first so many bytes of the text that was written into the room made for it. */
  outline(bytes: number, utf16: boolean, options: string): string;
  evaluateFhirPath(resource: Uint8Array, expression: string, variables: string, now: string, strict: boolean, bytes: boolean): string;
  buildResponse(request: Uint8Array, input: string, options: string): string;
  toOperationOutcome(report: string): string;
  rules(): string;
  /** Makes a set of events; the definitions are a JSON array of their texts. */
  define(definitions: string): string;
  /** Which set the next calls ask; none for the built-in one. Gives which one they asked before. */
  ask(handle: number | undefined): number | undefined;
  forget(handle: number): void;
  events(): string;
  composeMessage(input: string, options: string): string;
  prepareRequest(message: Uint8Array, input: string): string;
  readCapability(statement: Uint8Array): string;
  checkCapability(statement: Uint8Array, message: Uint8Array): string;
  checkScopes(scopes: string): string;
  readAnswer(body: Uint8Array, input: string): string;
  /** Milliseconds, or -1 when there is no further attempt. */
  resendAfter(
    attempts: number,
    delay: number,
    maxDelay: number,
    maxRetryAfter: number,
    made: number,
    retryAfter: number,
    random: number,
  ): number;
  /** The text of the message to send again, or nothing when it stays as it is. */
  sendAgain(message: Uint8Array, id: string, category: string): string | undefined;
}

/** What is used of `WebAssembly.Memory`, a name that is not known everywhere. */
export interface Memory {
  readonly buffer: ArrayBuffer;
}

let bindings: Bindings | undefined;
let memory: Memory | undefined;

/** Makes the module ready; each platform's entry file calls this when its wasm is loaded. */
export function provide(loaded: Bindings, its: Memory): void {
  bindings = loaded;
  memory = its;
}

/** Room in the core's memory for a text of so many bytes, which it judges next. */
export function room(bytes: number): { buffer: ArrayBuffer; at: number } {
  const at = core().room(bytes);
  // Making room may have made the memory grow, which gives it another buffer.
  return { buffer: (memory as Memory).buffer as ArrayBuffer, at };
}

export function core(): Bindings {
  if (bindings === undefined) throw new Error("fhirpost is not ready: call and await init() first.");
  return bindings;
}
