/** What is validated, how, and what comes of it: options, issues and fixes, reports, FHIRPath. */

/** The severity of an issue, in the words of FHIR's OperationOutcome. */
export type Severity = "fatal" | "error" | "warning" | "information";

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

export interface ValidateOptions {
  /** Whether issue texts may quote values of the message (default `true`). Set it to `false` where texts end up in a log. */
  showValues?: boolean;
  /** Stop after this many issues (default 10,000); the report then says `truncated: true`. */
  maxIssues?: number;
  /** Another severity for a rule, by its name, or `"off"`. Example: `{ "msg-event-unknown": "error" }`. */
  severities?: Record<string, "error" | "warning" | "information" | "off">;
  /** The deepest nesting of objects and arrays that is read (default 128, at most 512). */
  maxDepth?: number;
  /** The longest text that is read, in UTF-8 bytes (default 64 MiB). */
  maxBytes?: number;
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

export interface Issue {
  severity: Severity;
  /** FHIR issue-type code, such as `structure` or `code-invalid`. */
  code: IssueType;
  /**
   * The stable name of the rule, such as `msg-focus-unresolved`; `docs/rules/` has a page for each, `docs/exchange.md` those of sending.
   */
  rule: string;
  message: string;
  /** FHIRPath of the element, such as `Bundle.entry[0].resource.ofType(MessageHeader).focus[0]`. */
  expression: string;
  /** JSON pointer (RFC 6901) of the value. */
  pointer: string;
  /** 1-based line; absent when the message was given as an object, which has no lines. */
  line?: number;
  /** 1-based column in UTF-16 code units; absent when the message was given as an object. */
  column?: number;
  /** Where the text to mark begins: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object. */
  start?: number;
  /** Where the text to mark ends (exclusive), in the same unit. */
  end?: number;
  /** What would be right, where that is known. */
  suggestion?: Suggestion;
  /** The issue that this one follows from: it goes away with that one, or cannot be validated before. */
  causedBy?: { rule: string; pointer: string };
}

/** What would be right. There is a value, or there are edits, or both. */
export interface Suggestion {
  /** What would be right in its place: a name, a code, a date, a reference. */
  value?: string;
  /** What the edits do; there is one exactly when there are edits. More kinds may come. */
  action?: SuggestedAction;
  /**
   * The edits of the text that make the issue go away: sorted by their place, and none overlaps another.
   * Absent when the message was given as an object, which has no text, and with `showValues: false` where they would hold values of the
   * message. In pages, `fhirpost/validate` has none.
   */
  edits?: TextEdit[];
  /**
   * `false` where the edits are not certain: they may change what the text means, such as the type of a Bundle, and are for who asks for
   * just these. `fix` leaves them out. Otherwise absent: nothing else can have been meant.
   */
  certain?: false;
}

/**
 * A property gets another name (`rename`), it gets another value (`replace`), a value becomes the one item of an array (`wrap`) or the
 * one item of an array takes its place (`unwrap`), something moves to another place (`move`), is added (`insert`) or left out
 * (`remove`).
 */
export type SuggestedAction = "rename" | "replace" | "wrap" | "unwrap" | "move" | "insert" | "remove";

/**
 * Another text in place of what is between two offsets, which count what those of the issue count: UTF-16 for a string, bytes for a
 * `Uint8Array`.
 */
export interface TextEdit {
  start: number;
  /** Exclusive; the same as `start` where something is inserted. */
  end: number;
  /** Empty where something is left out. */
  text: string;
}

/** What came of fixing a text. */
export interface FixResult<Text extends string | Uint8Array = string> {
  /** The fixed text, as a string or bytes, as it was given; that one itself where nothing was fixed. */
  text: Text;
  /**
   * The edits of the text that was given which make that of it: `applyEdits(input, edits)` is `text`. They are sorted by their place, and
   * none overlaps another. Of more than 10,000, those that are near each other are one.
   */
  edits: TextEdit[];
  /**
   * What was fixed, by its place in the text that was given; at most `maxIssues`. The suggestions have no edits: those are of all together.
   */
  applied: Issue[];
  /** How many issues were fixed. */
  fixed: number;
  /** The report on the fixed text. */
  report: ValidationReport;
}

export interface MessageEvent {
  /** `MessageHeader.eventCoding.system`. */
  system?: string | undefined;
  /** `MessageHeader.eventCoding.code`. */
  code?: string | undefined;
  /** `MessageHeader.eventUri`. */
  uri?: string | undefined;
}

export interface ValidationReport {
  /** `true` when no issue is fatal or an error, and the message was validated to its end. */
  valid: boolean;
  /** In the order of the text; last what was not checked. */
  issues: Issue[];
  /** How many issues of each severity. */
  counts: { fatal: number; error: number; warning: number; information: number };
  /** `true` when `maxIssues` was reached and the message was not validated to its end. */
  truncated: boolean;
  /**
   * Whether all rules were checked to the end. `false` where `maxIssues` ended that early (`truncated`), where the text is longer or deeper
   * than is read, and where its constraints take more work than a text of its length may cause: the rule `constraint-unchecked` names them.
   */
  complete: boolean;
  /** The event of the MessageHeader, as far as it can be read. */
  event?: MessageEvent;
  /** MessageHeader.id. */
  messageId?: string;
  /** Bundle.id. */
  bundleId?: string;
  /** How many entries hold each resource type. */
  resources: Record<string, number>;
}

/** A rule, as the documentation in `docs/rules/` describes it. */
export interface Rule {
  name: string;
  severity: Severity;
  code: string;
  /** What holds when the rule is kept. */
  title: string;
}

export interface OperationOutcome {
  resourceType: "OperationOutcome";
  id?: string;
  issue: OperationOutcomeIssue[];
}

/** R4's value set of `OperationOutcome.issue.code`. */
export type IssueType =
  | "invalid"
  | "structure"
  | "required"
  | "value"
  | "invariant"
  | "security"
  | "login"
  | "unknown"
  | "expired"
  | "forbidden"
  | "suppressed"
  | "processing"
  | "not-supported"
  | "duplicate"
  | "multiple-matches"
  | "not-found"
  | "deleted"
  | "too-long"
  | "code-invalid"
  | "extension"
  | "too-costly"
  | "business-rule"
  | "conflict"
  | "transient"
  | "lock-error"
  | "no-store"
  | "exception"
  | "timeout"
  | "incomplete"
  | "throttled"
  | "informational";

export interface OperationOutcomeIssue {
  /** Line and column of the issue, in the extensions that HL7's validator uses. */
  extension?: { url: string; valueInteger?: number }[];
  severity: Severity;
  /** What another system wrote is handed on as it is. */
  code: IssueType;
  details?: { coding?: { system?: string; code?: string; display?: string }[]; text?: string };
  diagnostics?: string;
  location?: string[];
  expression?: string[];
}
