/// <reference lib="esnext.disposable" preserve="true" />
/** The front door, as far as a page that only validates needs it. `whole.ts` adds the rest. */
import { check, checkRouteOptions, checkValidateOptions, given } from "../arguments.js";
import { type Bindings, core, type DefinitionSet, forget, wanted } from "../core.js";
import { readable, readHanded, subjectOf } from "../input.js";
import { disposable, Message, messageOf, sameMessage } from "../message.js";
import { whenReady } from "../start.js";
import type { DefinitionIssue, Route, RouteOptions } from "../types/messages.js";
import type { Bytes, MessageInput, Rule, ValidateOptions, ValidationReport } from "../types/validation.js";
import { learn, type OneOrMore } from "./definitions.js";

/** What a validator knows besides R4 and the built-in events; nothing for one that was freed. */
const known = new WeakMap<SmallValidator, { set: DefinitionSet | undefined }>();

const elsewhere = () => 'are known by the Validator of "fhirpost", not by that of "fhirpost/validate"';
const OPTIONS = { resources: elsewhere, packages: undefined };

interface SmallOptions {
  /** Only the Validator of `fhirpost` compiles. */
  resources?: never;
  /** What was compiled of packages and resources: one file, as `compiled()` of a Validator of `fhirpost` or `fhirpost package compile` gives it. */
  packages?: OneOrMore<Bytes>;
}

/**
 * The Validator of `fhirpost/validate`. It validates FHIR R4 resources, messages above all: R4 and the built-in events are known.
 *
 * ```js
 * const validator = await Validator.load();
 * const { valid, issues } = validator.validate(text);
 * ```
 *
 * It may be freed when it is not needed any more, with `free()` or `using`; one that is dropped frees itself.
 */
export class SmallValidator implements Disposable {
  /** The bundle may call it something else. */
  static readonly name: string = "Validator";
  /** What of its packages and resources could not be taken; the rest was. */
  readonly issues: DefinitionIssue[];
  /** The same as `free`, where the platform knows this symbol. */
  declare readonly [Symbol.dispose]: () => void;

  /**
   * In Node, and wherever the module is loaded: in pages, when `Validator.load` or `init` is done.
   * @throws {TypeError} when an option does not exist, or is of the wrong kind; the text names it.
   */
  constructor(options?: SmallOptions) {
    const { packages } = check(options, OPTIONS) as SmallOptions;
    // Or it says that it is not ready.
    core();
    const { set, issues } = learn(packages);
    this.issues = issues;
    knows(this, set);
    disposable(this);
  }

  /** Loads the module where that has not been done yet, and makes a validator. */
  static async load(options?: SmallOptions): Promise<SmallValidator> {
    await whenReady();
    return new SmallValidator(options);
  }

  /**
   * Reads a message once, for whatever is asked of it.
   *
   * ```js
   * const message = validator.read(text);
   * if (validator.validate(message).valid) console.log(validator.route(message).event);
   * ```
   * @throws {TypeError} when it is of the wrong kind; never because of what is in it.
   */
  read(input: MessageInput): Message {
    return readMessage(input, "input");
  }

  /**
   * Validates a message or any other resource, as `options.as` says. However broken it is, it gets a report.
   * @throws {TypeError} when an argument is of the wrong kind; the text names it.
   */
  validate(input: MessageInput, options?: ValidateOptions): ValidationReport {
    return using(this, () => validateInput(input, "input", checkValidateOptions(options)));
  }

  /**
   * Says where a message goes: its event, what is known of that, and what the message is about. What cannot be read is left out.
   * @throws {TypeError} when an argument is of the wrong kind; the text names it.
   */
  route(input: MessageInput, options?: RouteOptions): Route {
    const checked = checkRouteOptions(options);
    return using(this, ({ route }) => JSON.parse(route(readable(input, "input", checked), given(checked))));
  }

  /** Every rule, in the order in which they are looked at. */
  rules(): Rule[] {
    return using(this, ({ rules }) => JSON.parse(rules()));
  }

  /** Frees what it holds. Afterwards its methods throw a TypeError, and so does whoever has it as an option; to free it again does nothing. */
  free(): void {
    const set = known.get(this)?.set;
    known.delete(this);
    if (set !== undefined) forget(set);
  }
}

function validateInput(input: MessageInput, name: string, options: ValidateOptions): ValidationReport {
  const { read, form } = subjectOf(input, name, options);
  return JSON.parse(core().validate(read, given({ ...options, ...form })));
}

/** Reads a message that is called so in errors. Bytes are copied: whoever gave them may write into them. */
export function readMessage(input: MessageInput, name: string): Message {
  if (input instanceof Message) return sameMessage(input, name);
  const read = readHanded(input, name);
  // Not `slice`: that of a Buffer copies nothing.
  return messageOf("bytes" in read ? { ...read, bytes: new Uint8Array(read.bytes) } : read);
}

/** Says what a validator knows. */
export function knows(validator: SmallValidator, set: DefinitionSet | undefined): void {
  known.set(validator, { set });
}

/** What a validator knows. @throws {TypeError} when it was freed. */
export function setOf(validator: SmallValidator): DefinitionSet | undefined {
  const knowledge = known.get(validator);
  if (knowledge === undefined) throw new TypeError("validator was freed: make a new one");
  return knowledge.set;
}

/** Calls the core, which knows what the validator knows meanwhile; all calls must be done when it returns. */
export function using<T>(validator: SmallValidator, call: (core: Bindings) => T): T {
  const set = setOf(validator);
  const before = wanted.set;
  wanted.set = set;
  try {
    return call(core());
  } finally {
    wanted.set = before;
  }
}

/** Whether something is a validator, as an option must be. */
export function isValidator(value: unknown): string | undefined {
  return value instanceof SmallValidator ? undefined : "must be a Validator";
}

let usual: SmallValidator | undefined;

/** The one that functions ask that were given none. */
export function usualValidator(): SmallValidator {
  usual ??= new SmallValidator();
  return usual;
}

/**
 * Validates a Bundle: a message by the rules for messages, any other by those of its type. As `validate` of a Validator that knows R4 and
 * the built-in events; what is not a Bundle is an error unless `options.as` says something else.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function validateBundle(bundle: MessageInput, options?: ValidateOptions): ValidationReport {
  const { as = "bundle", ...checked } = checkValidateOptions(options);
  return using(usualValidator(), () => validateInput(bundle, "bundle", { ...checked, as }));
}
