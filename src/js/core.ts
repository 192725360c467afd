/** The core as an instance of its wasm module: calling it, what becomes of a call that fails, and what is held there for objects of ours. */
import { HandleCache } from "./handle-cache.js";

/** A text that was written into the room made for it, as so many bytes: it is for the next question. `utf16`: offsets are those of a string. */
export interface Handed {
  readonly bytes: number;
  readonly utf16: boolean;
}

/** A text that is read for one question, as UTF-8 or where it was written; or one that was read for many. */
export type ReadableText = Uint8Array | Handed | ReadMessage;

/** Options, as `arguments.ts` has looked at them. */
export type CoreOptions = object | undefined;

/** What can be asked of the core. Long answers are JSON text, and so are arguments that hold resources: numbers keep their digits. */
export interface Bindings {
  /** Where in the memory a text of at most so many bytes is to be written, for the next question to take it. */
  room(bytes: number): number;
  /** Makes UTF-8 of so many bytes of Latin-1 at the end of the room, which has as many as that becomes. */
  latin1(bytes: number): void;
  validate(message: ReadableText, options: CoreOptions): string;
  /** Takes a text that is going to be edited, for whom it is kept. Gives its report. */
  draft(of: object, text: Handed, options: CoreOptions): string;
  /** Edits what is kept for somebody, and gives the report; nothing where it is not kept any more. */
  edit(of: object, places: Uint32Array, texts: string[]): string | undefined;
  /** Frees what is kept for somebody. */
  forgetDraft(of: object): void;
  complete(text: string, offset: number): string;
  hover(text: string, offset: number): string;
  fix(message: ReadableText, options: CoreOptions): string;
  route(message: ReadableText, options: CoreOptions): string;
  outline(message: ReadableText, options: CoreOptions): string;
  evaluate(resource: ReadableText, options: Evaluation): string;
  respond(request: ReadableText, input: string, options: CoreOptions): string;
  rules(): string;
  events(): string;
  compose(input: string, options: CoreOptions): string;
  /** What is known besides R4, compiled. */
  kept(): Uint8Array;
  /** What a FHIR package is, and what it depends on. @throws {TypeError} when it cannot be read. */
  describePackage(bytes: Uint8Array): string;
  prepareRequest(message: ReadableText, options: object): string;
  readCapability(statement: Uint8Array): string;
  checkCapability(statement: Uint8Array, message: ReadableText): string;
  checkScopes(scopes: string): string;
  readAnswer(body: Uint8Array, options: object): string;
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
  sendAgain(message: ReadableText, id: string, category: string): string | undefined;
}

/** An expression, and how it is evaluated. Variables are JSON text: numbers keep their digits. */
interface Evaluation {
  expression: string;
  variables: string;
  now: string;
  strict: boolean;
}

/** A text that the core has read, until it is freed. */
interface CoreMessage {
  free(): void;
}

/** A text that is edited in the core, until it is freed. */
interface CoreDraft {
  free(): void;
  report(): string;
  edit(places: Uint32Array, texts: string[]): string;
}

/** The class of the wasm module that answers, as `wasm/src/validator.rs` exports it. */
interface CoreValidator {
  free(): void;
  room(bytes: number): number;
  latin1(bytes: number): void;
  validate(bytes: number, utf16: boolean, options: CoreOptions): string;
  /** Reads the first so many bytes of the room. */
  read(bytes: number, utf16: boolean, options: CoreOptions): CoreMessage;
  complete(text: string, offset: number): string;
  hover(text: string, offset: number): string;
  /** Takes the first so many bytes of the room. */
  draft(bytes: number, options: CoreOptions): CoreDraft;
  validateMessage(message: CoreMessage, options: CoreOptions): string;
  fix(message: CoreMessage, options: CoreOptions): string;
  route(message: CoreMessage): string;
  outline(message: CoreMessage, options: CoreOptions): string;
  evaluate(resource: CoreMessage, options: Evaluation): string;
  respond(request: CoreMessage, input: string, options: CoreOptions): string;
  rules(): string;
  /** What is wrong with the definitions that it was made with. */
  readonly issues: string;
  kept(): Uint8Array;
  events(): string;
  compose(input: string, options: CoreOptions): string;
  prepareRequest(message: CoreMessage, options: object): string;
  readCapability(statement: Uint8Array): string;
  checkCapability(statement: Uint8Array, message: CoreMessage): string;
  readAnswer(body: Uint8Array, options: object): string;
  sendAgain(message: CoreMessage, id: string, category: string): string | undefined;
}

