/** The types of options and results as Rust has them: `npm run types` writes this file. */
// biome-ignore-all lint/suspicious/noExplicitAny: an element of any type, as JSON.parse has it
import type { FhirPathVariable, GivenEndpoint, GivenIssue, GivenResource, Part } from "./given.js";

/** How a text is validated, and before that read. */
export interface ValidateOptions {
  /**
   * What the text is validated as. `auto` (the default): as what it is, a message by the rules for messages, another Bundle by those of its
   * type, any other resource by its own. `message`: it must be a message, and `bundle`: it must be a Bundle; anything else is an error then.
   * `resource`: it may be any resource, as with `auto`.
   */
  as?: "auto" | "message" | "bundle" | "resource";
  /** Whether issue texts may quote values of the message (default `true`). Set it to `false` where texts end up in a log. */
  showValues?: boolean;
  /** Stop after this many issues (default 10,000); the report then says `truncated: true`. */
  maxIssues?: number;
  /** Another severity for a rule, by its name, or `"off"`. Example: `{ "msg-event-unknown": "error" }`. */
  severities?: Record<string, SeveritySetting>;
  /** Profiles that the resource has to meet, whatever it claims itself, by their canonical URLs. */
  profiles?: string[];
  /**
   * Profiles that the resources of a message have to meet as if they claimed them, by its event (its code, `system|code`, or its URI) and
   * their type; `focus` is what `MessageHeader.focus` refers to. Example: `{ "https://example.org/events|admit": { "Bundle": [url] } }`.
   */
  events?: Record<string, Record<string, string[]>>;
  /**
   * Whether the focus of a MessageDefinition is what `MessageHeader.focus` refers to also where it names a Bundle or MessageHeader (default `false`: it
   * lists what is in the message then).
   */
  strictFocus?: boolean;
  /** Issues of an imperfect guide that are taken as something else, or passed over, each with a reason. The report counts what each entry has done. */
  suppress?: Suppression[];
  /** Whether issues carry the message ids of HL7's validator, by which its advisor files name them (default `false`). `fhirpost/validate` knows none. */
  hl7Ids?: boolean;
  /** `hl7`: what is decided otherwise than by HL7's validator, by choice, is as that has it (`docs/choices.md` lists it). Default: `none`. */
  agree?: "none" | "hl7";
  /** An instant such as `new Date().toISOString()`: limits of profiles that are relative to now are looked at only where this says when that is. */
  now?: string;
  /** The deepest nesting of objects and arrays that is read (default 128, at most 512). */
  maxDepth?: number;
  /** The longest text that is read, in UTF-8 bytes (default 64 MiB). */
  maxBytes?: number;
}

/** What a rule is taken as. */
export type SeveritySetting = Exclude<Severity, "fatal"> | "off";

/**
 * Issues that are taken as something else than their rule says, and why. An issue has to be all that is said of it.
 *
 * ```
 * use fhirpost::{Options, Suppression, Validator};
 *
 * let text = r#"{ "resourceType": "Patient", "gender": "femal" }"#;
 * let suppress = vec![Suppression {
 *     rule: Some("binding-required".to_owned()),
 *     path: Some("Patient.gender".to_owned()),
 *     ..Suppression::because("The old system sends it; it is replaced in May")
 * }];
 * let report = Validator::default().validate(text, &Options { suppress, ..Options::default() });
 * assert!(report.valid);
 * assert_eq!(report.suppressed[0].errors, 1);
 * ```
 */
export interface Suppression {
  /** The name of the rule. */
  rule?: string;
  /**
   * The element, as FHIRPath has it, from the resource or from the outermost one: `Patient.name`, `Bundle.entry[0].resource.name`. Without an
   * index it is any item; `*` is any element, in front and at the end any number of them: `*.extension`, `Patient.contact.*`.
   */
  path?: string;
  /** The profile that demands it, by its canonical URL, with `|version` or without. */
  profile?: string;
  /** The message id of HL7's validator, in whatever case; one that ends with `*` is how ids begin. */
  hl7Id?: string;
  /** What the issue is taken as; not reported (`off`) unless something else is said. */
  severity?: SeveritySetting;
  /** Why, for whoever reads the report. */
  reason: string;
}

