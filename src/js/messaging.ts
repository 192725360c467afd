/** A set of events: those that are built in, and those of the user's own definitions. */
import { buildResponse, composeMessage, knownEvents, routeMessage, validateBundle, validateResource } from "./api.js";
import { core } from "./bindings.js";
import { fixMessage } from "./fix.js";
import { readInput } from "./input.js";
import { check } from "./options.js";
import type { DefinitionProblem, KnownEvent, MessageInput } from "./types.js";

export interface MessagingOptions {
  /**
   * MessageDefinitions, with the GraphDefinitions that they name; a Bundle stands for those in it, and resources of other types are passed
   * over. A definition comes before the built-in one of the same event, and takes the place of those that its `replaces` names.
   */
  definitions?: MessageInput | MessageInput[];
}

const registry = new FinalizationRegistry<number>((handle) => core().forget(handle));

/**
 * Knows more events than the built-in ones, or others. Its methods are the functions of the same names; `sendMessage` and `createReceiver`
 * take it as the option `messaging`.
 *
 * ```js
 * const messaging = new Messaging({ definitions: [readFileSync("servicerequest-request.json", "utf8")] });
 * if (messaging.problems.length > 0) console.warn(messaging.problems);
 * messaging.validateBundle(message);
 * ```
 */
export class Messaging {
  /** What makes no sense in the definitions, or is missing; the rest was taken in. */
  readonly problems: DefinitionProblem[];
  readonly #handle: number;

  /** @throws {TypeError} when `definitions` is of the wrong kind; the text names it. */
  constructor(options: MessagingOptions = {}) {
    const { definitions = [] } = check(options, { definitions: undefined }) as MessagingOptions;
    const list = Array.isArray(definitions) ? definitions : [definitions];
    const texts = list.map((one, index) => definitionText(one, `definitions[${index}]`));
    // Inside of another set's `with`, that one goes on being asked.
    const before = core().ask(undefined);
    let text: string;
    try {
      text = core().define(JSON.stringify(texts));
    } finally {
      core().ask(before);
    }
    const made = JSON.parse(text) as { handle: number; problems: DefinitionProblem[] };
    this.problems = made.problems;
    this.#handle = made.handle;
    registry.register(this, made.handle);
  }

  /**
   * Runs synchronous calls of this package's functions, which know this set of events meanwhile:
   * `messaging.with(() => prepareRequest(base, message))`.
   * @throws {TypeError} when the call gives a promise: what happens after its first `await` would not know the set any more.
   */
  with<T>(call: () => T): T {
    const before = core().ask(this.#handle);
    try {
      const result = call();
      if (typeof (result as { then?: unknown } | undefined)?.then === "function") {
        throw new TypeError("messaging.with takes synchronous calls only; sendMessage and createReceiver have the option messaging");
      }
      return result;
    } finally {
      core().ask(before);
    }
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

/** The text of a definition. What is no JSON is for the core to name. */
function definitionText(definition: MessageInput, name: string): string {
  const input = readInput(definition, name);
  return "text" in input ? input.text : new TextDecoder().decode(input.bytes);
}