/** What is used of `WebAssembly.Memory`, a name that is not known everywhere. */
export interface Memory {
  readonly buffer: ArrayBuffer;
}

/** What is used of what wasm-bindgen's loader exports. The module that only validates has a part of it. */
export interface Loader {
  initSync(options: { module: ArrayBuffer | ArrayBufferView | object }): { memory: Memory };
  /** Puts a fresh instance of the module in the place of the one that there is. */
  __wbg_reset_state(): void;
  CoreValidator: { new (): object; withDefinitions(bytes: Uint8Array, ends: Uint32Array, packages: number): object };
}

/** What the whole module exports beside. */
type WholeLoader = Loader & Pick<Bindings, "checkScopes" | "resendAfter" | "describePackage">;

/**
 * The core could not finish a call: what the call needs is more than the 4 GiB of a WebAssembly memory or more than the stack that was
 * left, or the core has a fault. A fresh one takes its place, which knows the same definitions: the next call is answered as if this one
 * had never been.
 */
export class CoreError extends Error {
  override readonly name = "CoreError";

  constructor(cause: unknown, what = "this call") {
    // Nothing of the message: no text of the engine has any of it either.
    const why = "its memory or its stack ran out, or it has a fault. The next call gets a fresh one, with the same definitions.";
    super(`the core could not finish ${what}: ${why}`, cause === undefined ? {} : { cause });
  }
}

/** What is known besides R4 by what it is made of: any instance of the core can make it anew. */
export interface DefinitionSet {
  /** FHIR packages, and behind them the UTF-8 of resources, one behind the other. */
  bytes: Uint8Array;
  /** Where each ends. */
  ends: Uint32Array;
  /** How many of them are packages. */
  packages: number;
}

/** A text that is read once, for any number of questions. Should the core have put it out, it is read again. */
export class ReadMessage {
  readonly #hand: () => Handed;

  /** @param hand Writes the text into the core's memory. It must write the same text whenever it is called. */
  constructor(hand: () => Handed) {
    this.#hand = hand;
  }

  /** The core's handle of it, which another call may put out. */
  handle(): CoreMessage {
    // What is held in an instance that failed says nothing.
    if (unfinished) startAnew();
    const handle = instance.messages.get(this);
    if (handle !== undefined) return handle;
    const { bytes, utf16 } = this.#hand();
    return ask((its) => its.messages.keep(this, its.validator.read(bytes, utf16, undefined), bytes));
  }

  /** Frees what the core has of it. */
  free(): void {
    ask((its) => its.messages.forget(this));
  }
}

/** How many sets of events, drafts and texts the core holds at once. */
const MOST_SETS = { handles: 64, weight: Number.POSITIVE_INFINITY };
const MOST_DRAFTS = { handles: 32, weight: 64 << 20 };
const MOST_MESSAGES = { handles: 256, weight: 64 << 20 };

/** Which set the next calls are about; none for the built-in one. To set it takes no call, so that no exhausted stack can leave it wrong. */
export const wanted: { set: DefinitionSet | undefined } = { set: undefined };