/** The verdict on a message or another resource. */
export interface ValidationReport {
  /** `true` when no issue is fatal or an error, and the message was validated to its end. */
  valid: boolean;
  /** In the order of the text; last what was not checked. */
  issues: Issue[];
  /** How many issues of each severity. */
  counts: Counts;
  /**
   * What the entries of `suppress` have done, in their order; absent where there are none. What is taken as something else is not
   * in `counts` as what it was.
   */
  suppressed?: Suppressed[];
  /**
   * Whether all rules were checked to the end. `false` where `maxIssues` ended that early (`truncated`), where the text is longer or
   * deeper than is read, and where its constraints take more work than a text of its length may cause: the rule `constraint-unchecked` names
   * them.
   */
  complete: boolean;
  /** What would have to be known to decide what was met and not decided: profiles, value sets, codes and resources. */
  wanted: Wanted;
  /** `true` when `maxIssues` was reached and the message was not validated to its end. */
  truncated: boolean;
  /** The event of the MessageHeader, as far as it can be read. */
  event?: MessageEvent;
  /** MessageHeader.id. */
  messageId?: string;
  /** Bundle.id. */
  bundleId?: string;
  /** How many entries hold each resource type. */
  resources: Record<string, number>;
}

/**
 * What an entry of `suppress` has done, in the order of the entries. One that did nothing may have served
 * its time.
 */
export interface Suppressed {
  /** The reason of the entry. */
  reason: string;
  /** How many issues it was for. */
  issues: number;
  /** How many of them are no errors any more. */
  errors: number;
}

/** What was met and not decided, each of it once: what a terminology server, a registry of packages or another FHIR server may know. */
export interface Wanted {
  /** Profiles that are claimed or asked for, by their canonical URLs, with a version where one is named. */
  profiles: string[];
  /** Value sets that elements are bound to and whose codes cannot be listed here, by their canonical URLs. */
  valueSets: string[];
  /** Codes that were not looked up, the first 10,000. */
  codes: WantedCode[];
  /** Resources that the verdict depends on and that are not in the text: references and canonical URLs. */
  resources: string[];
}

/** A code that was not looked up: what `CodeSystem/$validate-code`, or `ValueSet/$validate-code` where there is a value set, is asked. */
export interface WantedCode {
  /** Its code system. Nothing in an element of type `code`, whose value set knows it. */
  system?: string;
  /** The version of the code system. */
  version?: string;
  /** The code. */
  code: string;
  /** The value set that the code has to be in, by its canonical URL: one that cannot be listed here. */
  valueSet?: string;
}

/** How many issues of each severity. */
export interface Counts {
  fatal: number;
  error: number;
  warning: number;
  information: number;
}

/** The event of a message as it is written there, complete or not. */
export interface MessageEvent {
  /** `MessageHeader.eventCoding.system`. */
  system?: string | undefined;
  /** `MessageHeader.eventCoding.code`. */
  code?: string | undefined;
  /** `MessageHeader.eventUri`. */
  uri?: string | undefined;
}

/** Something to know about a message. */
export interface Issue {
  /** How bad it is. */
  severity: Severity;
  /** FHIR issue-type code, such as `structure` or `code-invalid`. */
  code: IssueType;
  /** The stable name of the rule, such as `msg-focus-unresolved`; `docs/rules/` has a page for each, `docs/exchange.md` those of sending. */
  rule: string;
  /** The message id of HL7's validator for the same, where it has one and `hl7Ids` asks for it. */
  hl7Id?: string;
  /** What is wrong, for people. */
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
  /** The profiles that demand it, by their canonical URLs; absent where the specification itself does. */
  profiles?: string[];
  /** What would be right, where that is known. */
  suggestion?: Suggestion;
  /** The issue that this one follows from: it goes away with that one, or cannot be validated before. */
  causedBy?: Cause;
}

