/** The front door: what is known, and all that can be asked of it. */
import { check, checkOutlineOptions, checkText, given } from "../arguments.js";
import { compose } from "../compose.js";
import { Draft } from "../draft.js";
import { evaluate } from "../evaluate.js";
import { fix } from "../fix.js";
import { subjectOf } from "../input.js";
import { validateWith } from "../lookup/rounds.js";
import type { Message } from "../message.js";
import { responseText } from "../respond.js";
import { whenReady } from "../start.js";
import type { LookedUpReport, ValidateWithOptions } from "../types/lookup.js";
import type {
  BuildResponseOptions,
  Bundle,
  ComposeResult,
  Composition,
  DefinitionIssue,
  KnownEvent,
  MessageOutline,
  OutlineOptions,
  ResponseOutcome,
} from "../types/messages.js";
import type {
  Bytes,
  Completions,
  EvaluateOptions,
  FhirPathItem,
  FixResult,
  Hover,
  MessageEvent,
  MessageInput,
  ValidateOptions,
} from "../types/validation.js";
import { learn, type OneOrMore } from "./definitions.js";
import { knows, SmallValidator, using } from "./small.js";

export interface ValidatorOptions {
  /**
   * What is known besides R4 and the built-in events: StructureDefinitions of extensions and types, ValueSets, CodeSystems, and MessageDefinitions with
   * the GraphDefinitions that they name, in JSON or XML; a Bundle means those in it, and resources of other types in it are passed over. A definition takes
   * the place of an earlier one with its url; that of an event comes before the built-in one, and takes the place of those that its `replaces`
   * names.
   */
  resources?: OneOrMore<MessageInput>;
  /**
   * FHIR packages as they are published, `.tgz` files: what they define is known, too, in the order of their dependencies, in whatever order they
   * are given. `resources` come before all of them. R4 itself is there, and nothing is downloaded. What `compiled()` gave is taken, too, and
   * comes below the others; of several the order does not matter.
   */
  packages?: OneOrMore<Bytes>;
}

/** The fixed text is a string or bytes, as the text was that was given. */
type SameKind<Text> = Text extends string ? Text : Text extends Message ? string | Uint8Array : Text extends Uint8Array ? Text : Uint8Array;

/**
 * Validates FHIR R4 messages and other resources, fixes, routes, composes and answers them. It knows R4, the built-in events, and the
 * packages and resources that it is given. `sendMessage`, `createReceiver`, `validateMany` and others take it as the option `validator`.
 *
 * ```js
 * const validator = await Validator.load({ resources: [messageDefinition] });
 * if (validator.issues.length > 0) console.warn(validator.issues);
 * const { valid, issues } = validator.validate(message);
 * ```
 *
 * It may be freed when it is not needed any more, with `free()` or `using`; one that is dropped frees itself.
 */
export class Validator extends SmallValidator {
  /** The bundle may call it something else. */
  static override readonly name: string = "Validator";
  override readonly issues: DefinitionIssue[];

  /**
   * In Node, and wherever the module is loaded: in pages, when `Validator.load` or `init` is done.
   * @throws {TypeError} when an option does not exist, or is of the wrong kind; the text names it. Never because of what is in a resource
   * or a package: that is in `issues`.
   */
  constructor(options?: ValidatorOptions) {
    super();
    const { resources, packages } = check(options, { resources: undefined, packages: undefined }) as ValidatorOptions;
    const { set, issues } = learn(packages, resources);
    this.issues = issues;
    knows(this, set);
  }

  /** Loads the module where that has not been done yet, and makes a validator. */
  static override async load(options?: ValidatorOptions): Promise<Validator> {
    await whenReady();
    return new Validator(options);
  }

  /**
   * Validates, asks `options.lookup` for what is wanted beyond what is known here, and validates again by what it answers: a few rounds, each thing
   * asked once, until nothing new is wanted. A lookup that fails, takes too long or gives no answers leaves the verdict as it is without;
   * `lookup` of the report counts what was decided and what was not.
   *
   * ```js
   * const lookup = terminologyServer("https://tx.example.org/r4");
   * const report = await validator.validateWith(message, { lookup, showValues: false });
   * ```
   *
   * The lookup gets codes and references of the message, also where `showValues` is off, which is about texts: what it sends leaves the machine.
   * The promise is rejected with a `TypeError` when an argument is of the wrong kind, and with the reason of `options.signal`.
   */
  async validateWith(input: MessageInput, options: ValidateWithOptions): Promise<LookedUpReport> {
    return validateWith(this, input, options);
  }

  /**
   * Takes a text that is going to be edited, and validates it after each edit: only what has changed, and what hangs on that. The report is
   * that of `validate`; in megabytes it is there after a key in a small part of the time.
   *
   * ```js
   * const draft = validator.draft(text, { as: "message" });
   * const { valid } = draft.edit([{ start: 10, end: 10, text: "x" }]);
   * ```
   * @throws {TypeError} when an argument is of the wrong kind; the text names it.
   */
  draft(text: string, options?: ValidateOptions): Draft {
    return new Draft((question) => using(this, question), text, options);
  }

  /**
   * What may be written at an offset of a text, which need not be JSON: names of properties by R4 and by the profiles that the resource around
   * claims, codes, references to what the message holds.
   *
   * ```js
   * const { start, end, items } = validator.complete(text, cursor);
   * const inserted = text.slice(0, start) + items[0].text + text.slice(end);
   * ```
   * @throws {TypeError} when an argument is of the wrong kind; the text names it.
   */
  complete(text: string, offset: number): Completions {
    const place = placeIn(text, offset);
    return using(this, ({ complete }) => JSON.parse(complete(text, place)));
  }