/** One instance of the module, with what it holds. Its validators share the texts of R4. */
class Instance {
  readonly #loader: Loader;
  /** Made when it is first asked: it takes a millisecond. */
  #builtIn: CoreValidator | undefined;
  readonly #isCurrent = () => !unfinished && this === instance;
  readonly sets = new HandleCache<DefinitionSet, CoreValidator>(MOST_SETS, this.#isCurrent);
  readonly drafts = new HandleCache<object, CoreDraft>(MOST_DRAFTS, this.#isCurrent);
  readonly messages = new HandleCache<ReadMessage, CoreMessage>(MOST_MESSAGES, this.#isCurrent);

  constructor(its: Loader) {
    this.#loader = its;
  }

  /** The one that knows the events that are wanted. */
  get validator(): CoreValidator {
    const { set } = wanted;
    if (set === undefined) return this.builtIn;
    return this.sets.get(set) ?? this.define(set);
  }

  get builtIn(): CoreValidator {
    this.#builtIn ??= new this.#loader.CoreValidator() as CoreValidator;
    return this.#builtIn;
  }

  define(set: DefinitionSet): CoreValidator {
    const { bytes, ends, packages } = set;
    return this.sets.keep(set, this.#loader.CoreValidator.withDefinitions(bytes, ends, packages) as CoreValidator);
  }
}

let loader: Loader | undefined;
let memory: Memory | undefined;
let instance: Instance;
/**
 * Whether a call went into the core and did not come back. It is set before and taken back after: when the stack runs out nothing could be
 * called that would set it.
 */
let unfinished = false;

/** Makes the module ready; each platform's entry file calls this when its wasm is loaded. */
export function provide(loaded: Loader, its: Memory): void {
  memory = its;
  if (loaded === loader) return;
  loader = loaded;
  instance = new Instance(loaded);
}

/** Asks the instance. Should it not come back, a fresh one takes over. */
function ask<Answer>(question: (its: Instance) => Answer): Answer {
  // What is asked in an instance that failed says nothing.
  if (unfinished) startAnew();
  unfinished = true;
  try {
    const answer = question(instance);
    unfinished = false;
    return answer;
  } catch (error) {
    if (isObjection(error)) {
      unfinished = false;
      throw error;
    }
    // At once, since an instance may hold gigabytes; where that fails, the next call does it.
    try {
      startAnew();
    } catch {}
    throw new CoreError(error);
  }
}

/** Puts a fresh instance in the place of one that did not come back from a call. What it held is made in it as it is asked for. */
function startAnew(): void {
  const its = loader as Loader;
  try {
    its.__wbg_reset_state();
    // A loader that has its instance gives it.
    memory = its.initSync({ module: new Uint8Array() }).memory;
    instance = new Instance(its);
  } catch (error) {
    throw new CoreError(error);
  }
  unfinished = false;
}

/** What the core throws itself, about its arguments. Errors of the engine are of other classes, or have a code. */
function isObjection(error: unknown): error is TypeError {
  return error instanceof TypeError && Object.getPrototypeOf(error) === TypeError.prototype && !("code" in error);
}

/** What the core has against its arguments; anything else that was thrown is thrown on. */
export function objection(error: unknown): string {
  if (!isObjection(error)) throw error;
  return error.message;
}

/** Makes a set of definitions, and gives what is wrong with them, as JSON text. */
export function define(set: DefinitionSet): string {
  // Or it says that it is not ready.
  core();
  return ask((its) => its.define(set).issues);
}

/** A set that other threads can make in a fraction of the time: compiled once, in memory that all of them share. */
export function shared(set: DefinitionSet): DefinitionSet {
  if (!isShared(set)) {
    const before = wanted.set;
    wanted.set = set;
    try {
      const kept = bindings.kept();
      const bytes = new Uint8Array(new SharedArrayBuffer(kept.length));
      bytes.set(kept);
      // Should it have to be made again here, it is made of the same.
      Object.assign(set, { bytes, ends: Uint32Array.of(kept.length), packages: 1 });
    } finally {
      wanted.set = before;
    }
  }
  return set;
}

const isShared = ({ bytes }: DefinitionSet) => bytes.buffer instanceof SharedArrayBuffer;

/** Frees what the core has of a set. */
export function forget(set: DefinitionSet): void {
  ask((its) => its.sets.forget(set));
}

/** Room in the core's memory for a text of so many bytes, which it reads next. */
export function room(bytes: number): { buffer: ArrayBuffer; at: number } {
  // Addresses have 32 bits: more than they can say would be taken for less.
  if (bytes >= 2 ** 32) throw new CoreError(undefined);
  const at = core().room(bytes);
  // Making room may have made the memory grow, which gives it another buffer.
  return { buffer: (memory as Memory).buffer as ArrayBuffer, at };
}

type Question<Answer> = (validator: CoreValidator, message: CoreMessage) => Answer;

/** A text where the core takes it from. */
function handed(text: Uint8Array | Handed): Handed {
  if ("utf16" in text) return text;
  const { buffer, at } = room(text.length);
  new Uint8Array(buffer, at, text.length).set(text);
  return { bytes: text.length, utf16: false };
}

/** Asks about a text. The options are those of reading it; what was read is not read again. */
function about<Answer>(text: ReadableText, options: CoreOptions, question: Question<Answer>): Answer {
  if (text instanceof ReadMessage) {
    const message = text.handle();
    return ask(({ validator }) => question(validator, message));
  }
  const { bytes, utf16 } = handed(text);
  return ask(({ validator }) => {
    const message = validator.read(bytes, utf16, options);
    const answer = question(validator, message);
    // Not where it was not answered: what is collected is freed, too, if its instance is still there.
    message.free();
    return answer;
  });
}

const bindings: Bindings = {
  room: (bytes) => ask((its) => its.validator.room(bytes)),
  latin1: (bytes) => ask((its) => its.validator.latin1(bytes)),
  validate(text, options) {
    if (text instanceof ReadMessage) return about(text, options, (its, message) => its.validateMessage(message, options));
    const { bytes, utf16 } = handed(text);
    return ask((its) => its.validator.validate(bytes, utf16, options));
  },
  complete: (text, offset) => ask((its) => its.validator.complete(text, offset)),
  hover: (text, offset) => ask((its) => its.validator.hover(text, offset)),
  draft: (of, { bytes }, options) => ask((its) => its.drafts.keep(of, its.validator.draft(bytes, options), bytes).report()),
  edit: (of, places, texts) => ask((its) => its.drafts.get(of)?.edit(places, texts)),
  forgetDraft: (of) => ask((its) => its.drafts.forget(of)),
  fix: (text, options) => about(text, options, (its, message) => its.fix(message, options)),
  route: (text, options) => about(text, options, (its, message) => its.route(message)),
  outline: (text, options) => about(text, options, (its, message) => its.outline(message, options)),
  evaluate: (text, options) => about(text, undefined, (its, message) => its.evaluate(message, options)),
  respond: (text, input, options) => about(text, options, (its, message) => its.respond(message, input, options)),
  rules: () => ask((its) => its.validator.rules()),
  events: () => ask((its) => its.validator.events()),
  kept: () => ask((its) => its.validator.kept()),
  compose: (input, options) => ask((its) => its.validator.compose(input, options)),
  prepareRequest: (text, options) => about(text, undefined, (its, message) => its.prepareRequest(message, options)),
  readCapability: (statement) => ask((its) => its.validator.readCapability(statement)),
  checkCapability: (statement, text) => about(text, undefined, (its, message) => its.checkCapability(statement, message)),
  describePackage: (bytes) => ask(() => (loader as WholeLoader).describePackage(bytes)),
  checkScopes: (scopes) => ask(() => (loader as WholeLoader).checkScopes(scopes)),
  readAnswer: (body, options) => ask((its) => its.validator.readAnswer(body, options)),
  resendAfter: (...policy) => ask(() => (loader as WholeLoader).resendAfter(...policy)),
  sendAgain: (text, id, category) => about(text, undefined, (its, message) => its.sendAgain(message, id, category)),
};

export function core(): Bindings {
  if (loader === undefined) throw new Error("fhirpost is not ready: await Validator.load() or init() first.");
  return bindings;
}