/** How bad an issue is, in the words of FHIR's OperationOutcome. */
export type Severity = "fatal" | "error" | "warning" | "information";

/** R4's value set of `OperationOutcome.issue.code`. */
export type IssueType =
  | "business-rule"
  | "code-invalid"
  | "conflict"
  | "deleted"
  | "duplicate"
  | "exception"
  | "expired"
  | "extension"
  | "forbidden"
  | "incomplete"
  | "informational"
  | "invalid"
  | "invariant"
  | "lock-error"
  | "login"
  | "multiple-matches"
  | "no-store"
  | "not-found"
  | "not-supported"
  | "processing"
  | "required"
  | "security"
  | "structure"
  | "suppressed"
  | "throttled"
  | "timeout"
  | "too-costly"
  | "too-long"
  | "transient"
  | "unknown"
  | "value";

/** Another issue of the same report. */
export interface Cause {
  /** The name of its rule. */
  rule: string;
  /** Its JSON pointer. */
  pointer: string;
}

/** What would be right. There is a value, or there are edits, or both. */
export interface Suggestion {
  /** What would be right in its place: a name, a code, a date, a reference. */
  value?: string;
  /** What the edits do; there is one exactly when there are edits. More kinds may come. */
  action?: SuggestedAction;
  /**
   * The edits of the text that make the issue go away: sorted by their place, and none overlaps another. There are none when the message was
   * given as an object, which has no text, and where they would hold values of the message that `showValues`
   * keeps out. In pages, `fhirpost/validate` has none.
   */
  edits?: TextEdit[];
  /**
   * Whether nothing else can have been meant, which is not said where it is so. `false` where the edits may change what the text means, such
   * as the type of a Bundle: they are for who asks for just these, and `fix` leaves them out.
   */
  certain?: false;
  /**
   * What may be there, where that are a few values, such as the codes of a small value set: the most probable one first, which is the
   * `value` then. Where none is more probable than the others, there is no `value`. The edits are those of the first choice;
   * `editsFor` has those of another one.
   */
  choices?: string[];
}

/**
 * What the edits of a `Suggestion` do: a property gets another name (`rename`), it gets another value (`replace`), a value becomes the one
 * item of an array (`wrap`) or the one item of an array takes its place (`unwrap`), something moves to another place (`move`), is added
 * (`insert`) or left out (`remove`).
 */
export type SuggestedAction = "rename" | "replace" | "wrap" | "unwrap" | "move" | "insert" | "remove";

/** Another text in place of what is between two offsets, which count what those of the issue count: UTF-16 for a string, bytes for a `Uint8Array`. */
export interface TextEdit {
  /** Where the text to replace begins. */
  start: number;
  /** Where it ends (exclusive). The same as `start` where something is inserted. */
  end: number;
  /** What is there instead. Empty where something is left out. */
  text: string;
}

/** What came of fixing a text. */
export interface FixedText {
  /**
   * The edits of the text that was given which make the fixed text of it (`applyEdits` does): sorted by their place, and none overlaps another.
   * Of more than 10,000, those that are near each other are one.
   */
  edits: TextEdit[];
  /**
   * What was fixed, by its place in the text that was given; at most `maxIssues` of them. The suggestions have no edits: those are
   * of all together.
   */
  applied: Issue[];
  /** How many issues were fixed. */
  fixed: number;
  /** The report on the fixed text. */
  report: ValidationReport;
}

