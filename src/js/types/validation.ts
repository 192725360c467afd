/** What is validated, how, and what comes of it: options, issues and fixes, reports, FHIRPath. */
import type { FixedText } from "./generated.js";

export type {
  Completion,
  CompletionKind,
  Completions,
  EvaluateOptions,
  FhirPathItem,
  Hover,
  HoverBinding,
  Issue,
  IssueType,
  MessageEvent,
  OperationOutcome,
  OperationOutcomeIssue,
  Rule,
  Severity,
  SeveritySetting,
  SuggestedAction,
  Suggestion,
  Suppressed,
  Suppression,
  TextEdit,
  ValidateOptions,
  ValidationReport,
  Wanted,
  WantedCode,
} from "./generated.js";
export type { FhirPathVariable } from "./given.js";

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

/** What came of fixing a text. */
export interface FixResult<Text extends string | Uint8Array = string> extends FixedText {
  /** The fixed text, as a string or bytes, as it was given; that one itself where nothing was fixed. */
  text: Text;
}
