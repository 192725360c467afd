/** What is validated, how, and what comes of it: options, issues and fixes, reports, FHIRPath. */
import type { FixedText, ValidationOptions } from "./generated.js";

export type {
  Issue,
  IssueType,
  MessageEvent,
  OperationOutcome,
  OperationOutcomeIssue,
  Rule,
  Severity,
  SuggestedAction,
  Suggestion,
  TextEdit,
  ValidationReport,
} from "./generated.js";

/**
 * The types of FHIR data here fit those of `@types/fhir`, which need not be there: what is taken has what is looked at and is open to all
 * else, and what is given has the codes that R4 has, and `any` where it may be any resource or element, as `JSON.parse` has it. So each is
 * assignable to and from `fhir4.Bundle`, `fhir4.OperationOutcome` and the others without a cast.
 */
// biome-ignore lint/suspicious/noExplicitAny: nothing narrower is assignable to each of the 148 resources and their union in every version of @types/fhir
export type AnyResource = any;

/**
 * A message or another resource: JSON text, its UTF-8 bytes (a Uint8Array, an ArrayBuffer, a DataView), an object as `JSON.parse` gives it,
 * or a `Message` that was read of one of these. What comes later (a Promise) or must be read first (a Response, a stream) is a TypeError, and so is what JSON does not hold (a Map).
 */
export type MessageInput = string | Bytes | object;

/** UTF-8: a Uint8Array, or whatever else holds bytes. */
export type Bytes = Uint8Array | ArrayBufferLike | DataView | Uint8ClampedArray | Int8Array;

export interface ValidateOptions extends ValidationOptions {
  /**
   * What the text is validated as. `auto` (the default): as what it is, a message by the rules for messages, another Bundle by those of its
   * type, any other resource by its own. `message`: it must be a message, and `bundle`: it must be a Bundle; anything else is an error then.
   * `resource`: it may be any resource, as with `auto`.
   */
  as?: "auto" | "message" | "bundle" | "resource";
}

export interface EvaluateOptions {
  /** Values of variables, by name without `%`: `{ variables: { threshold: 5 } }` for `%threshold`. */
  variables?: Record<string, FhirPathVariable | FhirPathVariable[]>;
  /** What `now()` and `today()` are: a `Date`, or a FHIR instant (default: now). */
  now?: Date | string;
  /** Whether an element name that the type does not have is an error (default `false`: nothing). */
  strict?: boolean;
}

export type FhirPathVariable = string | number | boolean;

/** One item that an expression gives. */
export interface FhirPathItem {
  /** Its type with its namespace: `FHIR.HumanName`, `System.Integer`. */
  type: string;
  /** The value as `JSON.parse` gives it; a System.Quantity as `{ value, unit }`; `null` where an element has only extensions. */
  // biome-ignore lint/suspicious/noExplicitAny: an element of any type, as JSON.parse has it; `type` says which
  value: any;
  /** A value that is not an object, as text, with all the digits that it was written with. */
  text?: string;
  /** FHIRPath of the element, when the item is one of the resource. */
  expression?: string;
  /** Its JSON pointer. */
  pointer?: string;
  /** Where its text begins: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object. */
  start?: number;
  /** Where its text ends (exclusive), in the same unit. */
  end?: number;
}

/** What came of fixing a text. */
export interface FixResult<Text extends string | Uint8Array = string> extends FixedText {
  /** The fixed text, as a string or bytes, as it was given; that one itself where nothing was fixed. */
  text: Text;
}