/** A rule, as its page in `docs/rules/` describes it: what is looked at, and how bad it is when it is broken. */
export interface Rule {
  /** Its stable name. Where the specification names the rule (`ext-1`), it is that name. */
  name: string;
  /** How bad it is, unless an option or the event's definition says otherwise. */
  severity: Severity;
  /** FHIR issue-type code. */
  code: string;
  /** What holds when the rule is kept. */
  title: string;
  /** The messages of HL7's validator for the same, each behind what a finding has to be for it. */
  hl7Ids?: string[];
}

/** How an expression is evaluated. */
export interface EvaluateOptions {
  /** Values of variables, by name without `%`: strings, numbers and booleans, or lists of them. `{ "threshold": 5 }` is for `%threshold`. */
  variables?: Record<string, FhirPathVariable | FhirPathVariable[]>;
  /** What `now()` and `today()` are: a FHIR instant. In JavaScript it may be a `Date` (default: now). */
  now?: Date | string;
  /** Whether an element name that the type does not have is an error (default `false`: nothing). */
  strict?: boolean;
}

/** One item that an expression gives. */
export interface FhirPathItem {
  /** Its type with its namespace: `FHIR.HumanName`, `System.Integer`. */
  type: string;
  /** The value as JSON has it (in Rust, its text); a System.Quantity as `{ value, unit }`; `null` where an element has only extensions. */
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

/** FHIR's OperationOutcome, as far as it is written here. */
export interface OperationOutcome {
  /** Always `OperationOutcome`. */
  resourceType: "OperationOutcome";
  /** Its id, when it is in a Bundle. */
  id?: string;
  /** At least one. */
  issue: OperationOutcomeIssue[];
}

/** `OperationOutcome.issue` */
export interface OperationOutcomeIssue {
  /** Line, column and message id of the issue, in the extensions that HL7's validator uses. */
  extension?: OutcomeExtension[];
  /** How bad it is. */
  severity: Severity;
  /** FHIR issue-type code. What another system wrote is handed on as it is. */
  code: IssueType;
  /** The rule, and the text for people. */
  details?: OutcomeDetails;
  /** Anything more, for whoever fixes it. */
  diagnostics?: string;
  /** Where, as XPath or in words. */
  location?: string[];
  /** Where, as FHIRPath. */
  expression?: string[];
}

/** An extension with an integer, for line and column, or with a text, for a message id. */
export interface OutcomeExtension {
  /** What it says. */
  url: string;
  /** The line or column. */
  valueInteger?: number;
  /** The message id. */
  valueString?: string;
}

/** `OperationOutcome.issue.details` */
export interface OutcomeDetails {
  /** The rule. */
  coding?: Coding[];
  /** The text for people. */
  text?: string;
}

/** A FHIR Coding. */
export interface Coding {
  /** The code system. */
  system?: string;
  /** The code. */
  code?: string;
  /** The code in words. */
  display?: string;
}

/** What is wrong with a definition, or is not done with it. Definitions hold no data of patients: its values may be shown. */
export interface DefinitionIssue {
  /**
   * How bad it is: after an `error` the definition is not used; after a `warning` it is used as far as it goes; `information` is about what is
   * not taken into account, such as logical models.
   */
  severity: Exclude<Severity, "fatal">;
  /** What kind of problem it is. */
  kind: DefinitionIssueKind;
  /** Which of the resources that were given holds the definition, from 0; nothing where that is in a package. */
  resource?: number;
  /** The package that it is in, or that is meant, as `name#version`; `packages[1]` where that cannot be read. */
  package?: string;
  /** The file of that package. */
  file?: string;
  /** Which entry of the resource, where that is a Bundle. */
  entry?: number;
  /** The type of the definition, where it is known. */
  resourceType?: string;
  /** The canonical URL of the definition, where it has one. */
  url?: string;
  /** The element that is wrong, by its path or id, where it is one. */
  path?: string;
  /** What is wrong: "the definition" goes before it. */
  message: string;
}

/** What kind of problem a definition has. */
export type DefinitionIssueKind = "unreadable" | "invalid" | "missing" | "duplicate" | "not-supported" | "too-many";

/** Where a message goes. */
export interface Route {
  /** `request`, or `response` when MessageHeader.response is there; absent when the text is not a message. */
  kind?: MessageKind;
  /** Its event. */
  event?: MessageEvent;
  /** Canonical URL of the MessageDefinition that describes the event. */
  definition?: string;
  /** What the message is for. */
  category?: MessageCategory;
  /** MessageHeader.id. */
  messageId?: string;
  /** Bundle.id. */
  bundleId?: string;
  /** What it is about. */
  focus: RouteFocus[];
  /** When it is answered: as the message says itself, by the extension messageheader-response-request, and otherwise as the definition does. */
  responseRequired?: ResponseRequired;
  /** The answers that may be given. */
  allowedResponses: AllowedResponse[];
  /** `MessageHeader.response` of an answer. */
  response?: {
    /** The MessageHeader.id of the request. */
    identifier?: string;
    /** `ok`, `transient-error` or `fatal-error`. */
    code?: string;
  };
  /** `true` when the event is known here: there is a definition for it. */
  supported: boolean;
}

/** Whether a message asks or answers. */
export type MessageKind = "request" | "response";

/** What a message is for, and so what a resend means. */
export type MessageCategory = "consequence" | "currency" | "notification";

/** One focus of a message. */
export interface RouteFocus {
  /** `Reference.reference` as written in the message. */
  reference: string;
  /** The resource type of the entry that it resolves to. */
  type?: string;
  /** The id of that resource: in an answer, the id of what was created or updated. */
  id?: string;
  /** The index of that entry in `Bundle.entry`; absent when the focus is not in the message. */
  entry?: number;
}

/** When the receiver must answer. */
export type ResponseRequired = "always" | "on-error" | "never" | "on-success";

/** An answer that the definition allows. */
export interface AllowedResponse {
  /** Canonical URL of the MessageDefinition of the answer. */
  message: string;
  /** The event of that definition, when it is known. */
  event?: MessageEvent;
  /** When that answer is given. */
  situation?: string;
}

/** What a MessageDefinition says of an event. */
export interface KnownEvent {
  /** Its canonical URL. */
  definition: string;
  event: MessageEvent;
  category?: MessageCategory;
  responseRequired?: ResponseRequired;
  /** What the message is about. */
  focus: Demand[];
  /** What may be in the message; empty when the definition does not say. */
  content: Demand[];
  /** Canonical URLs of the definitions of its answers. */
  allowedResponses: string[];
}

/** How many of a resource type an event asks for. */
export interface Demand {
  /** The resource type. */
  type: string;
  min: number;
  /** Absent when there is no limit. */
  max?: number;
}

/** How a message hangs together, right or wrong: `validate` says what is wrong with it. */
export interface MessageOutline {
  /** Why the text could not be read, as `validate` reports it; then there are no entries. */
  issue?: Issue;
  /** The entries, in their order in `Bundle.entry`. */
  entries: OutlineEntry[];
  /** The references in them, in the order of the text. */
  references: OutlineReference[];
}

/** An entry. */
export interface OutlineEntry {
  /** Its place in `Bundle.entry`, from 0. */
  index: number;
  /** Its fullUrl. */
  fullUrl?: string;
  /** The resourceType as it is written, whether R4 has it or not. */
  resourceType?: string;
  /** The id of the resource. */
  id?: string;
  /** Whether it holds the MessageHeader; of several, the first. */
  header: boolean;
  /** Whether MessageHeader.focus refers to it. */
  focus: boolean;
  /**
   * How it is linked with the MessageHeader, or in a document with the Composition: that refers to it, by whatever way (`ahead`), is linked
   * only against the direction of references (`backwards`), or is not linked at all (`not`). Absent where there is neither.
   */
  reach?: Reach;
  /** Where the entry begins: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object. */
  start?: number;
  /** Where it ends (exclusive), in the same unit. */
  end?: number;
}

/** How references link an entry with the one that it is all about: the MessageHeader of a message, the Composition of a document. */
export type Reach = "ahead" | "backwards" | "not";

/** A Reference with a `reference`, or an Attachment whose url refers to an entry. Canonical URLs link no entries. */
export interface OutlineReference {
  /** The index of the entry that it is in; absent for one beside the entries, such as that of a signature. */
  from?: number;
  /** The index of the entry that it refers to. */
  to?: number;
  /**
   * What it refers to: an `entry`; an entry of `other-version` than it names; a `contained` resource, or the one around; `several`, so that
   * it is ambiguous; `elsewhere`, as a URL may; or `nowhere`: it dangles.
   */
  resolves: "entry" | "other-version" | "contained" | "several" | "elsewhere" | "nowhere";
  /** Whether it is a focus of the message. */
  focus: boolean;
  /** Where in its resource it is, as FHIRPath: `subject`, `performer[0]`. Of a very long path, the end. */
  path: string;
  /** `Reference.reference` as written in the message. */
  reference: string;
  /** Where that begins, with its quotes: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object. */
  start?: number;
  /** Where it ends (exclusive), in the same unit. */
  end?: number;
}

/** What a message is made of. */
export interface CompositionParts {
  /** What the message is about: MessageHeader.focus refers to it. */
  focus?: Part | Part[];
  /** Everything else that is in it. */
  resources?: Part | Part[];
  /** `MessageHeader.source`: who sends. In Rust, its JSON text. */
  source?: GivenEndpoint;
  /** `MessageHeader.destination`: who receives. In Rust, the JSON text of each. */
  destination?: GivenEndpoint | GivenEndpoint[];
  /**
   * Other elements of the MessageHeader, such as `sender` or `reason`: an object as JSON text, or in JavaScript itself. What is written from the
   * rest of this, it cannot set.
   */
  header?: object | string;
  /** The server's base URL. With it a resource that has an id gets the fullUrl that it has there; without it, a `urn:uuid`. */
  base?: string;
}

/** What the core cannot know: the time and new ids. */
export interface ComposeContext {
  /** The time of the message: a FHIR instant, such as `2026-01-31T12:00:00Z`. In JavaScript it may be a `Date` (default: now). */
  now?: Date | string;
  /** New lower-case UUIDs: two, and one more for each resource. In JavaScript it may be a function (default `crypto.randomUUID`). */
  ids?: (() => string) | string[];
}

/** A message and what is to be said of it. */
export interface ComposedMessage {
  /** The message as JSON text: every digit as it was given. */
  text: string;
  /** The report on it: what the event demands and was not given is among its issues. Places are those of `text`. */
  report: ValidationReport;
}

/** What came of a message. */
export interface ResponseOutcome {
  /** `MessageHeader.response.code` of the answer. */
  code: "ok" | "transient-error" | "fatal-error";
  /**
   * What went wrong or should be known; makes an OperationOutcome entry that `response.details` points to. In Rust, the JSON text of each
   * `OperationOutcome.issue`.
   */
  issues?: GivenIssue[];
  /**
   * Created or updated resources: they become entries, and the focus of the answer. One that is given as JSON text, as all are in Rust, is
   * written into the answer as it is: numbers keep all their digits.
   */
  resources?: (GivenResource | string)[];
}

/** What the core cannot know: the time, new ids, and who answers. */
export interface ResponseContext {
  /** The time of the answer: a FHIR instant, such as `2026-01-31T12:00:00Z`. In JavaScript it may be a `Date` (default: now). */
  now?: Date | string;
  /** New lower-case UUIDs: three, and one more for each resource. In JavaScript it may be a function (default `crypto.randomUUID`). */
  ids?: (() => string) | string[];
  /** Who answers: MessageHeader.source of the answer (default: the destination that the request names). */
  source?: ResponseSource;
}

/** `MessageHeader.source` of the answer. */
export interface ResponseSource {
  /** The name of the system. */
  name?: string | undefined;
  /** The name of the software. */
  software?: string | undefined;
  /** Its version. */
  version?: string | undefined;
  /** The address of the system. */
  endpoint: string;
}

/** Where a message goes, and how. */
export interface RequestOptions {
  /** The bearer token, without the word `Bearer`. */
  token?: string;
  /** Whether the answer may come later (default `false`). */
  async?: boolean;
  /** Where the later answer goes, when it does not go to `MessageHeader.source.endpoint`. It goes with `async`. */
  responseUrl?: string;
  /** The scopes of the token, separated by spaces, as the token's own answer had them; a JWT is read for its own. */
  scope?: string;
  /** Whose rules hold (default: `netsmart` for hosts under `netsmartcloud.com`, else `fhir`). */
  profile?: EndpointProfile;
}

/** Whose rules hold at an endpoint: the specification's alone, or Netsmart's as well (synchronous only, a scope of Messaging). */
export type EndpointProfile = "fhir" | "netsmart";

/** A request without its body, which is the message as it is. */
export interface RequestHead {
  /** Always `POST`: R4 allows nothing else. */
  method: "POST";
  /** `[base]/$process-message`, with `async` and `response-url` where they were asked for. */
  url: string;
  /** `[base]/metadata`, where the receiver says what it can do. */
  metadataUrl: string;
  /** By name; `Authorization` among them when there is a token: keep them out of logs. */
  headers: Record<string, string>;
  /** Whose rules were looked at. */
  profile: EndpointProfile;
  /** What is to be known before it is sent; with an error among them it should not be. The texts quote neither message nor token. */
  issues: Issue[];
}

/** What a receiver says that it can do with messages. */
export interface Capability {
  /** Whether it declares `$process-message` for its whole system, by name or by definition. */
  operation: boolean;
  /**
   * Whether it declares messaging over HTTP: it may then take messages without declaring the operation, which R4 has for "any HTTP end-point
   * that accepts FHIR messages, not just FHIR RESTful servers".
   */
  messaging: boolean;
  /** Whether it declares a REST server, of which the operation could be one. */
  rest: boolean;
  /** The events that it declares. */
  events: DeclaredEvent[];
  /** The version of FHIR. */
  fhirVersion?: string;
  /** The formats, as they are written: `json`, `application/fhir+json`. */
  formats: string[];
  /** For how many minutes the receiver knows a message again: the least, where it declares several. */
  reliableCache?: number;
  /** What is wrong with the statement itself. */
  issues: Issue[];
}

/** An event that is declared. */
export interface DeclaredEvent {
  /** What the declaring system is for this event: `sender` or `receiver`. */
  mode?: string;
  /** Canonical URL of its MessageDefinition. */
  definition?: string;
  /** The event itself, where that is known. */
  event?: MessageEvent;
}

/** What a list of scopes allows. */
export interface ScopeCheck {
  /** Whether one of them lets messages be sent. */
  allowed: boolean;
  /** Those that do. */
  matching: Scope[];
  /** What is to be known. */
  issues: Issue[];
}

/** A scope that lets messages be sent. */
export interface Scope {
  /** As it is written. */
  scope: string;
  /** Whose data it is about. */
  context: "patient" | "user" | "system";
  /** The version of SMART's syntax that it is written in. */
  version: 1 | 2;
}

/** An answer, as far as there was one, and what it is an answer to. */
export interface ReceivedOptions {
  /** What went wrong on the way; the status is 0 where there was no answer. */
  failure?: ExchangeFailure;
  /** Its MessageHeader.id, instead of the message. */
  messageId?: string;
  /** Whether it was sent with `async` (default `false`). */
  async?: boolean;
  /** When the message is answered (default: as the message says, or `always`): `Route.responseRequired`. */
  responseRequired?: ResponseRequired | undefined;
}

/** An answer, as it was understood: what came of a message, and what the receiver says about it. */
export interface Answer {
  /** What to make of it. */
  outcome: AnswerOutcome;
  /** Whether the message may be sent again, as its category has it. */
  mayResend: boolean;
  /** The HTTP status; 0 when there was no answer. */
  status: number;
  /** What fhirpost has to say. The texts are fixed and quote nothing, so they may go into a log. */
  issues: Issue[];
  /** What the receiver has to say, from its OperationOutcomes. It may quote the message. */
  outcomeIssues: OperationOutcomeIssue[];
  /** `MessageHeader.response.code` of the answer. */
  code?: string;
  /** Whether `response.identifier` is the MessageHeader.id that was sent; absent when one of them is not known. */
  isOurs?: boolean;
  /**
   * The resources that the answer says were created or updated: what its focus refers to, and what a location or an information of its
   * OperationOutcome names as such. None unless the outcome is `ok` or `accepted`.
   */
  created: CreatedResource[];
  /** How many seconds to wait before the next attempt, as the receiver asks. */
  retryAfter?: number;
  /** Where a redirect points. Nothing was sent there. */
  location?: string;
  /** What went wrong on the way. */
  failure?: ExchangeFailure;
}

/**
 * What came of a message.
 *
 * | outcome | what it means |
 * |---|---|
 * | `ok` | it was processed |
 * | `accepted` | it was taken; the answer comes later, or none is due |
 * | `refused` | it was not processed, and there is no point in sending it again unaltered: a 4xx, a redirect, `fatal-error` |
 * | `failed` | it may be sent again: a 5xx, 408, 425, 429, no answer or half of one, `transient-error` |
 * | `not-fhir` | what came is not a FHIR answer to this message |
 */
export type AnswerOutcome = "ok" | "accepted" | "refused" | "failed" | "not-fhir";

/**
 * What is noticed on the way, and no status says.
 *
 * | failure | what happened |
 * |---|---|
 * | `connection-refused` | nothing takes connections at that host and port; nothing was sent |
 * | `unknown-host` | the name of the host has no address; nothing was sent |
 * | `certificate` | the receiver's certificate is not trusted; nothing was sent |
 * | `offline` | this machine has no network |
 * | `unreachable` | there was no connection, or the platform does not say why there is no answer |
 * | `broken` | the connection ended before the whole answer was there, or before any of it: whether the message was processed is not known |
 * | `timeout` | there was no answer in time |
 * | `too-long` | the answer is longer than what is read |
 * | `cors` | the receiver does not let the page's origin in |
 * | `redirect` | a redirect, of which a browser says nothing more |
 */
export type ExchangeFailure =
  | "unreachable"
  | "connection-refused"
  | "unknown-host"
  | "certificate"
  | "offline"
  | "timeout"
  | "broken"
  | "too-long"
  | "cors"
  | "redirect";

/** A resource that the receiver has created or updated. */
export interface CreatedResource {
  /** Its type. */
  type: string;
  /** Its id at the receiver. */
  id: string;
  /** Its version there, where the answer says so. */
  version?: string;
  /** Where it was found first. */
  from: CreatedFrom;
}

/** Where a created resource was found first: an entry that the answer's focus refers to, a focus that is not an entry, a location, or an issue. */
export type CreatedFrom = "entry" | "focus" | "location" | "issue";

/** How often and how fast a message is sent again. All times are in milliseconds. */
export interface RetryPolicy {
  /** How many attempts there are, the first included (in JavaScript 3 by default). 1 sends once. */
  attempts: number;
  /** The longest wait before the second attempt, in milliseconds (1000). It doubles with each further one. */
  delay: number;
  /** What that does not grow beyond (30,000). */
  maxDelay: number;
  /**
   * The longest wait that a receiver can ask for with `Retry-After`, in milliseconds (120,000). Who asks for a longer one is not asked again: to
   * come earlier would be against it. The result of sending then has `retryAfter`.
   */
  maxRetryAfter: number;
}
