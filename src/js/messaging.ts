/// <reference lib="esnext.disposable" preserve="true" />
/** A set of events: those that are built in, and those of the user's own definitions. */
import { buildResponse, composeMessage, knownEvents, routeMessage, validateBundle, validateResource } from "./api.js";
import { check } from "./arguments.js";
import { defineEvents, type EventSet, forgetEvents, wanted } from "./core.js";
import { fixMessage } from "./fix.js";
import { readInput } from "./input.js";
import type { DefinitionProblem, KnownEvent } from "./types/messages.js";
import type { MessageInput } from "./types/validation.js";

export interface MessagingOptions {
  /**
   * MessageDefinitions, with the GraphDefinitions that they name; a Bundle stands for those in it, and resources of other types are passed
   * over. A definition comes before the built-in one of the same event, and takes the place of those that its `replaces` names.
   */
  definitions?: MessageInput | MessageInput[];
}

/**
 * Knows more events than the built-in ones, or others. Its methods are the functions of the same names; `sendMessage` and `createReceiver`
 * take it as the option `messaging`.
 *
 * ```js
 * const messaging = new Messaging({ definitions: [readFileSync("servicerequest-request.json", "utf8")] });
 * if (messaging.problems.length > 0) console.warn(messaging.problems);
 * messaging.validateBundle(message);
 * ```
 *
 * It may be freed when it is not needed any more, with `free()` or `using`; one that is dropped frees itself.
 */
export class Messaging implements Disposable {
  /** What makes no sense in the definitions, or is missing; the rest was taken in. */
  readonly problems: DefinitionProblem[];
  /** None when it was freed. */
  #set: EventSet | undefined;
  /** The same as `free`, where the platform knows this symbol. */
  declare readonly [Symbol.dispose]: () => void;

  /** @throws {TypeError} when an option does not exist, or `definitions` is of the wrong kind; the text names it. */
  constructor(options: MessagingOptions = {}) {
    const { definitions = [] } = check(options, { definitions: undefined }) as MessagingOptions;
    const list = Array.isArray(definitions) ? definitions : [definitions];
    const texts = list.map((one, index) => definitionText(one, `definitions[${index}]`));
    const set = { definitions: JSON.stringify(texts) };
    this.problems = (JSON.parse(defineEvents(set)) as { problems: DefinitionProblem[] }).problems;
    this.#set = set;
    if (typeof Symbol.dispose === "symbol") Object.defineProperty(this, Symbol.dispose, { value: () => this.free() });
  }

  /**
   * Runs synchronous calls of this package's functions, which know this set of events meanwhile:
   * `messaging.with(() => prepareRequest(base, message))`.
   * @throws {TypeError} when the call gives a promise: what happens after its first `await` would not know the set any more; and when
   * this was freed.
   */
  with<T>(call: () => T): T {
    if (this.#set === undefined) throw new TypeError("messaging was freed: make a new one");
    const before = wanted.set;
    wanted.set = this.#set;
    try {
      const result = call();
      if (typeof (result as { then?: unknown } | undefined)?.then === "function") {
        throw new TypeError("messaging.with takes synchronous calls only; sendMessage and createReceiver have the option messaging");
      }
      return result;
    } finally {
      wanted.set = before;
    }
  }

  /**
   * Frees what it holds. Afterwards its methods throw a TypeError, and so does whoever has it as an option; to free it again does nothing.
   */
  free(): void {
    const set = this.#set;
    this.#set = undefined;
    if (set !== undefined) forgetEvents(set);
  }

  get events(): KnownEvent[] {
    return this.with(knownEvents);
  }

  validateBundle: typeof validateBundle = (message, options) => this.with(() => validateBundle(message, options));
  validateResource: typeof validateResource = (resource, options) => this.with(() => validateResource(resource, options));
  fixMessage: typeof fixMessage = (message, options) => this.with(() => fixMessage(message, options));
  routeMessage: typeof routeMessage = (message, options) => this.with(() => routeMessage(message, options));
  buildResponse: typeof buildResponse = (request, outcome, options) => this.with(() => buildResponse(request, outcome, options));
  composeMessage: typeof composeMessage = (event, composition) => this.with(() => composeMessage(event, composition));
}

/** The text of a definition. What is not JSON is for the core to name. */
function definitionText(definition: MessageInput, name: string): string {
  const input = readInput(definition, name);
  return "text" in input ? input.text : new TextDecoder().decode(input.bytes);
}