  /**
   * What is known of what stands at an offset of a text, which need not be JSON: the element, its types, how many there may be, where its codes
   * come from, what profiles say of it, and where R4 defines it. Nothing where nothing is known.
   * @throws {TypeError} when an argument is of the wrong kind; the text names it.
   */
  hover(text: string, offset: number): Hover | undefined {
    const place = placeIn(text, offset);
    return using(this, ({ hover }) => JSON.parse(hover(text, place)) ?? undefined);
  }

  /**
   * Fixes a text as far as it is certain what is right: applies the edits of all suggestions that are certain, validates what comes of
   * that, and goes on until there are none left. `options.as` says what it is validated as, and makes nothing else of it: no fix changes
   * the type of a Bundle, what its entries ask of a server, or which resources are in it. Nothing else of the text changes, and there are
   * never more errors than before.
   *
   * An id or fullUrl that is missing and cannot be taken from what is there is a UUID made from the text (RFC 9562, version 5): the same
   * text gets the same ids. A rule whose severity is `"off"` fixes nothing, but for `json-syntax`. `showValues: false` is about the texts of
   * issues; the text is fixed all the same, and the edits are whole.
   * @throws {TypeError} when an argument is of the wrong kind; the text names it.
   */
  fix<Text extends string | Bytes | Message>(input: Text, options?: ValidateOptions): FixResult<SameKind<Text>> {
    return using(this, (core) => fix(core, input, options)) as FixResult<SameKind<Text>>;
  }

  /**
   * Shows how a message hangs together: its entries, the references between them, and how each entry is linked with the MessageHeader. A
   * Bundle of any type has an outline, however broken it is; what is not a Bundle has no entries.
   *
   * ```js
   * const { entries, references } = validator.outline(text);
   * const dangling = references.filter(({ resolves }) => resolves === "nowhere").map(({ start, end }) => text.slice(start, end));
   * const unreachable = entries.filter(({ reach }) => reach === "not");
   * ```
   * @throws {TypeError} when an argument is of the wrong kind; the text names it.
   */
  outline(input: MessageInput, options?: OutlineOptions): MessageOutline {
    const checked = checkOutlineOptions(options);
    return using(this, ({ outline }) => {
      const { read, form } = subjectOf(input, "input", checked);
      return JSON.parse(outline(read, given({ ...checked, ...form })));
    });
  }

  /**
   * Builds a request for an event: the MessageHeader first, ids, fullUrls, and references between the resources rewritten to these. What the
   * event demands and is missing is in the report.
   *
   * ```js
   * const { bundle, report } = validator.compose("submit-service-request", { focus: referral, resources: [patient], source: { endpoint } });
   * ```
   * @throws {TypeError} when an argument is of the wrong kind; the text names it.
   */
  compose(event: MessageEvent | string, composition: Composition = {}): ComposeResult {
    return using(this, (core) => compose(core, event, composition));
  }

  /**
   * Builds the answer to a request. A request that is not valid is answered too: with `fatal-error` and its issues, whose texts quote no
   * value, and without `outcome.resources`, since such a message is not processed.
   * @throws {TypeError} when `outcome` or an option is not what an answer can be built from; never because of the request.
   */
  respond(request: MessageInput, outcome: ResponseOutcome, options?: BuildResponseOptions): Bundle {
    return JSON.parse(using(this, (core) => responseText(core, request, outcome, options)));
  }

  /**
   * Evaluates a FHIRPath expression on a resource. References resolve inside a Bundle, and to contained resources.
   * @throws {FhirPathError} when the expression is not FHIRPath, or cannot be evaluated on this resource.
   * @throws {TypeError} when an argument is of the wrong kind; the text names it.
   */
  evaluate(resource: MessageInput, expression: string, options?: EvaluateOptions): FhirPathItem[] {
    return using(this, (core) => evaluate(core, resource, expression, options));
  }

  /**
   * What its packages and resources were compiled to, as one file: `packages` takes it like a package, also that of `fhirpost/validate`, which
   * cannot compile, and it is ready in a fraction of the time. It is for this version of fhirpost alone.
   */
  compiled(): Uint8Array {
    return using(this, ({ kept }) => kept());
  }

  /** Every event that is known. */
  events(): KnownEvent[] {
    return using(this, ({ events }) => JSON.parse(events()));
  }
}

/** @throws {TypeError} when the text is no string, or the offset is none of it. */
function placeIn(text: string, offset: number): number {
  checkText(text, "text");
  if (!Number.isInteger(offset) || offset < 0 || offset > text.length)
    throw new TypeError("offset must be a whole number, and in the text");
  return offset;
}

let usual: Validator | undefined;

/** The one that functions ask that were given none. */
export function usualValidator(): Validator {
  usual ??= new Validator();
  return usual;
}

/**
 * Builds the answer to a request, as `respond` of a Validator that knows R4 and the built-in events.
 * @throws {TypeError} when `outcome` or an option is not what an answer can be built from; never because of the request.
 */
export function buildResponse(request: MessageInput, outcome: ResponseOutcome, options?: BuildResponseOptions): Bundle {
  return usualValidator().respond(request, outcome, options);
}
