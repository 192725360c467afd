/** What messages are about and what they are made of: routes, outlines, answers, compositions, events. */
import type { Severity, ValidationReport } from "./generated.js";
import type { AnyResource, ValidateOptions } from "./validation.js";

export type {
  AllowedResponse,
  DefinitionIssue,
  Demand,
  KnownEvent,
  MessageOutline,
  OutlineEntry,
  OutlineReference,
  Route,
  RouteFocus,
} from "./generated.js";

export type RouteOptions = Pick<ValidateOptions, "maxDepth" | "maxBytes">;

export type OutlineOptions = Pick<ValidateOptions, "maxDepth" | "maxBytes" | "as">;

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
