/** The core as an instance of its wasm module: calling it, what becomes of a call that fails, and the sets of events that users bring. */

/**
 * The functions of the wasm module, as `src/wasm.rs` exports them. Options are JSON text, or nothing; what is a string here is JSON text.
 */
export interface Bindings {
  /** Where in the memory a text of at most so many bytes is to be written, for `validate` to take it. */
  room(bytes: number): number;
  /** Makes UTF-8 of so many bytes of Latin-1 at the end of the room, which has as many as that becomes. */
  latin1(bytes: number): void;
  /** Validates the first so many bytes of that text. */
  validate(bytes: number, utf16: boolean, options: string): string;
  /** Fixes that text; else as `validate`. */
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

/** What wasm-bindgen's loader exports beside the functions. */
export interface Loader {
  initSync(options: { module: ArrayBuffer | ArrayBufferView | object }): { memory: Memory };
  /** Puts a fresh instance of the module in the place of the one that there is. */
  __wbg_reset_state(): void;
}

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

let bindings: Bindings | undefined;
let loader: Loader | undefined;
let memory: Memory | undefined;
let sets: EventSets;
/** The bindings as `sets` uses them: guarded, and without looking which set is asked. */
let guarded: Bindings;
/**
 * Whether a call went into the core and did not come back. It is set before and taken back after: when the stack runs out nothing could be
 * called that would set it.
 */
let unfinished = false;

/** Makes the module ready; each platform's entry file calls this when its wasm is loaded. */
export function provide(loaded: Bindings & Loader, its: Memory): void {
  memory = its;
  if (loaded === loader) return;
  loader = loaded;
  const names = Object.keys(loaded).filter((name) => !["default", "initSync", "__wbg_reset_state"].includes(name));
  const all = (wrap: (call: Call) => Call) =>
    Object.fromEntries(names.map((name) => [name, wrap((loaded as unknown as Record<string, Call>)[name] as Call)])) as unknown as Bindings;
  guarded = all(guard);
  bindings = all((call) => asking(guard(call)));
  sets = new EventSets(guarded, areCurrent);
}

type Call = (...args: unknown[]) => unknown;

/** A call of the core after which, if it does not come back, a fresh instance takes over. */
function guard(call: Call): Call {
  return (...args) => {
    unfinished = true;
    try {
      const result = call(...args);
      unfinished = false;
      return result;
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
  };
}

/** A call that is about the set of events that is wanted. */
function asking(call: Call): Call {
  return (...args) => {
    // What is asked in an instance that failed says nothing.
    if (unfinished) startAnew();
    if (wanted.set !== sets.asked) sets.ask(wanted.set);
    return call(...args);
  };
}

/** Puts a fresh instance in the place of one that did not come back from a call. Sets of events are made in it as they are asked. */
function startAnew(): void {
  const its = loader as Loader;
  try {
    its.__wbg_reset_state();
    // A loader that has its instance gives it.
    memory = its.initSync({ module: new Uint8Array() }).memory;
    sets = new EventSets(guarded, areCurrent);
  } catch (error) {
    throw new CoreError(error);
  }
  unfinished = false;
}

/** An instance that did not come back is as good as gone, and so are its sets. */
function areCurrent(these: EventSets): boolean {
  return !unfinished && these === sets;
}

/** What the core throws itself, about its arguments. Errors of the engine are of other classes, or have a code. */
function isObjection(error: unknown): error is Error {
  return error instanceof Error && Object.getPrototypeOf(error) === Error.prototype && !("code" in error);
}

/** What the core has against its arguments; anything else that was thrown is thrown on. */
export function objection(error: unknown): string {
  if (!isObjection(error)) throw error;
  return error.message;
}

/** Makes a set of events, and gives what makes no sense in it, as JSON text. */
export function defineEvents(set: EventSet): string {
  // Or it says that it is not ready.
  core();
  if (unfinished) startAnew();
  return sets.define(set);
}

/** Frees what the core has of a set. */
export function forgetEvents(set: EventSet): void {
  sets.forget(set);
}

/** Room in the core's memory for a text of so many bytes, which it validates next. */
export function room(bytes: number): { buffer: ArrayBuffer; at: number } {
  // Addresses have 32 bits: more than they can say would be taken for less.
  if (bytes >= 2 ** 32) throw new CoreError(undefined);
  const at = core().room(bytes);
  // Making room may have made the memory grow, which gives it another buffer.
  return { buffer: (memory as Memory).buffer as ArrayBuffer, at };
}

export function core(): Bindings {
  if (bindings === undefined) throw new Error("fhirpost is not ready: await Validator.load() or init() first.");
  return bindings;
}

/** A set by what it is made of: any instance of the core can make it anew. */
export interface EventSet {
  /** A JSON array of the definitions' texts. */
  readonly definitions: string;
}

/** Where the core has a set. It knows nothing of the set itself, which can thus be collected. */
interface SetPlace {
  readonly of: EventSets;
  /** None when the core has put it out. */
  handle: number | undefined;
}

/**
 * How many sets the core holds at once. One more puts out the one that was not asked for longest, which is made anew when it is: however
 * many there are, and whether anyone frees them, the core's memory stays as it is.
 */
const MOST = 256;

/**
 * Which set the next calls are about; none for the built-in one. To set it takes no call, so that no exhausted stack can leave it wrong.
 */
export const wanted: { set: EventSet | undefined } = { set: undefined };

const collected = new FinalizationRegistry<SetPlace>((place) => place.of.release(place));

/** The sets of events that users bring, as one instance of the core holds them. */
class EventSets {
  /** The set that the core asks now. */
  asked: EventSet | undefined;
  readonly #core: Pick<Bindings, "ask" | "define" | "forget">;
  readonly #places = new WeakMap<EventSet, SetPlace>();
  /** Those that the core holds; the one that was asked last is the last. */
  readonly #held = new Set<SetPlace>();

  /** Whether these are the sets of the instance that answers: handles of another one mean nothing to it. */
  readonly #areCurrent: (these: EventSets) => boolean;

  constructor(core: Pick<Bindings, "ask" | "define" | "forget">, areCurrent: (these: EventSets) => boolean) {
    this.#core = core;
    this.#areCurrent = areCurrent;
  }

  /** Makes a set, and gives what makes no sense in it, as JSON text. */
  define(set: EventSet): string {
    // The core defines beside the built-in events.
    this.asked = undefined;
    const made = this.#core.define(set.definitions);
    let place = this.#places.get(set);
    if (place === undefined) {
      place = { of: this, handle: undefined };
      this.#places.set(set, place);
      collected.register(set, place, set);
    }
    place.handle = (JSON.parse(made) as { handle: number }).handle;
    this.#held.add(place);
    const [oldest] = this.#held;
    if (this.#held.size > MOST && oldest !== undefined) this.release(oldest);
    return made;
  }

  /** Makes the core ask a set, or the built-in one. */
  ask(set: EventSet | undefined): void {
    if (set === undefined) {
      this.#core.ask(undefined);
    } else {
      let place = this.#places.get(set);
      if (place?.handle === undefined) {
        this.define(set);
        place = this.#places.get(set) as SetPlace;
      }
      this.#held.delete(place);
      this.#held.add(place);
      this.#core.ask(place.handle);
    }
    this.asked = set;
  }

  /** Frees what the core has of a set. */
  forget(set: EventSet): void {
    const place = this.#places.get(set);
    if (place === undefined) return;
    // The core asks the built-in set from here on, if it asked this one.
    if (this.asked === set) this.asked = undefined;
    this.release(place);
    collected.unregister(set);
    this.#places.delete(set);
  }

  release(place: SetPlace): void {
    const { handle } = place;
    if (handle === undefined || !this.#areCurrent(this)) return;
    place.handle = undefined;
    this.#held.delete(place);
    this.#core.forget(handle);
  }
}
