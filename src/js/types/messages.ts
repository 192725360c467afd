/** What messages are about and what they are made of: routes, outlines, answers, compositions, events. */
import type { AnyResource, Issue, MessageEvent, Severity, ValidateOptions, ValidationReport } from "./validation.js";

export type RouteOptions = Pick<ValidateOptions, "maxDepth" | "maxBytes">;

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

export interface AllowedResponse {
  /** Canonical URL of the MessageDefinition of the answer. */
  message: string;
  /** The event of that definition, when it is known. */
  event?: MessageEvent;
  situation?: string;
}

export interface Route {
  /** `request`, or `response` when MessageHeader.response is there; absent when the text is not a message. */
  kind?: "request" | "response";
  event?: MessageEvent;
  /** Canonical URL of the MessageDefinition that describes the event. */
  definition?: string;
  category?: "consequence" | "currency" | "notification";
  messageId?: string;
  bundleId?: string;
  focus: RouteFocus[];
  /**
   * When it is answered: as the message says itself, by the extension messageheader-response-request, and otherwise as the definition does.
   */
  responseRequired?: "always" | "on-error" | "never" | "on-success";
  allowedResponses: AllowedResponse[];
  /** `MessageHeader.response` of an answer. */
  response?: { identifier?: string; code?: string };
  /** `true` when the event is known here: there is a definition for it. */
  supported: boolean;
}

export type OutlineOptions = Pick<ValidateOptions, "maxDepth" | "maxBytes" | "as">;

/** How a message hangs together, right or wrong: `validate` says what is wrong with it. */
export interface MessageOutline {
  /** Why the text could not be read, as `validate` reports it; then there are no entries. */
  issue?: Issue;
  /** The entries, in their order in `Bundle.entry`. */
  entries: OutlineEntry[];
  /** The references in them, in the order of the text. */
  references: OutlineReference[];
}

export interface OutlineEntry {
  /** Its place in `Bundle.entry`, from 0. */
  index: number;
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
  reach?: "ahead" | "backwards" | "not";
  /** Where the entry begins: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object. */
  start?: number;
  /** Where it ends (exclusive), in the same unit. */
  end?: number;
}

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

/** An issue for an OperationOutcome. It is written as it is given, whatever else is in it. */
export interface GivenIssue {
  extension?: object[] | undefined;
  severity: Severity;
  /** One of `IssueType`. */
  code: string;
  details?: GivenConcept | undefined;
  diagnostics?: string | undefined;
  location?: string[] | undefined;
  expression?: string[] | undefined;
}

/** A CodeableConcept. */
export interface GivenConcept {
  coding?: { system?: string | undefined; code?: string | undefined; display?: string | undefined }[] | undefined;
  text?: string | undefined;
}

export interface ResponseOutcome {
  /** `MessageHeader.response.code` of the answer. */
  code: "ok" | "transient-error" | "fatal-error";
  /** What went wrong or should be known; makes an OperationOutcome entry that `response.details` points to. */
  issues?: GivenIssue[];
  /**
   * Created or updated resources: they become entries, and the focus of the answer. One that is given as JSON text is written into
   * the answer as it is: numbers keep all their digits.
   */
  resources?: (GivenResource | string)[];
}

export interface FhirResource {
  resourceType: string;
  id?: string;
  [element: string]: unknown;
}

/** This, with any other elements: an interface has no index signature, and what is written on the spot may only have what is known. */
type Open<Known> = Known | (Known & { [element: string]: unknown });

/** A resource: an object as `JSON.parse` gives it, or one of the types of `@types/fhir`. */
export type GivenResource = Open<{ resourceType: string; id?: string | undefined }>;

export interface BuildResponseOptions {
  /** The time of the answer: a `Date`, or a FHIR instant such as `2026-01-31T12:00:00Z` (default: now). */
  now?: Date | string;
  /** Where new ids come from: a function, or a list that is long enough (default `crypto.randomUUID`). */
  ids?: (() => string) | string[];
  /** MessageHeader.source of the answer (default: the destination that the request names). */
  source?: { endpoint: string; name?: string | undefined; software?: string | undefined; version?: string | undefined };
  /** Other severities for rules, as for `validate`: what counts as an error decides whether the request is valid. */
  severities?: ValidateOptions["severities"];
  /** Limits of reading the request, as for `validate`. */
  maxDepth?: number;
  maxBytes?: number;
}

export interface Bundle {
  resourceType: "Bundle";
  id: string;
  type: "message";
  timestamp: string;
  /** The type of a resource is what its `resourceType` says. */
  entry: { fullUrl: string; resource: AnyResource }[];
}

/**
 * A resource for `compose`, alone or as an entry with the fullUrl that it has already; or the JSON text of either, which is written into
 * the message as it is: numbers keep all their digits.
 */
export type Part = GivenResource | { fullUrl?: string | undefined; resource?: object | undefined } | string;

/** `MessageHeader.source` or `MessageHeader.destination`. */
export type GivenEndpoint = Open<{ endpoint: string }>;

/** What `compose` makes a message of, and how the message is validated. */
export interface Composition extends Omit<ValidateOptions, "as"> {
  /** What the message is about: MessageHeader.focus refers to it. */
  focus?: Part | Part[];
  /** Everything else that is in it. */
  resources?: Part | Part[];
  /** `MessageHeader.source`: who sends. */
  source?: GivenEndpoint;
  /** `MessageHeader.destination`: who receives. */
  destination?: GivenEndpoint | GivenEndpoint[];
  /** Other elements of the MessageHeader, such as `sender` or `reason`: an object, or its JSON text. */
  header?: object | string;
  /** The server's base URL: a resource with an id then gets the fullUrl that it has there. Without it, fullUrls are `urn:uuid`. */
  base?: string;
  /** The time of the message: a `Date`, or a FHIR instant (default: now). */
  now?: Date | string;
  /** Where new ids come from: a function, or a list that is long enough (default `crypto.randomUUID`). */
  ids?: (() => string) | string[];
}

/** What was composed. */
export interface ComposeResult {
  bundle: Bundle;
  /** The message as JSON text: every digit as it was given. */
  text: string;
  /** The report on it. Places are those of `text`. */
  report: ValidationReport;
}

/** How many of a resource type an event asks for. */
export interface Demand {
  type: string;
  min: number;
  /** Absent when there is no limit. */
  max?: number;
}

/** What a MessageDefinition says of an event. */
export interface KnownEvent {
  /** Its canonical URL. */
  definition: string;
  event: MessageEvent;
  category?: Route["category"];
  responseRequired?: Route["responseRequired"];
  /** What the message is about. */
  focus: Demand[];
  /** What may be in the message; empty when the definition does not say. */
  content: Demand[];
  /** Canonical URLs of the definitions of its answers. */
  allowedResponses: string[];
}

/** What a validator could not take of its resources. */
export interface DefinitionIssue {
  /** An `error` where something of a definition is missing, or makes no sense; a `warning` where a resource is none that defines anything. */
  severity: "error" | "warning";
  /** Which of the resources that were given it is, from 0, where that is known. */
  resource?: number;
  /** The canonical URL of the definition, where it has one. */
  url?: string;
  /** Where in it, as FHIRPath, where that is known. */
  path?: string;
  /** What is wrong. */
  message: string;
}
